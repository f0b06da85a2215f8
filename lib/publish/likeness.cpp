#include "publish/likeness.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "compose/links.h"
#include "core/utf8.h"
#include "feed/normalised_link.h"

namespace crier {
namespace {

/// Says whether a character outside ASCII is one that servers change or drop: a space, dash,
/// quotation mark or something invisible.
bool is_filling(std::string_view character) {
  const bool is_general_punctuation =  // U+2000 to U+206F
      character.starts_with("\xE2\x80") ||
      (character.starts_with("\xE2\x81") && static_cast<unsigned char>(character[2]) < 0xB0U);
  const bool is_variation_selector = character.starts_with("\xEF\xB8") && character[2] < '\x90';
  return is_general_punctuation || is_variation_selector || character == "\xC2\xA0" ||
         character == "\xC2\xAD";
}

/// Where the links of a text stand no more.
std::string without_links(std::string_view text) {
  std::string spoken;
  std::size_t from = 0;
  for (const LinkSpan& link : find_links(text)) {
    spoken += text.substr(from, link.begin - from);
    from = link.end;
  }
  spoken += text.substr(from);
  return to_nfc(spoken);
}

/// The letters and digits, those outside ASCII as they are.
void take_words(std::string_view text, Comparable& out) {
  const std::string normal = without_links(text);
  std::string token;
  const auto end_token = [&] {
    if (!token.empty()) out.tokens.insert(ascii_lower(token));
    token.clear();
  };
  for (std::size_t i = 0; i < normal.size();) {
    const auto lead = static_cast<unsigned char>(normal[i]);
    const std::size_t length = lead < 0x80U ? 1 : (lead >= 0xF0U ? 4 : (lead >= 0xE0U ? 3 : 2));
    const std::string_view character = std::string_view(normal).substr(i, length);
    i += length;
    const char c = character[0];
    const bool is_word_character =
        length > 1 ? !is_filling(character)
                   : (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (!is_word_character) {
      end_token();
      continue;
    }
    out.words += character;
    token += character;
  }
  end_token();
}

/// What of a normalised link stands behind its host.
std::string_view path_of(std::string_view link) {
  return link.substr(std::min(link.find_first_of("/?#"), link.size()));
}

}  // namespace

Comparable comparable(const std::string& item_link, const Post& post) {
  Comparable out;
  take_words(post.text, out);
  for (const std::string& link : {item_link, post.link}) {
    if (!link.empty()) out.links.insert(normalised_link(link));
  }
  return out;
}

Comparable comparable(const PastPost& post) {
  const std::string text = to_valid_utf8(post.text);
  Comparable out;
  take_words(text, out);
  for (const std::string& link : post.links) out.links.insert(normalised_link(link));
  for (const LinkSpan& link : find_links(text)) {
    out.links.insert(
        normalised_link(std::string_view(text).substr(link.begin, link.end - link.begin)));
  }
  return out;
}

bool have_same_words(const Comparable& a, const Comparable& b) {
  return !a.words.empty() && a.words == b.words;
}

bool have_most_words(const Comparable& a, const Comparable& b) {
  std::vector<std::string> both;
  std::ranges::set_intersection(a.tokens, b.tokens, std::back_inserter(both));
  return !both.empty() && 10 * both.size() >= 4 * (a.tokens.size() + b.tokens.size());
}

bool have_same_link(const Comparable& a, const Comparable& b) {
  return std::ranges::any_of(a.links, [&](const auto& link) { return b.links.contains(link); });
}

bool may_have_same_link(const Comparable& a, const Comparable& b) {
  if (a.links.empty() || b.links.empty()) return true;
  return std::ranges::any_of(a.links, [&](const std::string& link) {
    const std::string_view rest = path_of(link);
    return !rest.empty() && std::ranges::any_of(b.links, [&](const std::string& other) {
      return path_of(other) == rest;
    });
  });
}

}  // namespace crier
