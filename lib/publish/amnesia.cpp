#include "publish/amnesia.h"

#include <algorithm>
#include <map>

#include "core/utf8.h"
#include "http/message.h"
#include "publish/likeness.h"

namespace crier {
namespace {

using std::chrono::hours;

/// How far the clocks of two machines may differ.
constexpr std::chrono::minutes clock_tolerance{15};
/// Feeds may give local times as if they were UTC: Central European Summer Time, and an hour.
constexpr hours date_tolerance{3};
/// As for words that come again (plan/plan, on_suspect = "post").
constexpr hours words_last{7 * 24};
/// Without a post that the ledger knows, what is older is not newer than all that it knows.
constexpr hours looks_back{31 * 24};
/// A title in fewer words stands in posts about other things.
constexpr std::size_t telling_title = 4;

/// What speaks for a post being a delivery's, the strongest last.
enum class Evidence { none, title, page, words, most_words, same };

constexpr Evidence weakest_certain = Evidence::most_words;

struct Seen {
  const PastPost* post;
  Comparable looks;
  std::optional<SysTime> at;
  bool is_known = false;  ///< the ledger has its receipt
  bool is_free = true;
  bool is_newer = false;  ///< than the newest post that the ledger knows
};

struct Wanted {
  const Delivery* delivery;
  Comparable looks;
  std::multiset<std::string> title;  ///< its words
  bool link_is_own = true;
};

class Comparison {
 public:
  explicit Comparison(const AmnesiaQuestion& question) : question_(question) {
    for (const PastPost& post : question.page.posts) take(post);
    for (const Delivery& delivery : question.in_doubt) want(delivery);
    for (const Delivery& delivery : question.due) want(delivery);
    std::map<std::string, std::size_t> uses;
    for (const Wanted& wanted : wanted_) {
      for (const std::string& link : wanted.looks.links) ++uses[link];
    }
    for (Wanted& wanted : wanted_) {
      wanted.link_is_own = std::ranges::all_of(
          wanted.looks.links, [&](const auto& link) { return uses[link] == 1 && is_own(link); });
    }
  }

  std::vector<Remembered> run() {
    std::vector<const Seen*> found(wanted_.size(), nullptr);
    std::vector<Evidence> strength(wanted_.size(), Evidence::none);
    for (const Evidence wish :
         {Evidence::same, Evidence::most_words, Evidence::words, Evidence::page, Evidence::title}) {
      for (std::size_t i = 0; i < wanted_.size(); ++i) {
        if (found[i] != nullptr) continue;
        // The oldest item has the oldest post.
        for (auto seen = seen_.rbegin(); seen != seen_.rend() && found[i] == nullptr; ++seen) {
          if (!seen->is_free || weigh(wanted_[i], *seen) != wish) continue;
          seen->is_free = false;
          found[i] = &*seen;
          strength[i] = wish;
        }
      }
    }
    return told(found, strength);
  }

 private:
  void take(const PastPost& post) {
    Seen seen{&post, comparable(post), post.at};
    if (seen.at && *seen.at > question_.now + clock_tolerance) seen.at.reset();
    seen.is_known = question_.has_receipt(post);
    knows_one_ = knows_one_ || seen.is_known;
    seen.is_newer = !knows_one_;
    seen.is_free = !seen.is_known && !post.remote_id.empty() && !question_.was_asked_about(post);
    if (seen.at) oldest_ = std::min(oldest_, *seen.at);
    seen_.push_back(std::move(seen));
  }

  void want(const Delivery& delivery) {
    Post title;
    title.text = delivery.item_title;
    wanted_.push_back(
        {&delivery, comparable(delivery.item_link, delivery.post), comparable({}, title).tokens});
  }

  /// One page that several posts lead to, or one of another item, is a page for all of them.
  [[nodiscard]] bool is_own(const std::string& link) const {
    std::size_t posts = 0;
    for (const Seen& seen : seen_) {
      if (!seen.looks.links.contains(link)) continue;
      if (++posts > 1 || seen.is_known) return false;
    }
    return true;
  }

  [[nodiscard]] bool may_be_ours(const Delivery& delivery, const Seen& seen) const {
    return !seen.at || *seen.at >= std::max(question_.known_since(delivery.feed) - clock_tolerance,
                                            question_.remembers_since + clock_tolerance);
  }

  /// A date that lies ahead is an event's.
  [[nodiscard]] bool is_of_later(const Delivery& delivery, const Seen& seen) const {
    const auto& date = delivery.item_date;
    return date && seen.at && *date <= question_.now + clock_tolerance &&
           *date > *seen.at + date_tolerance;
  }

  [[nodiscard]] bool is_newer_than_known(const Seen& seen) const {
    if (!seen.is_newer) return false;
    return knows_one_ || (seen.at && *seen.at >= question_.now - looks_back);
  }

  [[nodiscard]] Evidence weigh(const Wanted& wanted, const Seen& seen) const {
    const Delivery& delivery = *wanted.delivery;
    if (!may_be_ours(delivery, seen)) return Evidence::none;
    const bool same_words = have_same_words(wanted.looks, seen.looks);
    const bool same_link = have_same_link(wanted.looks, seen.looks);
    const bool is_later = is_of_later(delivery, seen);
    if (same_link && wanted.link_is_own) {
      if (same_words) return is_later ? Evidence::words : Evidence::same;
      if (have_most_words(wanted.looks, seen.looks) && !is_later) return Evidence::most_words;
      return is_newer_than_known(seen) ? Evidence::page : Evidence::none;
    }
    if (same_words && (same_link || may_have_same_link(wanted.looks, seen.looks))) {
      const bool is_recent = seen.at && question_.now - *seen.at <= words_last;
      return is_recent && !is_later ? Evidence::same : Evidence::words;
    }
    const bool says_title = wanted.title.size() >= telling_title &&
                            std::ranges::includes(seen.looks.tokens, wanted.title);
    const bool leads_nowhere = seen.looks.links.empty();
    return says_title && leads_nowhere && is_newer_than_known(seen) ? Evidence::title
                                                                    : Evidence::none;
  }

  [[nodiscard]] std::vector<Remembered> told(const std::vector<const Seen*>& found,
                                             const std::vector<Evidence>& strength) const {
    std::vector<Remembered> all;
    const std::size_t first = question_.in_doubt.size();
    bool is_older = false;
    for (std::size_t i = first; i < wanted_.size(); ++i) {
      is_older = is_older || (strength[i] >= weakest_certain && !was_tried(*wanted_[i].delivery));
    }
    for (std::size_t i = first; i < wanted_.size(); ++i) {
      Remembered entry{i - first, nullptr, strength[i] >= weakest_certain, {}};
      if (found[i] != nullptr) {
        entry.post = found[i]->post;
        if (!entry.is_certain) entry.why = why(*found[i], strength[i]);
      } else if (is_older && may_be_behind(*wanted_[i].delivery)) {
        entry.why = fmt::format(
            "this ledger is older than the account, which has posted more since than one look "
            "shows: crier history rebuild --account {} finds out whether this is among it",
            wanted_[i].delivery->account.value);
      } else {
        continue;
      }
      all.push_back(std::move(entry));
    }
    return all;
  }

  /// The account has more posts that the ledger does not know than the page shows.
  [[nodiscard]] bool may_be_behind(const Delivery& delivery) const {
    if (knows_one_ || question_.page.next.empty()) return false;
    return !delivery.item_date || *delivery.item_date < oldest_ + date_tolerance;
  }

  [[nodiscard]] static std::string why(const Seen& seen, Evidence evidence) {
    const std::string post = fmt::format(
        "a post that this ledger does not know ({}{}{})",
        printable(excerpt(seen.post->url.empty() ? seen.post->remote_id : seen.post->url)),
        seen.at ? ", " : "", seen.at ? to_iso8601(*seen.at) : std::string());
    switch (evidence) {
      case Evidence::title: return post + " says its title: it may be announced already";
      case Evidence::page:
        return post + " leads to the same page in other words: it may be announced already";
      default: return post + " has the same words, and may be this one's or an earlier one's";
    }
  }

  const AmnesiaQuestion& question_;
  std::vector<Seen> seen_;      ///< newest first
  std::vector<Wanted> wanted_;  ///< those in doubt first: a post that may be theirs is theirs
  bool knows_one_ = false;      ///< of the posts
  SysTime oldest_ = SysTime::max();
};

}  // namespace

std::vector<Remembered> compare_with_past(const AmnesiaQuestion& question) {
  return Comparison(question).run();
}

}  // namespace crier
