#include "publish/rebuild_match.h"

#include <algorithm>
#include <map>
#include <utility>

#include "publish/likeness.h"

namespace crier {
namespace {

enum class Likeness { none, same_link, same_words, same_words_and_link };

Likeness compare(const Comparable& item, const Comparable& post, bool link_is_own) {
  const bool same_words = have_same_words(item, post);
  const bool same_link = have_same_link(item, post);
  if (same_link && same_words) return Likeness::same_words_and_link;
  if (same_link && link_is_own) return Likeness::same_link;
  return same_words && may_have_same_link(item, post) ? Likeness::same_words : Likeness::none;
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
    wanted.push_back(comparable(item.item_link, item.post));
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
