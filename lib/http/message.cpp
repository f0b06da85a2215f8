#include "http/message.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/url.h"
#include "core/utf8.h"

namespace crier {
namespace {

constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::optional<int> to_int(std::string_view text) {
  int value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
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
  if (!date.ok() || *hour < 0 || *hour > 23 || *minute < 0 || *minute > 59 || *second < 0 ||
      *second > 60) {
    return std::nullopt;
  }
  return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second);
}

std::optional<std::chrono::seconds> parse_retry_after(std::string_view value, SysTime now) {
  value = trimmed(value);
  // A year is the most that is believed: more is a mistake, and would overflow sums with it.
  constexpr std::chrono::seconds most{366 * 24 * 3600};
  if (!value.empty() && value.find_first_not_of("0123456789") == std::string_view::npos) {
    const auto seconds = to_int(value);
    return seconds ? std::min(std::chrono::seconds{*seconds}, most) : most;
  }
  if (const auto date = parse_http_date(value)) {
    return std::clamp<std::chrono::seconds>(*date - now, std::chrono::seconds{0}, most);
  }
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
  return error;
}

std::string excerpt(std::string_view body) {
  constexpr std::size_t most = 200;
  std::string text = collapse_space(to_valid_utf8(body.substr(0, 4 * most)));
  text = printable(text);
  if (text.size() <= most) return text;
  std::size_t end = most - 3;  // the "…" is three bytes
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "…";
}

}  // namespace crier
