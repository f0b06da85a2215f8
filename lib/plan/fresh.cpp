#include "plan/fresh.h"

#include <algorithm>
#include <numeric>
#include <unordered_set>
#include <utility>

#include "core/safe_text.h"
#include "core/utf8.h"
#include "feed/item_text.h"
#include "plan/recognise.h"

namespace crier {
namespace {

using std::chrono::days;

/// An item that appears for the first time and is dated so long before the newest one of its feed
/// is asked about. Drafts are dated when they are begun (LocalGov Drupal), seldom a month before.
/// The feed's own newest date is the measure, not today: in a feed that rests, what comes next may
/// bear an old date and be its news all the same.
constexpr days old_anywhere{30};
/// The same, and so long ago, where the item is older than all that is known of the feed: it stands
/// below the end of what the feed showed last, and slid up when a newer one was taken out.
constexpr days old_below_all{7};
/// Before a guid or link that two items had at once: it says nothing of either, also later on.
constexpr std::string_view once_shared = "shared ";
/// As many known items must have a date before their oldest one says anything.
constexpr std::size_t enough_known = 5;

std::string mark_of(const std::string& name) { return std::string(once_shared) + name; }

std::optional<SysTime> date_of(const Item& item) {
  return item.published ? item.published : item.updated;
}

/// The positions of a feed's items, newest first. Without dates, the feed's own order is believed:
/// feeds begin with the newest.
std::vector<std::size_t> newest_first(const std::vector<Item>& items) {
  std::vector<std::size_t> order(items.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const bool all_dated = std::all_of(items.begin(), items.end(),
                                     [](const Item& item) { return date_of(item).has_value(); });
  if (all_dated) {
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return *date_of(items[a]) > *date_of(items[b]);
    });
  }
  return order;
}

/// An item with what the ledger says of it.
struct Judged {
  ItemNames names;
  KnownNames known;
  Recognition recognition;
};

class Finder {
 public:
  Finder(Feed feed, const FreshQuestion& question)
      : items_(std::move(feed.items)), question_(question) {}

  Fresh find() {
    judge();
    fresh_.total = items_.size();
    std::size_t announce_newest = question_.backfill;
    if (is_history_ && announce_newest == 0 && question_.feed.first_run == FirstRun::latest) {
      announce_newest = 1;
    }
    const std::vector<std::size_t> order = newest_first(items_);
    for (std::size_t rank = 0; rank < order.size(); ++rank) {
      take(items_[order[rank]], judged_[order[rank]], rank < announce_newest);
    }
    fresh_.seeded =
        is_history_ && (!question_.empty_at || (fresh_.total > 0 && fresh_.looks_new == 0));
    mind_the_fuse();
    find_replaced();
    std::reverse(fresh_.items.begin(), fresh_.items.end());
    return std::move(fresh_);
  }

 private:
  void judge() {
    std::vector<ItemNames> names = identify(items_);
    judged_.resize(names.size());
    bool any_known = false;
    for (std::size_t i = 0; i < names.size(); ++i) {
      judged_[i].names = std::move(names[i]);
      look_up(judged_[i]);
      any_known = any_known || judged_[i].known.any_strong();
    }
    is_history_ = question_.first_time && !any_known;
    for (std::size_t i = 0; i < judged_.size(); ++i) {
      Judged& one = judged_[i];
      note_newest_date(items_[i]);
      one.recognition = recognise_one(one);
      if (may_be_another(one) && forget_shared(one)) one.recognition = recognise_one(one);
      const bool has_own_guid = one.names[Rung::guid].starts_with("guid:");
      if (may_be_another(one) && items_.size() == 1 && !has_own_guid) {
        one.recognition = {Recognised::suspect,
                           "it is the only item of its feed, and its address was seen before under "
                           "another title"};
      }
      if (one.recognition.what == Recognised::known) note_known_date(items_[i]);
    }
  }

  [[nodiscard]] Recognition recognise_one(const Judged& one) const {
    return question_.first_time ? recognise_imported(one.names, one.known)
                                : recognise(one.names, one.known);
  }

  /// Known by an address alone, under a title that is new: an edit, or the next item on a page that
  /// serves for all.
  [[nodiscard]] bool may_be_another(const Judged& one) const {
    return !question_.first_time && one.recognition.what == Recognised::known &&
           one.names.has(Rung::title) && !one.known[Rung::title] && !one.known[Rung::dated];
  }

  /// Takes away the guid and the link that the feed has given to two items at once, at any time.
  bool forget_shared(Judged& one) const {
    bool forgot = false;
    for (const Rung rung : {Rung::guid, Rung::link}) {
      if (!one.known[rung] || !question_.known(mark_of(one.names[rung]))) continue;
      one.names[rung].clear();
      one.known.flags[static_cast<std::size_t>(rung)] = false;
      one.names[Rung::node].clear();  // a part of it
      one.known.flags[static_cast<std::size_t>(Rung::node)] = false;
      forgot = true;
    }
    return forgot;
  }

  void look_up(Judged& one) const {
    look_up(one, Rung::guid, Rung::dated);
    if (question_.every_name || !is_settled(one)) {
      look_up(one, Rung::text, Rung::node);
    } else {
      // They were remembered with the others.
      std::fill(one.known.flags.begin() + static_cast<int>(Rung::text), one.known.flags.end(),
                true);
    }
  }

  void look_up(Judged& one, Rung first, Rung last) const {
    for (auto rung = static_cast<std::size_t>(first); rung <= static_cast<std::size_t>(last);
         ++rung) {
      const std::string& name = one.names.names[rung];
      one.known.flags[rung] = !name.empty() && question_.known(name);
    }
  }

  /// Says whether the strong names alone make an item known, and none of them is new.
  static bool is_settled(const Judged& one) {
    for (const Rung rung : {Rung::guid, Rung::link, Rung::dated}) {
      if (one.names.has(rung) && !one.known[rung]) return false;
    }
    return one.known[Rung::dated] || (one.known[Rung::guid] && one.known[Rung::link]);
  }

  /// A date that lies ahead (Bromley's events) is no measure.
  void note_newest_date(const Item& item) {
    const auto date = date_of(item);
    if (date && *date <= question_.now) newest_ = std::max(newest_, *date);
  }

  void note_known_date(const Item& item) {
    const auto date = date_of(item);
    if (!date) return;
    ++known_dates_;
    oldest_known_ = known_dates_ == 1 ? *date : std::min(oldest_known_, *date);
  }

  /// Why an item may not be news though nothing of it is known; empty if there is no doubt.
  [[nodiscard]] std::string age_doubt(const Item& item) const {
    const auto date = date_of(item);
    if (is_history_ && question_.empty_at &&
        (!date || *date > question_.now || *date < *question_.empty_at)) {
      return "the feed was empty when crier first read it, and nothing says that this came after";
    }
    if (!date) return {};
    const std::string day = to_iso8601(*date).substr(0, 10);
    if (*date < question_.remembers_since) {
      return fmt::format(
          "it is dated {}, and keep_history has let crier forget what was in the feed "
          "then",
          day);
    }
    if (*date >= newest_) return {};
    if (newest_ - *date > old_anywhere) {
      return fmt::format("it is dated {}, long before others of the feed, and was not in it before",
                         day);
    }
    const bool is_below_all = known_dates_ >= enough_known && *date < oldest_known_;
    if (is_below_all && question_.now - *date > old_below_all) {
      return fmt::format(
          "it is dated {}, older than all that is known of the feed, and was not in it before",
          day);
    }
    return {};
  }

  /// What stood in the feed before crier came. Of a feed that was empty then, what is dated long
  /// before: dates are of drafts, so what is a little older may have come since.
  [[nodiscard]] bool is_past(const Item& item) const {
    if (!is_history_ || !question_.empty_at) return is_history_;
    const auto date = date_of(item);
    return date && *date < *question_.empty_at - old_below_all;
  }

  void take(Item& item, Judged& one, bool is_wanted) {
    const std::string& best = one.names.best();
    if (best.empty()) {
      fresh_.passed_over.push_back(
          {display_id(item), "it has no guid, link or title, so it could not be recognised again"});
      return;
    }
    const bool is_known = one.recognition.what == Recognised::known;
    remember(one);
    if (is_known && !is_wanted) return;
    if (!taken_.insert(best).second) return;  // the same item once more
    if (!is_known && (is_history_ || one.recognition.what == Recognised::fresh)) ++fresh_.unknown;
    const bool past = is_past(item);
    if (past && !is_wanted) {
      if (question_.explain) {
        fresh_.passed_over.push_back(
            {display_id(item), "it was there when crier first saw this feed: history, not news"});
      }
      return;
    }
    std::string doubt = std::move(one.recognition.why);
    if (doubt.empty()) doubt = age_doubt(item);
    if (question_.feed.on_suspect == OnSuspect::post) doubt.clear();
    announce(item, one, {is_known, is_wanted, past}, std::move(doubt));
  }

  struct Standing {
    bool is_known, is_wanted, is_past;
  };

  void announce(Item& item, Judged& one, Standing standing, std::string doubt) {
    const bool is_old = standing.is_known || standing.is_past;
    if (!is_old) {
      ++fresh_.looks_new;
      if (one.known[Rung::title]) old_titles_.insert(one.names[Rung::title]);
    }
    make_plain(item);
    fresh_.items.push_back({std::exchange(item, {}),
                            identity_of(one, standing.is_known),
                            is_old,
                            standing.is_wanted,
                            std::move(doubt),
                            {}});
  }

  /// Some systems date every item anew whenever the feed is read. Of an item that is known in any
  /// case, such a name is remembered no more often than all names are asked for.
  [[nodiscard]] bool is_passing(const Judged& one, Rung rung) const {
    return (rung == Rung::dated || rung == Rung::text) && !question_.every_name &&
           one.recognition.what == Recognised::known && one.known[Rung::title];
  }

  void remember(const Judged& one) {
    for (const std::string& name : one.names.shared) {
      std::string mark = mark_of(name);
      if (marked_.insert(mark).second && !question_.known(mark)) fresh_.names.push_back(mark);
    }
    for (std::size_t at = 0; at < rung_count; ++at) {
      const std::string& name = one.names.names[at];
      if (name.empty() || one.known.flags[at] || is_passing(one, static_cast<Rung>(at))) continue;
      fresh_.names.push_back(name);
    }
  }

  /// A name that is known belongs to another item, if this one is new: under it, what was said of
  /// that one would be taken for this one's.
  static Identity identity_of(Judged& one, bool is_known) {
    Identity identity;
    for (const Rung rung : {Rung::guid, Rung::link, Rung::dated, Rung::text, Rung::title,
                            Rung::reference, Rung::node}) {
      if (one.names.has(rung) && (is_known || !one.known[rung])) {
        identity.names.push_back(one.names[rung]);
      }
    }
    if (identity.names.empty()) identity.names.push_back(one.names.best());
    identity.chosen = identity.names.front();
    return identity;
  }

  void mind_the_fuse() {
    if (is_history_ && !question_.empty_at) return;
    const FuseLimits& usual = question_.feed.fuse;
    const FuseLimits limits = question_.fuse_is_strict ? strict(usual, fresh_.total) : usual;
    const bool blows_now = blows(limits, fresh_.looks_new, fresh_.total) ||
                           looks_moved(limits, fresh_.looks_new, old_titles_.size(), fresh_.total);
    if (!blows_now && !question_.fuse_is_blown) return;
    blow_fuse(fresh_);
    if (question_.fuse_is_blown) fresh_.fuse.reset();
  }

  void find_replaced() {
    const bool any_held = std::ranges::any_of(
        fresh_.items, [](const FreshItem& fresh) { return !fresh.hold.empty(); });
    if (any_held && question_.held) find_held_again(fresh_.items, items_, question_.held());
  }

  std::vector<Item> items_;
  const FreshQuestion& question_;
  std::vector<Judged> judged_;
  bool is_history_ = false;
  std::size_t known_dates_ = 0;
  SysTime oldest_known_{};
  SysTime newest_{};  ///< of all items, but those that lie ahead
  std::unordered_set<std::string> taken_;
  std::unordered_set<std::string> marked_;
  std::unordered_set<std::string> old_titles_;  ///< of what looks new
  Fresh fresh_;
};

}  // namespace

std::string display_id(const Item& item) {
  constexpr std::size_t most = 1000;
  if (item.guid && !item.guid->empty()) return beginning_of(*item.guid, most);
  return !item.link.empty() ? beginning_of(item.link, most) : shown_title(item);
}

std::string shown_title(const Item& item) {
  constexpr std::size_t most = 300;
  return beginning_of(collapse_space(post_words(item.title.value)), most);
}

void blow_fuse(Fresh& fresh) {
  fresh.fuse = FuseBlown{fresh.looks_new, fresh.total, {}};
  for (FreshItem& one : fresh.items) {
    if (one.is_old) continue;
    // What was doubted alone keeps its reason: whoever decides should see it.
    if (one.hold.empty()) one.hold = fuse_reason;
    if (fresh.fuse->samples.size() == 3) continue;
    fresh.fuse->samples.push_back(one.item.title.value.empty() ? display_id(one.item)
                                                               : shown_title(one.item));
  }
}

Fresh find_fresh(Feed feed, const FreshQuestion& question) {
  return Finder(std::move(feed), question).find();
}

}  // namespace crier
