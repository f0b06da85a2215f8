#include "feed/reference.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace crier {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool all_digits(std::string_view part) {
  return !part.empty() && std::all_of(part.begin(), part.end(), is_digit);
}

bool is_word(std::string_view part, std::size_t longest) {
  return !part.empty() && part.size() <= longest &&
         std::all_of(part.begin(), part.end(), is_letter);
}

bool is_long_year(std::string_view part) {
  return part.size() == 4 && all_digits(part) && (part.starts_with("19") || part.starts_with("20"));
}

bool is_year(std::string_view part) {
  return is_long_year(part) || (part.size() == 2 && all_digits(part));
}

/// 3 to 6 digits, with at most two letters before them: "01234", "P1234".
bool is_serial(std::string_view part) {
  const auto letters =
      static_cast<std::size_t>(std::find_if(part.begin(), part.end(), is_digit) - part.begin());
  const std::string_view number = part.substr(letters);
  return letters <= 2 && all_digits(number) && number.size() >= 3 && number.size() <= 6;
}

using Parts = std::vector<std::string_view>;

/// The parts from `first` to `last` of a reference.
struct Span {
  std::size_t first, last;
};

/// Where a reference stands whose serial number is the part `at`, without what may surround it.
std::optional<Span> around_serial(const Parts& parts, std::size_t at) {
  if (!is_serial(parts[at]) || at == 0) return std::nullopt;
  if (is_year(parts[at - 1])) return Span{at - 1, at};
  if (at >= 2 && is_word(parts[at - 1], 2) && is_year(parts[at - 2])) return Span{at - 2, at};
  // "news/2026/03" is the address of a month.
  if (at + 1 < parts.size() && is_word(parts[at - 1], 4) && is_year(parts[at + 1]) &&
      !is_long_year(parts[at])) {
    return Span{at - 1, at + 1};
  }
  return std::nullopt;
}

/// With the authority's letters before it, and the kind of application behind it.
Span widened(const Parts& parts, Span span) {
  if (span.first > 0) {
    const std::string_view before = parts[span.first - 1];
    if (is_word(before, 4) || (before.size() == 1 && all_digits(before))) --span.first;
  }
  if (span.last + 1 < parts.size() && is_word(parts[span.last + 1], 5)) ++span.last;
  return span;
}

/// Says whether nothing but digits stands there, and they may be a date, years or a fraction.
bool may_be_other(const Parts& parts, Span span, std::size_t serial) {
  for (std::size_t i = span.first; i <= span.last; ++i) {
    if (!all_digits(parts[i])) return false;
  }
  const std::string_view number = parts[serial];
  const bool is_short = parts[serial - 1].size() == 2 && number.size() == 3;
  return is_long_year(number) || is_short;
}

std::string reference_of(const Parts& parts) {
  for (std::size_t at = 1; at < parts.size(); ++at) {
    const auto core = around_serial(parts, at);
    if (!core) continue;
    const Span span = widened(parts, *core);
    if (may_be_other(parts, span, at)) continue;
    std::string reference;
    for (std::size_t i = span.first; i <= span.last; ++i) {
      if (!reference.empty()) reference += '/';
      for (const char c : parts[i]) {
        reference += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      }
    }
    return reference;
  }
  return {};
}

std::string with_slashes(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '%' && text.substr(at, 2) == "%2" && at + 2 < text.size() &&
        (text[at + 2] == 'F' || text[at + 2] == 'f')) {
      out += '/';
      at += 2;
    } else {
      out += text[at];
    }
  }
  return out;
}

/// Looks through each run of parts with slashes between them.
std::string first_reference(std::string_view text) {
  Parts parts;
  parts.reserve(16);
  std::size_t from = 0;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    const char c = at < text.size() ? text[at] : ' ';
    if (is_digit(c) || is_letter(c)) continue;
    parts.push_back(text.substr(from, at - from));
    from = at + 1;
    if (c == '/') continue;
    if (parts.size() > 1) {
      if (std::string found = reference_of(parts); !found.empty()) return found;
    }
    parts.clear();
  }
  return {};
}

}  // namespace

std::string reference_in(std::string_view text) {
  if (text.find("%2") != std::string_view::npos) return first_reference(with_slashes(text));
  return text.find('/') == std::string_view::npos ? std::string() : first_reference(text);
}

}  // namespace crier
