#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "compose/entities.h"
#include "compose/links.h"
#include "core/characters.h"
#include "core/utf8.h"

namespace crier {
namespace {

constexpr bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
constexpr bool is_plain(char c) {
  return is_hex(c) || (c >= 'g' && c <= 'z') || (c >= 'G' && c <= 'Z') || c == '/';
}

bool is_linked_whole(const std::string& link, TextRules::Entities rules) {
  if (rules == TextRules::Entities::none) {
    const std::vector<LinkSpan> found = find_links(link);
    return found.size() == 1 && found[0].begin == 0 && found[0].end == link.size();
  }
  const std::vector<Entity> found = find_entities(link, rules);
  return std::ranges::any_of(found, [&](const Entity& entity) {
    return entity.kind == Entity::Kind::url && entity.begin == 0 && entity.end == link.size();
  });
}

std::string encoded(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  return out;
}

/// What is invisible or acts on a text has no place in an address as it is.
std::string without_hidden(std::string_view link) {
  std::string out;
  for (std::size_t at = 0; at < link.size();) {
    const std::size_t begin = at;
    const char32_t c = next_code_point(link, at);
    const bool is_zero_width = (c >= 0x200B && c <= 0x200D) || c == 0xFEFF;
    const bool is_hidden =
        is_control(c) || turns_the_line(c) || marks_direction(c) || is_zero_width;
    const std::string_view bytes = link.substr(begin, at - begin);
    out += is_hidden ? encoded(bytes) : std::string(bytes);
  }
  return out;
}

/// The link with its last character encoded; an empty query or fragment is left out. Nothing is
/// changed where that would change where it leads.
std::string with_last_encoded(const std::string& link) {
  const char last = link.back();
  if (behind_host(link) + 1 >= link.size() || is_plain(last) ||
      static_cast<unsigned char>(last) >= 0x80) {
    return link;
  }
  std::string before = link.substr(0, link.size() - 1);
  if (last == '?' || last == '#') return before;
  return before + encoded(link.substr(before.size()));
}

/// The link with all encoded at which networks stop, and each "%" that encodes nothing.
std::string with_all_encoded(const std::string& link) {
  constexpr std::string_view stops = "()[]{}<>|^`'\"!*;,$\\";
  const std::size_t from = behind_host(link);
  std::string out = link.substr(0, from);
  for (std::size_t at = from; at < link.size(); ++at) {
    const char c = link[at];
    const bool is_lone =
        c == '%' && !(at + 2 < link.size() && is_hex(link[at + 1]) && is_hex(link[at + 2]));
    out +=
        is_lone || stops.find(c) != std::string_view::npos ? encoded({&c, 1}) : std::string(1, c);
  }
  return out;
}

}  // namespace

std::size_t behind_host(std::string_view link) {
  const std::size_t host = link.find("://");
  if (host == std::string_view::npos) return link.size();
  return std::min(link.find_first_of("/?#", host + 3), link.size());
}

std::string whole_link(std::string_view link, TextRules::Entities rules) {
  std::string plain = without_hidden(link);
  if (plain.empty() || is_linked_whole(plain, rules)) return plain;
  const std::string with_last = with_last_encoded(plain);
  const std::string with_all = with_all_encoded(plain);
  for (const std::string& way : {with_last, with_all, with_last_encoded(with_all)}) {
    if (is_linked_whole(way, rules)) return way;
  }
  return plain;
}

}  // namespace crier
