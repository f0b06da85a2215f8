#include "config/values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <numeric>
#include <vector>

#include "core/url.h"
#include "core/utf8.h"

namespace crier {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A number and what stands behind it: "20 MB" -> 20, "MB".
struct Amount {
  std::uint64_t number = 0;
  std::string_view unit;
};

std::optional<Amount> parse_amount(std::string_view text) {
  Amount amount;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount.number);
  if (error != std::errc()) return std::nullopt;
  amount.unit = trimmed(text.substr(static_cast<std::size_t>(end - text.data())));
  return amount;
}

bool is_loopback(std::string_view host) {
  const bool is_ipv4 = host.find_first_not_of("0123456789.") == std::string_view::npos;
  return host == "localhost" || host == "[::1]" || (is_ipv4 && host.starts_with("127."));
}

/// How many letters must be changed, added, left out or swapped with their neighbour.
/// Source: the optimal string alignment distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, change});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

/// Small letters, and hyphens as underscores: "Base-URL" is near "base_url".
std::string folded(std::string_view name) {
  std::string out = ascii_lower(name);
  std::ranges::replace(out, '-', '_');
  return out;
}

}  // namespace

std::optional<std::chrono::seconds> parse_duration(std::string_view text) {
  const std::optional<Amount> amount = parse_amount(text);
  if (!amount || amount->number > 100'000'000) return std::nullopt;
  struct Unit {
    std::string_view name;
    std::int64_t seconds;
  };
  static constexpr std::int64_t day = 86'400;
  static constexpr std::array<Unit, 20> units{
      {{"s", 1},    {"sec", 1},   {"secs", 1},   {"second", 1},     {"seconds", 1},
       {"m", 60},   {"min", 60},  {"mins", 60},  {"minute", 60},    {"minutes", 60},
       {"h", 3600}, {"hr", 3600}, {"hrs", 3600}, {"hour", 3600},    {"hours", 3600},
       {"d", day},  {"day", day}, {"days", day}, {"week", 7 * day}, {"weeks", 7 * day}}};
  const std::string name = ascii_lower(amount->unit);
  const auto* const unit = std::ranges::find(units, name, &Unit::name);
  if (unit == units.end() || amount->unit == "M") return std::nullopt;
  return std::chrono::seconds(static_cast<std::int64_t>(amount->number) * unit->seconds);
}

bool is_web_address(std::string_view text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (!is_http_url(text) || text.find_first_of(" \"<>") != std::string_view::npos ||
      std::ranges::any_of(text, is_control)) {
    return false;
  }
  const std::optional<Url> url = parse_url(text);
  return url && !url->host.empty();
}

std::string_view why_no_web_address(std::string_view text) {
  return text.find_first_of(" \t\r\n") != std::string_view::npos
             ? "has a space in it, and an address has none: a space that belongs to it is written "
               "%20"
             : "is no web address";
}

std::optional<std::size_t> parse_size(std::string_view text) {
  const std::optional<Amount> amount = parse_amount(text);
  if (!amount || amount->number > 1'000'000'000) return std::nullopt;
  const auto number = static_cast<std::size_t>(amount->number);
  if (ascii_iequals(amount->unit, "KB")) return number * 1'000;
  if (ascii_iequals(amount->unit, "MB")) return number * 1'000'000;
  if (ascii_iequals(amount->unit, "GB")) return number * 1'000'000'000;
  return std::nullopt;
}

bool is_language(std::string_view text) {
  bool is_first = true;
  while (true) {
    const std::size_t hyphen = text.find('-');
    const std::string_view part = text.substr(0, hyphen);
    const bool is_word = std::ranges::all_of(
        part, [&](char c) { return is_letter(c) || (!is_first && is_digit(c)); });
    if (!is_word || part.size() < (is_first ? 2U : 1U) || part.size() > (is_first ? 3U : 8U)) {
      return false;
    }
    if (hyphen == std::string_view::npos) return true;
    text.remove_prefix(hyphen + 1);
    is_first = false;
  }
}

bool is_timezone(std::string_view text) {
  if (text.empty() || text.size() > 64 || !is_letter(text.front()) || text.ends_with('/') ||
      text.find("//") != std::string_view::npos) {
    return false;
  }
  return std::ranges::all_of(text, [](char c) {
    return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '+' || c == '/';
  });
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return is_letter(c) || is_digit(c) || c == '-' || c == '_';
  });
}

bool is_secret_name(std::string_view key) {
  static constexpr std::array<std::string_view, 9> names{"apikey",      "api_key",      "app_key",
                                                         "access_key",  "consumer_key", "pass",
                                                         "private_key", "bearer",       "pwd"};
  const std::string name = folded(key);
  return name.ends_with("token") || name.find("secret") != std::string::npos ||
         name.find("password") != std::string::npos || name.find("passwd") != std::string::npos ||
         std::ranges::find(names, name) != names.end();
}

bool has_user_info(std::string_view text) {
  for (std::size_t at = text.find("://"); at != std::string_view::npos; at = text.find("://", at)) {
    at += 3;
    const std::string_view authority = text.substr(at, text.find_first_of("/?# \t\r\n", at) - at);
    if (authority.find('@') != std::string_view::npos) return true;
  }
  return false;
}

Result<std::string> parse_server(std::string_view text) {
  static constexpr std::string_view example = "\"https://social.example.gov.uk\"";
  const std::optional<Url> url = is_http_url(text) ? parse_url(text) : std::nullopt;
  if (!url || url->host.empty() || !url->user.empty() || !url->password.empty() ||
      text.find_first_of(" \t\r\n\\") != std::string_view::npos) {
    return fail(ErrorKind::invalid, "is no server's address; write it like {}", example);
  }
  if (url->has_query || !url->fragment.empty() || (!url->path.empty() && url->path != "/")) {
    return fail(ErrorKind::invalid, "has more than the server; write only \"{}\"", origin_of(text));
  }
  if (url->scheme != "https" && !is_loopback(url->host)) {
    return fail(ErrorKind::invalid,
                "sends sign-in and posts unencrypted over http; write https, as in {}", example);
  }
  return origin_of(text);
}

std::string address_key(std::string_view url) {
  const std::optional<Url> parts = is_http_url(url) ? parse_url(url) : std::nullopt;
  if (!parts) return {};
  std::string key = parts->host;
  const bool is_usual_port = parts->port.empty() || parts->port == "80" || parts->port == "443";
  if (!is_usual_port) key += ':' + parts->port;
  std::string_view path = parts->path;
  if (path.ends_with('/')) path.remove_suffix(1);
  key += path;
  // Nothing between "?" and the end, or between two "&", asks for nothing.
  std::string query;
  for (std::string_view rest = parts->query; !rest.empty();) {
    const std::string_view one = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    if (!one.empty()) query.append(query.empty() ? "?" : "&").append(one);
  }
  key += query;
  return key;
}

std::optional<std::string> nearest(std::string_view written,
                                   std::span<const std::string> candidates) {
  if (written.size() > 64) return std::nullopt;
  const std::string wanted = folded(written);
  // Two slips in a long name, one in a short one.
  std::size_t best_distance = (wanted.size() > 4 ? 2U : 1U) + 1U;
  std::optional<std::string> best;
  for (const std::string& candidate : candidates) {
    const std::string name = folded(candidate);
    const std::size_t least =
        std::max(name.size(), wanted.size()) - std::min(name.size(), wanted.size());
    if (least >= best_distance) continue;
    const std::size_t here = distance(wanted, name);
    if (here >= best_distance) continue;
    best_distance = here;
    best = candidate;
  }
  return best;
}

std::string listed(std::span<const std::string> names) {
  std::string out;
  for (const std::string& name : names.first(std::min<std::size_t>(names.size(), 12))) {
    if (!out.empty()) out += ", ";
    out += name;
  }
  if (names.size() > 12) out += ", …";
  return out;
}

std::optional<std::int64_t> parse_millionths(std::string_view text) {
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string_view whole = text.substr(0, point);
  std::string fraction(text.substr(std::min(point + 1, text.size())));
  if (whole.empty() || whole.size() > 9 || fraction.size() > 6 ||
      (point < text.size() && fraction.empty())) {
    return std::nullopt;
  }
  fraction.resize(6, '0');
  std::int64_t amount = 0;
  for (const char c : std::string(whole) + fraction) {
    if (c < '0' || c > '9') return std::nullopt;
    amount = amount * 10 + (c - '0');
  }
  return amount;
}

}  // namespace crier
