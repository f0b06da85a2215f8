#include "network/threads/wire.h"

#include <algorithm>

#include "core/safe_text.h"
#include "core/url.h"
#include "core/utf8.h"
#include "http/message.h"
#include "network/json.h"

namespace crier::threads {
namespace {

/// Source: developers.facebook.com, Threads, "Posts", 2026-04.
constexpr std::size_t most_description = 1000;
constexpr std::size_t most_id = 32;
constexpr std::size_t most_cursor = 1024;

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= most_id &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string id_of(const Json* object) {
  std::string id = text_of(member(object, "id"));
  return is_number(id) ? id : std::string();
}

std::int64_t number_of(const Json* value) {
  if (value == nullptr || !value->is_number_integer()) return 0;
  return value->get<std::int64_t>();
}

int code_of(const Json* value) {
  const std::int64_t number = number_of(value);
  constexpr std::int64_t most = 99'999'999;
  return number < 0 || number > most ? 0 : static_cast<int>(number);
}

std::string address_of(const Json* value) {
  std::string address = text_of(value);
  const bool is_good = is_http_url(address) && address.size() <= 2048 &&
                       std::ranges::all_of(address, [](char c) { return c > ' ' && c <= '~'; });
  return is_good ? address : std::string();
}

/// Meta writes the zone without its colon: "2026-03-02T09:00:00+0000".
std::optional<SysTime> time_of(std::string text) {
  const std::size_t size = text.size();
  if (size > 5 && (text[size - 5] == '+' || text[size - 5] == '-')) text.insert(size - 2, ":");
  return parse_iso_time(text);
}

std::string cut_description(std::string text) {
  const auto ends = grapheme_ends(text);
  while (count_code_points(text) > most_description) {
    const auto last = std::lower_bound(ends.begin(), ends.end(), text.size());
    text.resize(last == ends.begin() ? 0 : *std::prev(last));
  }
  return text;
}

}  // namespace

Fields picture_fields(const Image& image) {
  Fields fields{{"media_type", "IMAGE"}, {"image_url", image.url}};
  if (!image.alt.empty()) {
    fields.emplace_back("alt_text", cut_description(to_valid_utf8(image.alt)));
  }
  return fields;
}

std::string read_id(std::string_view body) {
  const Json json = parse_json(body);
  return id_of(&json);
}

Container read_container(std::string_view body) {
  using Status = Container::Status;
  const Json json = parse_json(body);
  Container container;
  const std::string word = text_of(json, "status");
  container.why = text_of(json, "error_message");
  if (word == "FINISHED") {
    container.status = Status::finished;
  } else if (word == "PUBLISHED") {
    container.status = Status::published;
  } else if (word == "EXPIRED") {
    container.status = Status::expired;
  } else if (word == "ERROR") {
    container.status = Status::error;
  } else if (!word.empty()) {
    container.status = Status::in_progress;
  }
  return container;
}

std::string read_permalink(std::string_view body) {
  const Json json = parse_json(body);
  return address_of(member(&json, "permalink"));
}

std::optional<Listing> read_listing(std::string_view body) {
  const Json json = parse_json(body);
  const Json* data = member(&json, "data");
  if (data == nullptr || !data->is_array()) return std::nullopt;
  Listing listing;
  listing.entries = data->size();
  for (const Json& entry : *data) {
    Shown shown;
    shown.id = id_of(&entry);
    if (shown.id.empty()) continue;
    shown.text = text_of(entry, "text");
    shown.permalink = address_of(member(&entry, "permalink"));
    shown.link = text_of(entry, "link_attachment_url");
    shown.at = time_of(text_of(entry, "timestamp"));
    shown.is_repost = text_of(entry, "media_type") == "REPOST_FACADE";
    listing.posts.push_back(std::move(shown));
  }
  const Json* paging = member(&json, "paging");
  // There is a cursor behind the last page, too; only `next` says that there is more.
  // A page may be empty and not the last.
  listing.has_more = !text_of(member(paging, "next")).empty();
  if (listing.has_more) {
    listing.next = text_of(member(member(paging, "cursors"), "after"));
    if (listing.next.size() > most_cursor) listing.next.clear();
  }
  return listing;
}

std::optional<User> read_user(std::string_view body) {
  const Json json = parse_json(body);
  User user{id_of(&json), text_of(json, "username")};
  if (user.id.empty()) return std::nullopt;
  const bool is_name = !user.username.empty() && user.username.size() <= 64 &&
                       std::ranges::all_of(user.username, [](char c) {
                         return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                (c >= '0' && c <= '9') || c == '_' || c == '.';
                       });
  if (!is_name) user.username.clear();
  return user;
}

std::int64_t read_token_end(std::string_view body) {
  const Json json = parse_json(body);
  return std::max<std::int64_t>(number_of(member(member(&json, "data"), "expires_at")), 0);
}

std::optional<Quota> read_quota(std::string_view body) {
  const Json json = parse_json(body);
  const Json* data = member(&json, "data");
  if (data == nullptr || !data->is_array() || data->empty()) return std::nullopt;
  const Json* used = member(&data->front(), "quota_usage");
  const Quota quota{number_of(used),
                    number_of(member(member(&data->front(), "config"), "quota_total"))};
  if (used == nullptr || !used->is_number_integer() || quota.total <= 0) return std::nullopt;
  return quota;
}

Problem read_problem(std::string_view body) {
  const Json json = parse_json(body);
  const Json* error = member(&json, "error");
  Problem problem;
  problem.code = code_of(member(error, "code"));
  problem.subcode = code_of(member(error, "error_subcode"));
  const Json* transient = member(error, "is_transient");
  problem.is_transient = transient != nullptr && transient->is_boolean() && transient->get<bool>();
  problem.words = text_of(member(error, "error_user_msg"));
  if (problem.words.empty()) problem.words = text_of(member(error, "message"));
  return problem;
}

std::string bare_words(std::string_view text, std::string_view link) {
  std::string out = to_valid_utf8(text);
  if (!link.empty()) {
    for (std::size_t at = out.find(link); at != std::string::npos; at = out.find(link, at)) {
      out.replace(at, link.size(), " ");
    }
  }
  std::erase(out, '#');
  return compared_words(out);
}

}  // namespace crier::threads
