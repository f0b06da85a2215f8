#include "plan/fresh.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <unordered_set>
#include <utility>

#include "core/safe_text.h"
#include "core/utf8.h"
#include "feed/item_text.h"
#include "plan/alerts.h"
#include "plan/judge.h"

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
/// A feed without dates that was seen to grow at its end, or at its beginning.
constexpr const char* grows_at_end = "order: oldest first";
constexpr const char* grows_at_start = "order: newest first";
/// As many known items must have a date before their oldest one says anything.
constexpr std::size_t enough_known = 5;

/// The positions of a feed's items, newest first. Items that are not all dated are believed to
/// stand in order.
std::vector<std::size_t> newest_first(const std::vector<Item>& items, bool is_oldest_first) {
  std::vector<std::size_t> order(items.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (is_oldest_first) std::reverse(order.begin(), order.end());
  const bool all_dated = std::all_of(items.begin(), items.end(),
                                     [](const Item& item) { return date_of(item).has_value(); });
  if (all_dated) {
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return *date_of(items[a]) > *date_of(items[b]);
    });
  }
  return order;
}

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
    const std::vector<std::size_t> order = newest_first(items_, runs_oldest_first());
    for (std::size_t rank = 0; rank < order.size(); ++rank) {
      take(items_[order[rank]], judged_[order[rank]], rank < announce_newest);
    }
    if (question_.backfill > 0) asked_for_ = std::min(announce_newest, order.size());
    fresh_.seeded =
        is_history_ && (!question_.empty_at || (fresh_.total > 0 && fresh_.looks_new == 0));
    mind_the_fuse();
    find_replaced();
    std::reverse(fresh_.items.begin(), fresh_.items.end());
    return std::move(fresh_);
  }

 private:
  void judge() {
    if (question_.explain) fresh_.odd_names = odd_names(items_);
    Judgement judgement = crier::judge(items_, question_);
    if (is_of_alerts()) judge_alerts(items_, question_, judgement);
    judged_ = std::move(judgement.items);
    habits_ = judgement.habits;
    fresh_.names = std::move(judgement.marks);
    is_history_ = question_.first_time && !judgement.any_known;
    for (std::size_t i = 0; i < judged_.size(); ++i) {
      note_newest_date(items_[i]);
      if (judged_[i].recognition.what == Recognised::known) note_known_date(items_[i]);
      fresh_.is_undecided = fresh_.is_undecided || judged_[i].waits;
    }
  }

  [[nodiscard]] bool is_of_alerts() const {
    return question_.feed.identity == ItemIdentity::alerts;
  }

  /// Feeds begin with the newest, unless this one was only ever seen to grow at its end.
  bool runs_oldest_first() {
    if (std::all_of(items_.begin(), items_.end(),
                    [](const Item& item) { return date_of(item).has_value(); })) {
      return false;
    }
    const auto is_known = [](const Judged& one) {
      return one.recognition.what == Recognised::known;
    };
    const bool at_end = grew_behind(judged_.begin(), judged_.end(), is_known);
    const bool at_start = grew_behind(judged_.rbegin(), judged_.rend(), is_known);
    if (at_end) note_mark(grows_at_end);
    if (at_start) note_mark(grows_at_start);
    return (at_end || question_.known(grows_at_end)) &&
           !(at_start || question_.known(grows_at_start));
  }

  /// Says whether known items stand first, and behind them nothing but new ones, one at least.
  template <class Iterator, class Predicate>
  static bool grew_behind(Iterator begin, Iterator end, Predicate is_known) {
    const Iterator first_new = std::find_if_not(begin, end, is_known);
    return first_new != begin && first_new != end && std::none_of(first_new, end, is_known);
  }

  void note_mark(const char* mark) {
    if (!question_.known(mark)) fresh_.names.emplace_back(mark);
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
    const std::string& best = one.alert.empty() ? one.names.best() : one.alert.front();
    if (best.empty()) {
      fresh_.passed_over.push_back(
          {display_id(item),
           {},
           "it has no guid, link, title or text, so it could not be recognised again"});
      return;
    }
    const bool is_known = one.recognition.what == Recognised::known;
    remember(item, one);
    if (is_known && !is_wanted) return;
    if (!taken_.insert(best).second) return;  // the same item once more
    if (!is_known && (is_history_ || one.recognition.what == Recognised::fresh)) ++fresh_.unknown;
    const bool past = is_past(item);
    if (past && !is_wanted) {
      if (question_.explain) {
        make_plain(item);
        fresh_.passed_over.push_back(
            {display_id(item), shown_title(item),
             "it was there when crier first saw this feed: history, not news"});
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
    Identity identity = identity_of(item, one, standing.is_known);
    if (!chosen_.insert(identity.chosen).second) return;  // the same item once more
    const bool is_old = standing.is_known || standing.is_past;
    if (!is_old && !standing.is_wanted) {
      ++fresh_.looks_new;
      if (one.known[Rung::title]) {
        ++have_old_title_;
        old_titles_.insert(one.names[Rung::title]);
      }
    }
    make_plain(item);
    fresh_.items.push_back({std::exchange(item, {}),
                            std::move(identity),
                            is_old,
                            standing.is_wanted,
                            is_of_alerts(),
                            std::move(doubt),
                            {}});
  }

  /// What changes with each reading would fill the ledger. Of an item that is known in any case, it
  /// is remembered no more often than all names are asked for.
  [[nodiscard]] bool is_passing(const Judged& one, Rung rung) const {
    if (one.recognition.what != Recognised::known) return false;
    if (one.names.has(Rung::title) && !one.known[Rung::title]) return false;
    if (rung == Rung::stamp) return !one.known[Rung::dated];
    if (one.waits && rung == Rung::dated) return true;
    const bool changes = rung == Rung::dated || rung == Rung::text ||
                         (rung == Rung::link && habits_.links_change) ||
                         (rung == Rung::guid && habits_.guids_change);
    return changes && !question_.every_name;
  }

  void remember(const Item& item, const Judged& one) {
    for (const std::string& name : one.names.shared) {
      std::string mark = mark_of(name);
      if (marked_.insert(mark).second && !question_.known(mark)) fresh_.names.push_back(mark);
    }
    for (std::size_t at = 0; at < rung_count; ++at) {
      const std::string& name = one.names.names[at];
      if (name.empty() || one.known.flags[at] || is_passing(one, static_cast<Rung>(at))) continue;
      fresh_.names.push_back(name);
    }
    for (const std::string& name : one.alert) {
      const bool is_passing_date = one.waits && (&name == &one.alert[0] || &name == &one.alert[1]);
      if (!is_passing_date && !question_.known(name)) fresh_.names.push_back(name);
    }
    remember_words(item, one);
  }

  /// With the date, and with another title under it.
  void remember_words(const Item& item, const Judged& one) {
    const bool is_dated = one.names.has(Rung::stamp) && !one.names.is_day_only;
    if (!is_dated || one.names.shares_stamp) return;
    const bool is_noted = one.known[Rung::stamp] || is_passing(one, Rung::stamp);
    const bool is_edited =
        one.names.has(Rung::dated) && !one.known[Rung::dated] && !one.known[Rung::title];
    if (is_noted && !is_edited) return;
    std::vector<std::string> words = word_names(item);
    if (words.size() > words_kept) words.resize(words_kept);
    std::move(words.begin(), words.end(), std::back_inserter(fresh_.names));
  }

  /// A name that is known belongs to another item, if this one is new: under it, what was said of
  /// that one would be taken for this one's. A title is nobody's alone.
  Identity identity_of(const Item& item, const Judged& one, bool is_known) const {
    Identity identity;
    if (!one.alert.empty()) {
      identity.names = {one.alert.front()};
      identity.chosen = one.alert.front();
      return identity;
    }
    for (const Rung rung : {Rung::guid, Rung::link, Rung::dated, Rung::text, Rung::title,
                            Rung::reference, Rung::node}) {
      if (rung == Rung::title && one.names.shares_title) continue;
      if (one.names.has(rung) && (is_known || !one.known[rung])) {
        identity.names.push_back(one.names[rung]);
      }
    }
    identity.names.push_back(whole_name(item));
    const auto is_free = [&](const std::string& name) { return !chosen_.contains(name); };
    const auto free = std::find_if(identity.names.begin(), identity.names.end(), is_free);
    identity.chosen = free == identity.names.end() ? identity.names.back() : *free;
    return identity;
  }

  void mind_the_fuse() {
    if (is_history_ && !question_.empty_at) return;
    // A storm brings many at once, and a rebuilt website says the same at the same time.
    if (is_of_alerts() && !question_.fuse_is_strict && !question_.fuse_is_blown) return;
    const FuseLimits& usual = question_.feed.fuse;
    // What a backfill asks for blows no fuse. It makes nothing else news either: after a move a few
    // old items may be left beside it.
    const std::size_t of = fresh_.total - asked_for_;
    const bool is_strict = question_.fuse_is_strict || asked_for_ > 0;
    const FuseLimits limits = is_strict ? strict(usual, of) : usual;
    const bool blows_now =
        blows(limits, fresh_.looks_new, of) ||
        looks_moved(limits, fresh_.looks_new, have_old_title_, old_titles_.size(), of);
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
  std::size_t asked_for_ = 0;  ///< by a backfill
  SysTime oldest_known_{};
  SysTime newest_{};  ///< of all items, but those that lie ahead
  Habits habits_;
  std::unordered_set<std::string> taken_;
  std::unordered_set<std::string> chosen_;  ///< names of what is announced
  std::unordered_set<std::string> marked_;
  std::size_t have_old_title_ = 0;              ///< of what looks new
  std::unordered_set<std::string> old_titles_;  ///< that those have
  Fresh fresh_;
};

}  // namespace

std::string display_id(const Item& item) {
  constexpr std::size_t most = 1000;
  if (item.guid && !item.guid->empty()) return beginning_of(*item.guid, most);
  if (!item.link.empty()) return beginning_of(item.link, most);
  if (!item.title.value.empty()) return shown_title(item);
  constexpr std::size_t enough = 80;
  return beginning_of(collapse_space(post_words(item.summary.value)), enough);
}

std::string shown_title(const Item& item) {
  constexpr std::size_t most = 300;
  return beginning_of(collapse_space(post_words(item.title.value)), most);
}

void blow_fuse(Fresh& fresh) {
  fresh.fuse = FuseBlown{fresh.looks_new, fresh.total, {}};
  for (FreshItem& one : fresh.items) {
    if (one.is_old || one.is_wanted) continue;
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
