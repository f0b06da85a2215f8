#include "network/mastodon/wire.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "core/url.h"
#include "core/utf8.h"

namespace crier::mastodon {
namespace {

using Json = nlohmann::json;

/// Never throws: a body that is no JSON is a discarded value, on which every look-up below fails.
Json parse(std::string_view body) { return Json::parse(body.begin(), body.end(), nullptr, false); }

const Json* member(const Json* object, const char* name) {
  if (object == nullptr || !object->is_object()) return nullptr;
  const auto found = object->find(name);
  return found == object->end() ? nullptr : &*found;
}

std::string text_of(const Json* value) {
  return value != nullptr && value->is_string() ? value->get_ref<const std::string&>()
                                                : std::string();
}

std::optional<std::size_t> count_of(const Json* value, std::size_t most) {
  if (value == nullptr || !value->is_number_unsigned()) return std::nullopt;
  const auto count = value->get<std::size_t>();
  if (count == 0 || count > most) return std::nullopt;
  return count;
}

/// Ids go into addresses and the ledger. Mastodon's are digits, other servers' letters and digits.
bool is_usable_id(std::string_view id) {
  return !id.empty() && id.size() <= 256 &&
         std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

std::string link_of(const Json* value) {
  std::string text = text_of(value);
  return is_http_url(text) && text.size() <= 2048 && printable(text) == text ? text : std::string();
}

std::optional<Status> status_of(const Json& value) {
  Status status;
  status.id = text_of(member(&value, "id"));
  if (!is_usable_id(status.id)) return std::nullopt;
  status.url = link_of(member(&value, "url"));
  // `url` is null for a status that has no page; `uri` is always there, and mostly the same.
  if (status.url.empty()) status.url = link_of(member(&value, "uri"));
  status.content = text_of(member(&value, "content"));
  status.created_at = read_timestamp(text_of(member(&value, "created_at")));
  status.is_reply = !text_of(member(&value, "in_reply_to_id")).empty();
  const Json* boosted = member(&value, "reblog");
  status.is_boost = boosted != nullptr && boosted->is_object();
  return status;
}

/// Reads digits from the front of `text`, exactly `count` of them.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(0, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

/// Reads what follows the seconds: a fraction, then Z or an offset.
std::optional<std::chrono::minutes> take_offset(std::string_view text) {
  if (take(text, '.')) {
    text.remove_prefix(std::min(text.find_first_not_of("0123456789"), text.size()));
  }
  if (text == "Z") return std::chrono::minutes{0};
  const int sign = text.starts_with('-') ? -1 : 1;
  if (!take(text, '+') && !take(text, '-')) return std::nullopt;
  const auto hours = take_digits(text, 2);
  (void)take(text, ':');
  const auto minutes = take_digits(text, 2);
  if (!hours || !minutes || !text.empty()) return std::nullopt;
  return std::chrono::minutes{sign * (*hours * 60 + *minutes)};
}

}  // namespace

std::string write_status(const NewStatus& status) {
  Json body = Json::object();
  body["status"] = status.status;
  if (!status.language.empty()) body["language"] = status.language;
  if (!status.visibility.empty()) body["visibility"] = status.visibility;
  if (!status.spoiler_text.empty()) {
    body["spoiler_text"] = status.spoiler_text;
    body["sensitive"] = true;
  }
  if (!status.media.empty()) body["media_ids"] = status.media;
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<Status> read_status(std::string_view body) { return status_of(parse(body)); }

std::optional<std::vector<Status>> read_statuses(std::string_view body) {
  const Json list = parse(body);
  if (!list.is_array()) return std::nullopt;
  std::vector<Status> statuses;
  for (const Json& value : list) {
    if (auto status = status_of(value)) statuses.push_back(std::move(*status));
  }
  return statuses;
}

InstanceLimits read_limits(std::string_view body) {
  const Json instance = parse(body);
  const Json* statuses = member(member(&instance, "configuration"), "statuses");
  const Json* media = member(member(&instance, "configuration"), "media_attachments");
  // No server's real limit is near these; a larger number is a mistake or a trap.
  constexpr std::size_t most_characters = 1'000'000;
  constexpr std::size_t most_per_url = 1'000;
  constexpr std::size_t most_pictures = 100;
  constexpr std::size_t most_bytes = 1'000'000'000;
  InstanceLimits limits{count_of(member(statuses, "max_characters"), most_characters),
                        count_of(member(statuses, "characters_reserved_per_url"), most_per_url),
                        count_of(member(statuses, "max_media_attachments"), most_pictures),
                        count_of(member(media, "image_size_limit"), most_bytes),
                        count_of(member(media, "image_matrix_limit"), most_bytes)};
  // Where Pleroma and its family put it before they had `configuration`.
  if (!limits.max_characters) {
    limits.max_characters = count_of(member(&instance, "max_toot_chars"), most_characters);
  }
  return limits;
}

std::optional<AccountName> read_account(std::string_view body) {
  const Json account = parse(body);
  AccountName name{text_of(member(&account, "id")), printable(text_of(member(&account, "acct")))};
  if (!is_usable_id(name.id)) return std::nullopt;
  return name;
}

std::optional<std::string> read_error(std::string_view body) {
  const Json answer = parse(body);
  std::string text = text_of(member(&answer, "error"));
  if (trimmed(text).empty()) return std::nullopt;
  return text;
}

std::optional<SysTime> read_timestamp(std::string_view text) {
  const auto year = take_digits(text, 4);
  const bool first_hyphen = take(text, '-');
  const auto month = take_digits(text, 2);
  const bool second_hyphen = take(text, '-');
  const auto day = take_digits(text, 2);
  const bool separator = take(text, 'T');
  const auto hour = take_digits(text, 2);
  const bool first_colon = take(text, ':');
  const auto minute = take_digits(text, 2);
  const bool second_colon = take(text, ':');
  const auto second = take_digits(text, 2);
  const auto offset = take_offset(text);
  if (!first_hyphen || !second_hyphen || !separator || !first_colon || !second_colon || !year ||
      !month || !day || !hour || !minute || !second || !offset) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second) - *offset;
}

std::string primary_language(std::string_view tag) {
  std::string language = ascii_lower(tag.substr(0, tag.find_first_of("-_")));
  const bool is_code =
      (language.size() == 2 || language.size() == 3) &&
      std::all_of(language.begin(), language.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  return is_code ? language : std::string();
}

}  // namespace crier::mastodon
