#include "feed/tag.h"

#include <algorithm>

#include "core/utf8.h"

namespace crier {
namespace {

constexpr std::size_t kNowhere = std::string_view::npos;
constexpr std::string_view kSpace = " \t\r\n\f";

/// Where the tag ends whose inside begins at `at`: at its ">". A quote that is never closed hides
/// none.
std::size_t end_of_tag(std::string_view html, std::size_t at) {
  constexpr std::size_t longest_tag = 64UL << 10U;
  const std::size_t limit = std::min(html.size(), at + longest_tag);
  char quote = '\0';
  for (std::size_t i = at; i < limit; ++i) {
    if (quote != '\0') {
      if (html[i] == quote) quote = '\0';
    } else if ((html[i] == '"' || html[i] == '\'') && i > 0 && html[i - 1] == '=') {
      quote = html[i];
    } else if (html[i] == '>') {
      return i;
    }
  }
  return html.find('>', at);
}

}  // namespace

std::string_view attribute_in(std::string_view tag, std::string_view name) {
  std::size_t at = 0;
  while (at < tag.size()) {
    at = tag.find_first_not_of(" \t\r\n\f/", at);
    if (at == kNowhere) return {};
    const auto name_end = std::min(tag.find_first_of(" \t\r\n\f=/", at), tag.size());
    const std::string_view found = tag.substr(at, name_end - at);
    at = std::min(tag.find_first_not_of(kSpace, name_end), tag.size());
    std::string_view value;
    if (at < tag.size() && tag[at] == '=') {
      at = std::min(tag.find_first_not_of(kSpace, at + 1), tag.size());
      if (at < tag.size() && (tag[at] == '"' || tag[at] == '\'')) {
        const auto end = std::min(tag.find(tag[at], at + 1), tag.size());
        value = tag.substr(at + 1, end - at - 1);
        at = end + 1;
      } else {
        const auto end = std::min(tag.find_first_of(kSpace, at), tag.size());
        value = tag.substr(at, end - at);
        at = end;
      }
    }
    if (ascii_iequals(found, name)) return value;
  }
  return {};
}

std::string_view next_tag(std::string_view html, std::string_view name, std::size_t& at) {
  for (at = html.find('<', at); at != kNowhere; at = html.find('<', at + 1)) {
    const std::size_t inside = at + 1 + name.size();
    if (!ascii_iequals(html.substr(at + 1, name.size()), name)) continue;
    if (inside < html.size() && std::string_view(" \t\r\n\f/>").find(html[inside]) == kNowhere)
      continue;
    const auto end = end_of_tag(html, inside);
    if (end == kNowhere) break;
    at = end + 1;
    return html.substr(inside, end - inside);
  }
  at = html.size();
  return {};
}

}  // namespace crier
