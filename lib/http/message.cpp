#include "http/message.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/url.h"
#include "core/utf8.h"
#include "http/backoff.h"

namespace crier {
namespace {

using std::chrono::seconds;

constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::optional<int> to_int(std::string_view text) {
  int value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// The day and the time of day; nothing if there is no such moment. A leap second is the next one.
std::optional<SysTime> moment(const std::chrono::year_month_day& date, int hour, int minute,
                              int second) {
  if (!date.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
      second > 60) {
    return std::nullopt;
  }
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         seconds(second);
}

/// The words of a date, cut at spaces, commas and hyphens: all three HTTP forms become one list.
std::vector<std::string_view> words_of(std::string_view value) {
  std::vector<std::string_view> words;
  std::size_t from = 0;
  while (from < value.size()) {
    const std::size_t to = std::min(value.find_first_of(" ,-", from), value.size());
    if (to > from) words.push_back(value.substr(from, to - from));
    from = to + 1;
  }
  return words;
}

}  // namespace

const char* name_of(Method method) {
  switch (method) {
    case Method::get: return "GET";
    case Method::post: return "POST";
    case Method::put: return "PUT";
    case Method::patch: return "PATCH";
    case Method::del: return "DELETE";
  }
  return "GET";
}

std::optional<std::string_view> find_header(const Headers& headers, std::string_view name) {
  for (const Header& header : headers) {
    if (ascii_iequals(header.name, name)) return header.value;
  }
  return std::nullopt;
}

std::optional<SysTime> parse_http_date(std::string_view value) {
  auto words = words_of(trimmed(value));
  // asctime has the year last ("Sun Nov  6 08:49:37 1994"): put it into the order of the others.
  if (words.size() == 5 && words[3].find(':') != std::string_view::npos) {
    words = {words[0], words[2], words[1], words[4], words[3], "GMT"};
  }
  if (words.size() != 6 || words[4].size() != 8) return std::nullopt;
  const auto day = to_int(words[1]);
  const auto* month = std::find(months.begin(), months.end(), words[2]);
  auto year = to_int(words[3]);
  const auto hour = to_int(words[4].substr(0, 2));
  const auto minute = to_int(words[4].substr(3, 2));
  const auto second = to_int(words[4].substr(6, 2));
  if (!day || month == months.end() || !year || !hour || !minute || !second) return std::nullopt;
  // RFC 850 has two digits; RFC 9110 section 5.6.7 puts those more than 50 years ahead into the
  // past.
  if (words[3].size() == 2) *year += *year >= 77 ? 1900 : 2000;
  const std::chrono::year_month_day date{
      std::chrono::year{*year},
      std::chrono::month{static_cast<unsigned>(month - months.begin()) + 1},
      std::chrono::day{static_cast<unsigned>(*day)}};
  return moment(date, *hour, *minute, *second);
}

std::optional<SysTime> parse_iso_time(std::string_view value) {
  value = trimmed(value);
  // "2026-03-02T09:00:00", then perhaps a fraction, then the zone.
  if (value.size() < 20 || value[4] != '-' || value[7] != '-' || value[13] != ':' ||
      value[16] != ':' || (value[10] != 'T' && value[10] != 't' && value[10] != ' ')) {
    return std::nullopt;
  }
  const auto number = [&](std::size_t at, std::size_t count) -> std::optional<int> {
    const std::string_view digits = value.substr(at, count);
    return is_digits(digits) ? to_int(digits) : std::nullopt;
  };
  const auto year = number(0, 4);
  const auto month = number(5, 2);
  const auto day = number(8, 2);
  const auto hour = number(11, 2);
  const auto minute = number(14, 2);
  const auto second = number(17, 2);
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  auto time = moment(date, *hour, *minute, *second);
  std::size_t zone = 19;
  if (value[zone] == '.') {
    zone = std::min(value.find_first_not_of("0123456789", zone + 1), value.size());
    const std::string_view fraction = value.substr(20, zone - 20);
    // What is left of a second is waited for too.
    if (time && fraction.find_first_not_of('0') != std::string_view::npos) *time += seconds{1};
  }
  const std::string_view rest = value.substr(zone);
  if (!time || rest == "Z" || rest == "z") return time;
  if (rest.size() != 6 || (rest[0] != '+' && rest[0] != '-') || rest[3] != ':') return std::nullopt;
  const auto hours = number(zone + 1, 2);
  const auto minutes = number(zone + 4, 2);
  if (!hours || !minutes) return std::nullopt;
  const auto offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
  return rest[0] == '+' ? *time - offset : *time + offset;
}

std::optional<seconds> parse_retry_after(std::string_view value, SysTime now) {
  value = trimmed(value);
  // A year is the most that is believed: more is a mistake, and would overflow sums with it.
  constexpr seconds most{366 * 24 * 3600};
  const auto until = [&](SysTime time) { return std::clamp<seconds>(time - now, {}, most); };
  const std::size_t point = value.find('.');
  const std::string_view whole = value.substr(0, point);
  if (is_digits(whole) && (point == std::string_view::npos || is_digits(value.substr(point + 1)))) {
    long long number = 0;
    const auto [end, problem] = std::from_chars(whole.data(), whole.data() + whole.size(), number);
    // No wait is 30 years long: such a number is a moment, as seconds or milliseconds since 1970.
    constexpr long long least_moment = 1'000'000'000;
    constexpr long long least_in_milliseconds = 100 * least_moment;
    if (problem != std::errc{} || number >= 1000 * least_in_milliseconds) return most;
    if (number >= least_in_milliseconds) return until(SysTime{seconds{number / 1000 + 1}});
    if (point != std::string_view::npos) ++number;
    if (number >= least_moment) return until(SysTime{seconds{number}});
    return std::min(seconds{number}, most);
  }
  if (const auto date = parse_http_date(value)) return until(*date);
  if (const auto date = parse_iso_time(value)) return until(*date);
  return std::nullopt;
}

std::optional<Error> classify(const Response& response, SysTime now) {
  const int status = response.status;
  if (status >= 200 && status < 300) return std::nullopt;
  Error error{ErrorKind::rejected, fmt::format("the server answered {}", status)};
  if (status == 401) error.kind = ErrorKind::unauthorized;
  if (status == 429) error.kind = ErrorKind::throttled;
  if (status == 408 || status == 425 || status >= 500) error.kind = ErrorKind::unavailable;
  if (const auto value = find_header(response.headers, "Retry-After")) {
    error.retry_after = parse_retry_after(*value, now);
  }
  if (status == 429 && !error.retry_after) {
    error.retry_after = rate_limit_pause(response.headers, now);
  }
  return error;
}

namespace {

std::string name_of_page(std::string_view text) {
  const std::string lower = ascii_lower(text);
  const std::size_t begin = lower.find("<title>");
  const std::size_t end = begin == std::string::npos ? begin : lower.find("</title>", begin);
  if (end == std::string::npos) return "a web page";
  return fmt::format("a web page, “{}”", trimmed(text.substr(begin + 7, end - begin - 7)));
}

}  // namespace

bool is_web_page(std::string_view body) {
  std::string start = ascii_lower(body.substr(0, 512));
  // Some servers' pages begin with a mark of their encoding, or as XML.
  if (start.starts_with("\xEF\xBB\xBF")) start.erase(0, 3);
  start = std::string(trimmed(start));
  if (start.starts_with("<?xml")) {
    start = std::string(trimmed(std::string_view(start).substr(start.find('>') + 1)));
  }
  return start.starts_with("<!doctype html") || start.starts_with("<html");
}

std::string excerpt(std::string_view body) {
  constexpr std::size_t most = 200;
  std::string text = collapse_space(to_valid_utf8(body.substr(0, 4 * most)));
  text = printable(is_web_page(text) ? name_of_page(text) : text);
  if (text.size() <= most) return text;
  std::size_t end = most - 3;  // the "…" is three bytes
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "…";
}

}  // namespace crier
