#include "publish/rebuild_match.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "compose/links.h"
#include "core/utf8.h"
#include "feed/identity.h"

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

/// The letters and digits of a text without its links; those outside ASCII as they are.
std::string words_of(std::string_view text) {
  std::string spoken;
  std::size_t from = 0;
  for (const LinkSpan& link : find_links(text)) {
    spoken += text.substr(from, link.begin - from);
    from = link.end;
  }
  spoken += text.substr(from);
  const std::string normal = to_nfc(spoken);
  std::string words;
  for (std::size_t i = 0; i < normal.size();) {
    const auto lead = static_cast<unsigned char>(normal[i]);
    const std::size_t length = lead < 0x80U ? 1 : (lead >= 0xF0U ? 4 : (lead >= 0xE0U ? 3 : 2));
    const std::string_view character = std::string_view(normal).substr(i, length);
    i += length;
    const char c = character[0];
    const bool is_word_character =
        length > 1 ? !is_filling(character)
                   : (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (is_word_character) words += character;
  }
  return words;
}

/// What of a normalised link stands behind its host.
std::string_view behind_host(std::string_view link) {
  return link.substr(std::min(link.find_first_of("/?#"), link.size()));
}

struct Comparable {
  std::string words;
  std::set<std::string> links;  ///< normalised
};

Comparable comparable(const Candidate& item) {
  Comparable out;
  out.words = words_of(item.post.text);
  for (const std::string& link : {item.item_link, item.post.link}) {
    if (!link.empty()) out.links.insert(normalised_link(link));
  }
  return out;
}

Comparable comparable(const PastPost& post) {
  const std::string text = to_valid_utf8(post.text);
  Comparable out;
  out.words = words_of(text);
  for (const std::string& link : post.links) out.links.insert(normalised_link(link));
  for (const LinkSpan& link : find_links(text)) {
    out.links.insert(
        normalised_link(std::string_view(text).substr(link.begin, link.end - link.begin)));
  }
  return out;
}

enum class Likeness { none, same_link, same_words, same_words_and_link };

Likeness compare(const Comparable& item, const Comparable& post, bool link_is_own) {
  const bool same_words = !item.words.empty() && item.words == post.words;
  const bool same_link = std::any_of(item.links.begin(), item.links.end(),
                                     [&](const auto& link) { return post.links.contains(link); });
  if (same_link && same_words) return Likeness::same_words_and_link;
  if (same_link && link_is_own) return Likeness::same_link;
  if (!same_words) return Likeness::none;
  if (item.links.empty() || post.links.empty()) return Likeness::same_words;
  for (const std::string& link : item.links) {
    const std::string_view rest = behind_host(link);
    if (rest.empty()) continue;
    for (const std::string& found : post.links) {
      if (behind_host(found) == rest) return Likeness::same_words;
    }
  }
  return Likeness::none;
}

}  // namespace

std::vector<std::optional<std::size_t>> match_posts(
    const std::vector<Candidate>& items, const std::vector<PastPost>& posts,
    const std::function<bool(const PastPost&)>& is_free) {
  std::vector<Comparable> wanted;
  std::vector<Comparable> made;
  std::map<std::pair<std::size_t, std::string>, std::size_t> uses;
  wanted.reserve(items.size());
  made.reserve(posts.size());
  for (const Candidate& item : items) {
    wanted.push_back(comparable(item));
    for (const std::string& link : wanted.back().links) ++uses[{item.feed, link}];
  }
  std::vector<bool> taken;
  for (const PastPost& post : posts) {
    made.push_back(comparable(post));
    taken.push_back(!is_free(post));
  }
  std::vector<std::optional<std::size_t>> found(items.size());
  for (const Likeness wish :
       {Likeness::same_words_and_link, Likeness::same_words, Likeness::same_link}) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      const bool link_is_own =
          std::all_of(wanted[i].links.begin(), wanted[i].links.end(), [&](const auto& link) {
            return uses[{items[i].feed, link}] == 1;
          });
      for (std::size_t p = 0; p < posts.size() && !found[i]; ++p) {
        if (taken[p] || compare(wanted[i], made[p], link_is_own) != wish) continue;
        found[i] = p;
        taken[p] = true;
      }
    }
  }
  return found;
}

}  // namespace crier
