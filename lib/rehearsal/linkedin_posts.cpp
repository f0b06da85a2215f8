#include <algorithm>

#include "compose/measure.h"
#include "core/utf8.h"
#include "rehearsal/answers.h"
#include "rehearsal/linkedin.h"
#include "rehearsal/linkedin_parts.h"

namespace crier::rehearsal {

using namespace linkedin;  // NOLINT(google-build-using-namespace)

namespace {

constexpr std::string_view reserved = "\\|{}@[]()<>#*_~";

/// The size of a template or a mention at the front of `text`; 0: there is none.
std::size_t element_size(std::string_view text) {
  if (text.starts_with("{hashtag|\\#|")) {
    const std::size_t end = text.find('}');
    return end == text.npos ? 0 : end + 1;
  }
  if (text.starts_with("@[")) {
    const std::size_t middle = text.find("](urn:li:");
    const std::size_t end = middle == text.npos ? middle : text.find(')', middle);
    return end == text.npos ? 0 : end + 1;
  }
  return 0;
}

/// As much of a commentary as LinkedIn keeps: up to the first reserved character that stands bare.
std::string kept_of(std::string_view commentary) {
  std::size_t at = 0;
  while (at < commentary.size()) {
    const bool is_escape = commentary[at] == '\\' && at + 1 < commentary.size() &&
                           reserved.find(commentary[at + 1]) != reserved.npos;
    const std::size_t element = element_size(commentary.substr(at));
    if (!is_escape && element == 0 && reserved.find(commentary[at]) != reserved.npos) break;
    at += element > 0 ? element : is_escape ? 2 : 1;
  }
  return std::string(commentary.substr(0, at));
}

/// As a reader sees it.
std::string seen(std::string_view kept) {
  std::string out;
  for (std::size_t at = 0; at < kept.size();) {
    const std::string_view rest = kept.substr(at);
    if (const std::size_t element = element_size(rest); element > 0) {
      const bool is_tag = rest.front() == '{';
      out += is_tag ? "#" + std::string(rest.substr(12, element - 13))
                    : std::string(rest.substr(2, rest.find(']') - 2));
      at += element;
      continue;
    }
    if (rest.front() == '\\' && rest.size() > 1) ++at;
    out += kept[at++];
  }
  return out;
}

const TextRules& rules() {
  static const TextRules all = [] {
    TextRules one;
    one.unit = TextRules::Unit::utf16;
    one.limit = 3000;
    one.entities = TextRules::Entities::none;
    return one;
  }();
  return all;
}

}  // namespace

/// Why the post is none, in LinkedIn's code; empty if it is one.
std::string LinkedinDouble::fault_of_post(const Json& body) const {
  const Json* content = member(&body, "content");
  const Json* distribution = member(&body, "distribution");
  const Json* article = member(content, "article");
  const Json* media = member(content, "media");
  const Json* several = member(content, "multiImage");
  if (!is_closed(&body, {"author", "commentary", "visibility", "distribution", "content",
                         "lifecycleState", "isReshareDisabledByAuthor"}) ||
      !is_closed(distribution,
                 {"feedDistribution", "targetEntities", "thirdPartyDistributionChannels"}) ||
      !is_closed(content, {"article", "media", "multiImage"}) ||
      !is_closed(article, {"source", "title", "description", "thumbnail"}) ||
      !is_closed(media, {"id", "altText", "title"}) || !is_closed(several, {"images", "altText"})) {
    return "UNPERMITTED_FIELDS";
  }
  for (const char* name : {"author", "commentary", "visibility", "lifecycleState"}) {
    if (const Json* field = member(&body, name); field == nullptr || !field->is_string())
      return "MISSING_FIELD";
  }
  if (distribution == nullptr) return "MISSING_FIELD";
  if (content != nullptr && content->size() != 1) return "UNION_MUST_HAVE_ONE_MEMBER";
  if (article != nullptr &&
      (text_of(*article, "source").empty() || text_of(*article, "title").empty()))
    return "MISSING_FIELD";
  if (article != nullptr && count_code_points(text_of(*article, "title")) > 400)
    return "FIELD_LENGTH_TOO_LONG";
  // With its backslashes: the more careful reading, where LinkedIn does not say how it counts.
  if (!fits(text_of(body, "commentary"), rules())) return "FIELD_LENGTH_TOO_LONG";
  std::vector<std::string> used;
  if (article != nullptr && article->contains("thumbnail"))
    used.push_back(text_of(*article, "thumbnail"));
  if (media != nullptr) used.push_back(text_of(*media, "id"));
  if (several != nullptr) {
    const Json* images = member(several, "images");
    if (images == nullptr || !images->is_array() || images->size() < 2 || images->size() > 20)
      return "MULTIIMAGE_COUNT";
    for (const Json& one : *images) {
      if (!is_closed(&one, {"id", "altText"})) return "UNPERMITTED_FIELDS";
      used.push_back(text_of(one, "id"));
    }
  }
  for (const std::string& urn : used) {
    const auto found = uploads_.find(urn);
    if (found == uploads_.end()) return "URN_NOT_FOUND";
    if (!found->second.was_sent || found->second.polls <= polls_before_ready)
      return "MEDIA_ASSET_WAITING_UPLOAD";
  }
  return {};
}

Response LinkedinDouble::create(const Request& request) {
  const Json body = parse_json(request.body);
  if (!body.is_object()) return refuse(400, "ILLEGAL_ARGUMENT", "the body is no JSON object");
  if (const std::string fault = fault_of_post(body); !fault.empty())
    return refuse(400, fault, "the post is not as it must be: " + fault);
  const std::string author = text_of(body, "author");
  if (!is_ours(author))
    return refuse(403, "ACCESS_DENIED",
                  "Organization permissions must be used when using organization as author");
  Post post;
  post.author = author;
  post.content = request.body;
  const auto same = std::ranges::find(posts_, post.content, &Post::content);
  if (refuses_duplicates && same != posts_.end()) {
    const std::string words = "Content is a duplicate of " + same->id;
    return respond_json(
        422,
        {{"status", 422},
         {"message", words},
         {"errorDetailType", "com.linkedin.common.error.BadRequest"},
         {"errorDetails",
          {{"inputErrors", Json::array({{{"code", "DUPLICATE_POST"}, {"description", words}}})}}}});
  }
  post.id = fmt::format("urn:li:share:{}", 7'000'000'000'000 + posts_.size());
  post.at = world_.clock.now();
  post.shown = body;
  post.shown["id"] = post.id;
  post.shown["commentary"] = kept_of(text_of(body, "commentary"));
  const auto at = post.at.time_since_epoch().count() * 1000;
  for (const char* name : {"createdAt", "publishedAt", "lastModifiedAt"}) post.shown[name] = at;
  arrive(post, body);
  posts_.push_back(post);
  return respond(201, "", {{"x-restli-id", post.id}, {"x-li-uuid", "AAYGrehearsal=="}});
}

void LinkedinDouble::arrive(const Post& post, const Json& body) {
  Arrived arrived;
  arrived.id = post.id;
  arrived.text = seen(text_of(post.shown, "commentary"));
  arrived.url = "https://www.linkedin.com/feed/update/" + post.id;
  arrived.length = measure(text_of(body, "commentary"), rules());
  arrived.limit = rules().limit;
  arrived.at = post.at;
  const auto picture_of = [&](const std::string& urn, const std::string& alt) {
    Picture picture = uploads_[urn].picture;
    picture.alt = alt;
    return picture;
  };
  const Json* content = member(&body, "content");
  if (const Json* article = member(content, "article")) {
    arrived.card.url = text_of(*article, "source");
    arrived.card.title = text_of(*article, "title");
    arrived.card.description = text_of(*article, "description");
    if (article->contains("thumbnail"))
      arrived.thumbnail = picture_of(text_of(*article, "thumbnail"), {});
  }
  if (const Json* media = member(content, "media"))
    arrived.pictures.push_back(picture_of(text_of(*media, "id"), text_of(*media, "altText")));
  if (const Json* images = member(member(content, "multiImage"), "images")) {
    for (const Json& one : *images)
      arrived.pictures.push_back(picture_of(text_of(one, "id"), text_of(one, "altText")));
  }
  arrived_.push_back(std::move(arrived));
}

Response LinkedinDouble::show(const std::string& urn) const {
  if (!lets_be_read)
    return refuse(403, "ACCESS_DENIED", "Not enough permissions to access: posts.GET");
  const auto found = std::ranges::find(posts_, urn, &Post::id);
  if (found == posts_.end() || world_.clock.now() - found->at < shows_after)
    return refuse(404, "NOT_FOUND", "The post is not there");
  return respond_json(200, found->shown);
}

Response LinkedinDouble::list(const Request& request) const {
  if (!lets_be_read)
    return refuse(403, "ACCESS_DENIED", "Not enough permissions to access: posts.FINDER-author");
  const auto asked = fields_of(query_of(request));
  if (value(asked, "q") != "author" || !is_ours(value(asked, "author")))
    return refuse(403, "ACCESS_DENIED", "no such author");
  const auto number = [&](const std::string& name, std::size_t usual, std::size_t most) {
    const std::string text = value(asked, name);
    const bool is_number =
        !text.empty() && text.size() < 6 && text.find_first_not_of("0123456789") == text.npos;
    return is_number ? std::min(static_cast<std::size_t>(std::stoul(text)), most) : usual;
  };
  const std::size_t count = std::max<std::size_t>(number("count", 10, 100), 1);
  const std::size_t start = number("start", 0, 99'999);
  std::vector<const Post*> all;
  for (auto one = posts_.rbegin(); one != posts_.rend(); ++one) {
    if (one->author == value(asked, "author") && world_.clock.now() - one->at >= shows_after)
      all.push_back(&*one);
  }
  Json elements = Json::array();
  for (std::size_t i = start; i < std::min(start + count, all.size()); ++i)
    elements.push_back(all[i]->shown);
  Json links = Json::array();
  if (start + count < all.size()) links.push_back({{"rel", "next"}, {"href", "/rest/posts"}});
  return respond_json(
      200, {{"elements", std::move(elements)},
            {"paging", {{"start", start}, {"count", count}, {"links", std::move(links)}}}});
}

}  // namespace crier::rehearsal
