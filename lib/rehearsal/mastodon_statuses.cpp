#include <algorithm>
#include <charconv>

#include "compose/entities.h"
#include "compose/measure.h"
#include "core/html.h"
#include "core/utf8.h"
#include "network/registry.h"
#include "rehearsal/answers.h"
#include "rehearsal/mastodon_double.h"
#include "rehearsal/page.h"

namespace crier::rehearsal {
namespace {

/// Source: Mastodon 4.4, app/models/media_attachment.rb, app/services/post_status_service.rb,
/// app/validators/status_length_validator.rb.
constexpr std::size_t most_characters = 500;
constexpr std::size_t most_picture_bytes = 16'000'000;
constexpr std::size_t most_description = 1500;
constexpr std::size_t most_pictures = 4;
constexpr std::size_t usual_page = 20;
constexpr std::size_t largest_page = 40;
constexpr std::chrono::hours keys_last{1};

const TextRules& rules() { return find_network("mastodon")->traits().text; }

Response invalid(std::string_view why) {
  return respond_json(422, {{"error", fmt::format("Validation failed: {}", why)}});
}

std::string milliseconds(SysTime at) {
  std::string text = to_iso8601(at);
  text.insert(text.size() - 1, ".000");
  return text;
}

/// A part of a status' text, whose line ends Mastodon shows.
std::string in_content(std::string_view text) {
  std::string out = html_escaped(text);
  for (std::size_t at = 0; (at = out.find('\n', at)) != std::string::npos;) {
    out.replace(at, 1, "<br>");
  }
  return out;
}

/// A status as Mastodon shows it: links in an anchor, their middle invisible.
std::string content_of(const std::string& text) {
  std::string out = "<p>";
  std::size_t done = 0;
  for (const Entity& entity : find_entities(text, rules().entities)) {
    if (entity.kind != Entity::Kind::url) continue;
    out += in_content(std::string_view(text).substr(done, entity.begin - done));
    const std::string_view link =
        std::string_view(text).substr(entity.begin, entity.end - entity.begin);
    const std::size_t shown = std::min(link.find("://") + 3, link.size());
    out += "<a href=\"";
    out += in_content(link);
    out += R"(" rel="nofollow noopener" target="_blank"><span class="invisible">)";
    out += in_content(link.substr(0, shown));
    out += "</span><span>";
    out += in_content(link.substr(shown));
    out += "</span></a>";
    done = entity.end;
  }
  out += in_content(std::string_view(text).substr(done));
  return out + "</p>";
}

std::size_t number_or(std::string_view text, std::size_t otherwise) {
  std::size_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  return problem == std::errc{} && end == text.data() + text.size() ? value : otherwise;
}

/// Longer ids are later ones, and so are larger ones of the same length.
bool is_older(const std::string& id, const std::string& than) {
  return id.size() != than.size() ? id.size() < than.size() : id < than;
}

std::string who_reads(const std::string& visibility) {
  if (visibility == "unlisted") return "Unlisted: on the account's own page, in no public list";
  if (visibility == "private") return "For followers only";
  if (visibility == "direct") return "For nobody but the account itself";
  return {};
}

}  // namespace

Response MastodonDouble::instance(bool is_v2) const {
  const Json configuration{
      {"statuses",
       {{"max_characters", most_characters},
        {"max_media_attachments", most_pictures},
        {"characters_reserved_per_url", rules().link_weight.value_or(0)}}},
      {"media_attachments",
       {{"supported_mime_types", {"image/jpeg", "image/png", "image/gif", "image/webp"}},
        {"description_limit", most_description},
        {"image_size_limit", most_picture_bytes},
        {"image_matrix_limit", 33'177'600}}}};
  Json body{{"title", "A stand-in"}, {"version", "4.4.0"}, {"configuration", configuration}};
  body[is_v2 ? "domain" : "uri"] = world_.origin.substr(world_.origin.find("://") + 3);
  return respond_json(200, body);
}

Response MastodonDouble::take_media(const Request& request) {
  const auto file = std::ranges::find(request.parts, "file", &Part::name);
  if (file == request.parts.end() || file->content.empty()) return invalid("File can't be blank");
  const auto type = picture_type(file->content);
  if (!type) return invalid("File content type is invalid, File is invalid");
  if (file->content.size() > most_picture_bytes) {
    return invalid("File file size must be less than 16 MB");
  }
  const std::string alt = to_valid_utf8(read_fields(request).of("description"));
  if (count_code_points(alt) > most_description) {
    return invalid(
        fmt::format("Description is too long (maximum is {} characters)", most_description));
  }
  const std::string id = next_id();
  media_[id] = {{file->content, std::string(*type), alt, {}}};
  return show_media(id);
}

Response MastodonDouble::show_media(const std::string& id) const {
  const auto found = media_.find(id);
  if (found == media_.end()) return respond_json(404, {{"error", "Record not found"}});
  const std::string& alt = found->second.picture.alt;
  return respond_json(200, {{"id", id},
                            {"type", "image"},
                            {"url", world_.origin + "/media/" + id},
                            {"preview_url", world_.origin + "/media/" + id},
                            {"description", alt.empty() ? Json(nullptr) : Json(alt)}});
}

std::optional<Response> MastodonDouble::refuse_status(const Fields& fields) const {
  const std::string text = fields.of("status");
  if (!is_utf8(text) || !is_utf8(fields.of("spoiler_text"))) {
    return respond_json(400, {{"error", "Invalid UTF-8"}});
  }
  if (trimmed(text).empty() && fields.media_ids.empty()) return invalid("Text can't be blank");
  if (measure(text, rules()) + count_graphemes(fields.of("spoiler_text")) > most_characters) {
    return invalid(fmt::format("Text character limit of {} exceeded", most_characters));
  }
  const std::string visibility = fields.of("visibility");
  if (!visibility.empty() && visibility != "public" && visibility != "unlisted" &&
      visibility != "private" && visibility != "direct") {
    return respond_json(
        422, {{"error", fmt::format("'{}' is not a valid visibility", printable(visibility))}});
  }
  if (fields.media_ids.size() > most_pictures) {
    return invalid("Cannot attach more than 4 files");
  }
  for (const std::string& id : fields.media_ids) {
    const auto found = media_.find(id);
    if (found == media_.end() || found->second.is_attached) {
      return invalid(
          fmt::format("Media {} not found or already attached to another post", printable(id)));
    }
  }
  return std::nullopt;
}

Response MastodonDouble::take_status(const Request& request) {
  const SysTime now = world_.clock.now();
  const std::string key(find_header(request.headers, "Idempotency-Key").value_or(""));
  for (const Status& status : statuses_) {
    if (!key.empty() && status.key == key && now - status.at < keys_last) {
      return respond(200, status.body, {{"Content-Type", "application/json"}});
    }
  }
  const Fields fields = read_fields(request);
  if (auto refusal = refuse_status(fields)) return *std::move(refusal);

  Arrived post;
  post.id = next_id();
  post.text = fields.of("status");
  post.url = fmt::format("{}/@{}/{}", world_.origin, name_, post.id);
  post.language = fields.of("language");
  post.length = measure(post.text, rules()) + count_graphemes(fields.of("spoiler_text"));
  post.limit = most_characters;
  post.at = now;
  if (!fields.of("spoiler_text").empty()) {
    post.note = "Hidden until the reader opens it: " + fields.of("spoiler_text");
  }
  if (const std::string readers = who_reads(fields.of("visibility")); !readers.empty()) {
    post.note += (post.note.empty() ? "" : ". ") + readers;
  }
  Json attachments = Json::array();
  for (const std::string& id : fields.media_ids) {
    Media& media = media_[id];
    media.is_attached = true;
    post.pictures.push_back(media.picture);
    attachments.push_back(parse_json(show_media(id).body));
  }
  const std::string visibility = fields.of("visibility");
  const Json body{{"id", post.id},
                  {"created_at", milliseconds(now)},
                  {"in_reply_to_id", nullptr},
                  {"reblog", nullptr},
                  {"visibility", visibility.empty() ? "public" : visibility},
                  {"language", post.language.empty() ? Json("en") : Json(post.language)},
                  {"spoiler_text", fields.of("spoiler_text")},
                  {"uri", fmt::format("{}/users/{}/statuses/{}", world_.origin, name_, post.id)},
                  {"url", post.url},
                  {"content", content_of(post.text)},
                  {"account", parse_json(account().body)},
                  {"media_attachments", std::move(attachments)}};
  statuses_.push_back({post.id, key, write_json(body), now});
  arrived_.push_back(std::move(post));
  return respond(200, statuses_.back().body, {{"Content-Type", "application/json"}});
}

Response MastodonDouble::list_statuses(const Request& request) const {
  const Fields fields = read_fields(request);
  const std::size_t limit =
      std::clamp(number_or(fields.of("limit"), usual_page), std::size_t{1}, largest_page);
  const std::string before = fields.of("max_id");
  Json list = Json::array();
  bool is_cut = false;
  for (auto status = statuses_.rbegin(); status != statuses_.rend(); ++status) {
    if (!before.empty() && !is_older(status->id, before)) continue;
    if (list.size() == limit) {
      is_cut = true;
      break;
    }
    list.push_back(parse_json(status->body));
  }
  Headers headers;
  if (is_cut) {
    headers.push_back({"Link", fmt::format("<{}{}?max_id={}>; rel=\"next\"", world_.origin,
                                           path_of(request), text_of(list.back(), "id"))});
  }
  return respond_json(200, list, std::move(headers));
}

}  // namespace crier::rehearsal
