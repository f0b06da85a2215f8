#include "compose/url_scan.h"

#include <algorithm>
#include <array>
#include <optional>

#include "compose/domain_scan.h"
#include "compose/x_tables.h"

namespace crier {
namespace {

/// Source: twitter-text 3.1.0.
constexpr std::size_t longest_url = 4096;
constexpr std::size_t longest_label = 63;
constexpr std::size_t longest_short_link = 40;  // the part behind "t.co/"
constexpr std::u16string_view unsaid_scheme = u"https://";

/// How long a label is as punycode writes it, or a little over 63 where it is longer.
/// Source: RFC 3492, section 6.3.
std::size_t encoded_length(const std::u32string& label) {
  if (std::ranges::all_of(label, [](char32_t c) { return c < 0x80; })) return label.size();
  constexpr std::uint32_t base = 36, tmin = 1, tmax = 26, skew = 38, damp = 700;
  if (label.size() > longest_label) return label.size();
  std::uint32_t next = 128, delta = 0, bias = 72;
  std::size_t done = 0;
  for (const char32_t c : label) done += c < 0x80 ? 1U : 0U;
  const std::size_t basic = done;
  std::size_t length = 4 + basic + (basic > 0 ? 1 : 0);
  while (done < label.size()) {
    std::uint32_t least = 0x7FFFFFFF;
    for (const char32_t c : label) {
      if (c >= next) least = std::min<std::uint32_t>(least, c);
    }
    delta += (least - next) * static_cast<std::uint32_t>(done + 1);
    next = least;
    for (const char32_t c : label) {
      if (c < next) ++delta;
      if (c != next) continue;
      std::uint32_t rest = delta;
      for (std::uint32_t k = base;; k += base) {
        const std::uint32_t least_digit = k <= bias ? tmin : std::min(k - bias, tmax);
        ++length;
        if (rest < least_digit) break;
        rest = (rest - least_digit) / (base - least_digit);
      }
      delta = done == basic ? delta / damp : delta / 2;
      delta += delta / static_cast<std::uint32_t>(done + 1);
      std::uint32_t k = 0;
      for (; delta > ((base - tmin) * tmax) / 2; k += base) delta /= base - tmin;
      bias = k + (base - tmin + 1) * delta / (delta + skew);
      delta = 0;
      ++done;
    }
    ++delta;
    ++next;
  }
  return length;
}

/// Which characters may stand where, behind the domain.
class Classes {
 public:
  explicit Classes(UrlStyle style) : is_mastodon_(style == UrlStyle::mastodon) {}

  [[nodiscard]] bool is_path(char16_t c) const {
    if (is_ascii_letter_or_digit(c)) return true;
    if (c == 0) return false;
    if (!is_mastodon_) return contains(x_tables::path(), c);
    return !is_blank(c) && std::u16string_view(u"<>()?").find(c) == std::u16string_view::npos;
  }
  [[nodiscard]] bool is_path_end(char16_t c) const {
    if (is_ascii_letter_or_digit(c)) return true;
    if (!is_mastodon_) return contains(x_tables::path_end(), c);
    static constexpr std::u16string_view not_at_end = u"!*\"'\u300C\u300D;:=,.$%[]~&|@";
    return is_path(c) && not_at_end.find(c) == std::u16string_view::npos;
  }
  [[nodiscard]] bool is_query(char16_t c) const {
    static constexpr std::u16string_view signs = u"!?*'@();:&=+$/%#[]-_.,~|";
    if (is_ascii_letter_or_digit(c)) return true;
    if (c == 0) return false;
    if (signs.find(c) != std::u16string_view::npos) return true;
    return is_mastodon_ && (c == '^' || is_foreign(c));
  }
  [[nodiscard]] bool is_query_end(char16_t c) const {
    static constexpr std::u16string_view signs = u"-_&=#/";
    if (is_ascii_letter_or_digit(c)) return true;
    if (c == 0) return false;
    return signs.find(c) != std::u16string_view::npos || (is_mastodon_ && is_foreign(c));
  }

 private:
  static bool is_blank(char16_t c) { return c == 0x85 || (c != 0xFEFF && is_script_space(c)); }
  /// Source: Mastodon's config/initializers/twitter_regex.rb. Halves of characters beyond U+FFFF
  /// are taken as they come; those that it leaves out are not assigned.
  static bool is_foreign(char16_t c) {
    return (c >= 0xA0 && c <= 0xFDCF) || (c >= 0xFDF0 && c <= 0xFFEF);
  }
  bool is_mastodon_;
};

class Scan {
 public:
  Scan(const Units& text, UrlStyle style)
      : text_(text),
        style_(style),
        classes_(style),
        plain_classes_(UrlStyle::x),
        domains_(text, style) {}

  std::vector<UrlSpan> run() {
    for (std::size_t at = 0; at < text_.size();) {
      std::optional<Match> match;
      if (may_come_before(text_[at])) match = match_at(at + 1, text_[at]);
      if (!match && at == 0) match = match_at(0, u'\0');
      if (match) {
        keep(*match);
        at = match->end;
      } else {
        ++at;
      }
    }
    return std::move(found_);
  }

 private:
  struct Match {
    char16_t before = 0;
    std::size_t begin = 0, domain = 0, domain_end = 0, end = 0;
    bool has_path = false;
    [[nodiscard]] bool has_scheme() const { return domain > begin; }
  };

  [[nodiscard]] static bool may_come_before(char16_t c) {
    return !is_ascii_letter_or_digit(c) && !contains(x_tables::not_before(), c);
  }

  [[nodiscard]] std::size_t scheme_length(std::size_t at) const {
    static constexpr std::array<std::u16string_view, 9> schemes{
        u"https://", u"http://", u"dat://",    u"dweb://",  u"ipfs://",
        u"ipns://",  u"ssb://",  u"gopher://", u"gemini://"};
    const std::size_t count = style_ == UrlStyle::x ? 2 : schemes.size();
    for (std::size_t i = 0; i < count; ++i) {
      if (text_.has(at, schemes[i])) return schemes[i].size();
    }
    return 0;
  }

  [[nodiscard]] std::optional<Match> match_at(std::size_t at, char16_t before) const {
    if (at >= text_.size()) return std::nullopt;
    // X's library, in JavaScript, begins a URL at the second half of a character, too.
    if (style_ == UrlStyle::mastodon && text_.is_low(at)) return std::nullopt;
    Match match;
    match.before = before;
    match.begin = at;
    match.domain = at + scheme_length(at);
    match.domain_end = domains_.end_of(match.domain);
    if (match.domain_end == 0) return std::nullopt;
    match.end = port_end(match.domain_end);
    if (text_.peek(match.end) == '/') {
      match.has_path = true;
      match.end = path_end(match.end + 1);
    }
    match.end = query_end(match.end);
    return match;
  }

  [[nodiscard]] std::size_t port_end(std::size_t at) const {
    if (text_.peek(at) != ':' || !is_ascii_digit(text_.peek(at + 1))) return at;
    ++at;
    while (is_ascii_digit(text_.peek(at))) ++at;
    return at;
  }

  [[nodiscard]] std::size_t path_run(std::size_t at, const Classes& classes) const {
    while (at < text_.size() && classes.is_path(text_[at])) ++at;
    return at;
  }

  /// Behind the bracket that closes the one at `open`, with one pair inside at most; 0 if there is
  /// none.
  [[nodiscard]] std::size_t bracket_end(std::size_t open, const Classes& classes) const {
    std::size_t at = path_run(open + 1, classes);
    if (text_.peek(at) == ')' && at > open + 1) return at + 1;
    if (text_.peek(at) != '(') return 0;
    const std::size_t inner = at + 1;
    at = path_run(inner, classes);
    if (at == inner || text_.peek(at) != ')') return 0;
    at = path_run(at + 1, classes);
    return text_.peek(at) == ')' ? at + 1 : 0;
  }

  [[nodiscard]] std::size_t path_end(std::size_t at) const {
    std::size_t end = at;
    while (at < text_.size()) {
      if (classes_.is_path(text_[at])) {
        if (classes_.is_path_end(text_[at])) end = at + 1;
        ++at;
      } else if (text_[at] == '(') {
        const std::size_t behind = bracket_end(at, classes_);
        if (behind == 0) break;
        // Mastodon's own rule for brackets does not hold at the end of a path.
        if (bracket_end(at, plain_classes_) == behind) end = behind;
        at = behind;
      } else {
        break;
      }
    }
    return end;
  }

  [[nodiscard]] std::size_t query_end(std::size_t at) const {
    if (text_.peek(at) != '?') return at;
    std::size_t end = at;
    for (std::size_t i = at + 1; i < text_.size() && classes_.is_query(text_[i]); ++i) {
      if (classes_.is_query_end(text_[i])) end = i + 1;
    }
    return end;
  }

  [[nodiscard]] std::u16string slice(std::size_t begin, std::size_t end) const {
    return text_.text.substr(begin, end - begin);
  }

  void keep(const Match& match) {
    const std::size_t scheme =
        match.has_scheme() ? match.domain - match.begin : unsaid_scheme.size();
    const std::size_t counted = style_ == UrlStyle::x ? scheme : 0;
    if (counted + (match.end - match.begin) > longest_url) return;
    const std::u16string domain = slice(match.domain, match.domain_end);
    if (has_long_label(domain)) return;
    if (domain.starts_with(u"xn--") &&
        domains_.plain_parts(match.domain, match.domain_end).empty()) {
      return;
    }
    if (match.has_scheme()) {
      keep_with_scheme(match);
    } else if (style_ == UrlStyle::x) {
      keep_bare(match, domain);
    }
  }

  void keep_with_scheme(const Match& match) {
    std::size_t end = match.end;
    const std::size_t slug = match.domain + 5;
    if (match.domain - match.begin >= 7 && text_.has(match.domain, u"t.co/") && slug < match.end &&
        (is_ascii_letter_or_digit(text_[slug]))) {
      std::size_t at = slug;
      while (at < match.end && (is_ascii_letter_or_digit(text_[at]))) ++at;
      if (at - slug > longest_short_link) return;
      end = std::min(query_end(at), match.end);
    }
    found_.push_back({match.begin, end, slice(match.begin, end)});
  }

  void keep_bare(const Match& match, const std::u16string& domain) {
    if (std::u16string_view(u"-_./").find(match.before) != std::u16string_view::npos &&
        match.before != 0) {
      return;
    }
    std::size_t from = 0;
    std::size_t first_kept = found_.size();
    for (const auto& [begin, end] : domains_.plain_parts(match.domain, match.domain_end)) {
      const std::u16string part = slice(begin, end);
      // X's library looks for the part's first occurrence, which may stand before it.
      const std::size_t at = domain.find(part, from);
      from = at + part.size();
      found_.push_back({match.begin + at, match.begin + from, part});
    }
    if (found_.size() == first_kept || !match.has_path) return;
    found_.back().value += slice(match.domain_end, match.end);
    found_.back().end = match.end;
  }

  const Units& text_;
  UrlStyle style_;
  Classes classes_, plain_classes_;
  DomainScan domains_;
  std::vector<UrlSpan> found_;
};

}  // namespace

bool has_long_label(std::u16string_view domain) {
  constexpr std::u16string_view stops = u".\u3002\uFF0E\uFF61";
  Units units;
  for (std::size_t begin = 0; begin <= domain.size();) {
    const std::size_t end = std::min(domain.find(u'.', begin), domain.size());
    units.text = domain.substr(begin, end - begin);
    if (units.text.size() > 2 * longest_label) return true;
    // Other scripts' full stops end a label for DNS, but not for X, which counts all of them.
    std::size_t length = 0;
    std::u32string label;
    for (std::size_t at = 0; at < units.size(); ++at) {
      const char32_t c = units.code_point(at);
      if (c > 0xFFFF) ++at;
      if (c < 0x10000 && stops.find(static_cast<char16_t>(c)) != std::u16string_view::npos) {
        length += encoded_length(label) + 1;
        label.clear();
      } else {
        label += c;
      }
    }
    length += encoded_length(label);
    if (length == 0 || length > longest_label) return true;
    begin = end + 1;
  }
  return false;
}

std::vector<UrlSpan> scan_urls(const Units& text, UrlStyle style) {
  if (text.text.find(u'.') == std::u16string::npos) return {};
  if (style == UrlStyle::mastodon && text.text.find(u':') == std::u16string::npos) return {};
  return Scan(text, style).run();
}

}  // namespace crier
