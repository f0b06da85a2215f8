#include "compose/links.h"

#include <algorithm>
#include <array>

#include "core/utf8.h"

namespace crier {
namespace {

constexpr std::size_t longest_in_brackets = 1000;  // bytes

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

template <std::size_t n>
std::size_t length_of_any(std::string_view text,
                          const std::array<std::string_view, n>& candidates) {
  for (const std::string_view candidate : candidates) {
    if (text.starts_with(candidate)) return candidate.size();
  }
  return 0;
}

/// White space and closing quotes outside ASCII: U+0085, U+00A0, U+00BB, U+1680, U+2000 to U+200B,
/// U+2019, U+201C, U+201D, U+2028, U+2029, U+202F, U+203A, U+205F, U+3000, U+300D.
bool ends_link(std::string_view rest) {
  const char c = rest.front();
  if (is_ascii(c))
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F || c == '<' || c == '>' || c == '"';
  static constexpr std::array<std::string_view, 23> stops{
      "\xC2\x85",     "\xC2\xA0",     "\xC2\xBB",     "\xE1\x9A\x80", "\xE2\x80\x80",
      "\xE2\x80\x81", "\xE2\x80\x82", "\xE2\x80\x83", "\xE2\x80\x84", "\xE2\x80\x85",
      "\xE2\x80\x86", "\xE2\x80\x87", "\xE2\x80\x88", "\xE2\x80\x89", "\xE2\x80\x8A",
      "\xE2\x80\x8B", "\xE2\x80\x99", "\xE2\x80\x9C", "\xE2\x80\x9D", "\xE2\x80\xA8",
      "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x80\xBA"};
  static constexpr std::array<std::string_view, 3> more_stops{"\xE2\x81\x9F", "\xE3\x80\x80",
                                                              "\xE3\x80\x8D"};
  return length_of_any(rest, stops) > 0 || length_of_any(rest, more_stops) > 0;
}

/// Where a bracket at `open` closes again in `text`; npos if it does not, or that far on that no
/// address has as much between brackets: many open ones in one word are to take no longer.
std::size_t closing(std::string_view text, std::size_t open) {
  const std::size_t end = std::min(text.size(), open + longest_in_brackets);
  const char partner = text[open] == '(' ? ')' : ']';
  std::size_t depth = 0;
  for (std::size_t i = open; i < end; ++i) {
    if (text[i] == text[open]) ++depth;
    if (text[i] == partner && --depth == 0) return i;
  }
  return std::string_view::npos;
}

/// The end of the host that begins at `from`; `from` itself unless it is a name with a top-level
/// domain: "example.gov.uk", not "localhost" nor "127.0.0.1".
std::size_t host_end(std::string_view text, std::size_t from) {
  std::size_t end = from;
  std::size_t last_dot = std::string_view::npos;
  while (end < text.size() && !ends_link(text.substr(end))) {
    const char c = text[end];
    if (c == '.') {
      if (end == from || text[end - 1] == '.') return from;
      last_dot = end;
    } else if (is_ascii(c) && !is_letter(c) && !is_digit(c) && c != '-') {
      break;
    }
    ++end;
  }
  // A full stop after the host is the sentence's.
  std::size_t top = last_dot;
  if (end > from && last_dot == end - 1) {
    end = last_dot;
    top = text.substr(0, end).rfind('.');
  }
  if (top == std::string_view::npos || top <= from || end - top < 3) return from;
  const std::string_view domain = text.substr(top + 1, end - top - 1);
  const bool is_name =
      std::ranges::all_of(domain, [](char c) { return is_letter(c) || !is_ascii(c); }) ||
      domain.starts_with("xn--");
  return is_name ? end : from;
}

/// Cuts off what ends a sentence rather than a link.
std::size_t without_tail(std::string_view text, std::size_t begin, std::size_t end) {
  static constexpr std::string_view tail = ".,;:!?'*&|~$%=@[(";
  while (end > begin) {
    if (tail.find(text[end - 1]) != std::string_view::npos) {
      --end;
    } else if (text.substr(begin, end - begin).ends_with("\xE2\x80\xA6")) {
      end -= 3;
    } else {
      break;
    }
  }
  return end;
}

/// The end of the word that has its beginning before `from`.
std::size_t word_end(std::string_view text, std::size_t from) {
  while (from < text.size() && !ends_link(text.substr(from))) ++from;
  return from;
}

/// The end of what follows the host in a text that ends with the word that both stand in: port,
/// path, query, fragment.
std::size_t rest_end(std::string_view text, std::size_t host) {
  std::size_t end = host;
  if (end < text.size() && text[end] == ':') {
    ++end;
    while (end < text.size() && is_digit(text[end])) ++end;
    if (end == host + 1) return host;
    host = end;
  }
  if (end >= text.size() || (text[end] != '/' && text[end] != '?')) return host;
  while (end < text.size()) {
    const char c = text[end];
    if (c == ')' || c == ']') break;
    if (c == '(' || c == '[') {
      const std::size_t close = closing(text, end);
      if (close == std::string_view::npos) break;
      end = close;
    }
    ++end;
  }
  return without_tail(text, host, end);
}

bool may_follow(std::string_view before) {
  if (before.empty()) return true;
  const char c = before.back();
  if (is_letter(c) || is_digit(c) || c == '@' || c == '#' || c == '$') return false;
  return !before.ends_with("\xEF\xBC\xA0") && !before.ends_with("\xEF\xBC\x83");  // full-width @, #
}

}  // namespace

std::vector<LinkSpan> find_links(std::string_view text) {
  std::vector<LinkSpan> links;
  std::size_t from = 0;
  std::size_t word = 0;  // where the one ends that was looked at last: many links may stand in it
  while (true) {
    const std::size_t colon = text.find("://", from);
    if (colon == std::string_view::npos) return links;
    from = colon + 3;
    std::size_t begin = std::string_view::npos;
    for (const std::size_t length : {std::size_t{5}, std::size_t{4}}) {
      if (colon >= length && ascii_iequals(text.substr(colon - length, length),
                                           std::string_view("https").substr(0, length))) {
        begin = colon - length;
        break;
      }
    }
    if (begin == std::string_view::npos || !may_follow(text.substr(0, begin))) continue;
    const std::size_t host = host_end(text, from);
    if (host == from) continue;
    if (word < host) word = word_end(text, host);
    from = rest_end(text.substr(0, word), host);
    links.push_back({begin, from});
  }
}

}  // namespace crier
