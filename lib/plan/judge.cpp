#include "plan/judge.h"

#include <algorithm>
#include <optional>

#include "core/hash.h"
#include "core/utf8.h"
#include "plan/fresh.h"

namespace crier {
namespace {

/// So close to the reading, a date may be made by it.
constexpr std::chrono::hours made_within{1};
/// The dates that one reading makes lie so close together.
constexpr std::chrono::minutes made_together{1};
/// The ledger tells items that have nothing but a date and a text apart.
constexpr const char* names_untitled = "names: date and text";

std::string changed_mark(const std::string& link) { return "changed " + link; }

std::string text_mark(const std::string& link, const Item& item) {
  return "text " + hash_hex(collapse_space(item.summary.value)) + " of " + link;
}

class Judge {
 public:
  Judge(const std::vector<Item>& items, const FreshQuestion& question)
      : items_(items), question_(question) {}

  Judgement judge() {
    std::vector<ItemNames> names = identify(items_);
    all_.resize(names.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
      all_[i].names = std::move(names[i]);
      look_up(all_[i]);
      judgement_.any_known = judgement_.any_known || all_[i].known.any_strong();
    }
    if (!question_.first_time) {
      for (std::size_t i = 0; i < all_.size(); ++i) forget_shared(items_[i], all_[i]);
      note_habits();
      find_empty_dates();
    } else {
      judgement_.marks.emplace_back(names_untitled);
    }
    for (std::size_t i = 0; i < all_.size(); ++i) decide(items_[i], all_[i]);
    judgement_.items = std::move(all_);
    return std::move(judgement_);
  }

 private:
  void look_up(Judged& one) const {
    look_up(one, Rung::guid, Rung::dated);
    if (!one.names.has(Rung::dated)) look_up(one, Rung::title, Rung::title);
    if (question_.every_name || !is_settled(one)) {
      look_up(one, Rung::text, Rung::stamp);
    } else {
      for (auto rung = static_cast<std::size_t>(Rung::text); rung < rung_count; ++rung) {
        // They were remembered with the others.
        one.known.flags[rung] = !one.names.names[rung].empty();
      }
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
    if (one.known[Rung::dated]) return true;
    const bool is_edited = one.names.has(Rung::title) && !one.known[Rung::title];
    return one.known[Rung::guid] && one.known[Rung::link] && !is_edited;
  }

  /// Takes away the guid and the link that the feed has given to two items at once, at any time:
  /// they speak neither for nor against.
  void forget_shared(const Item& item, Judged& one) const {
    if (is_settled(one)) return;
    for (const Rung rung : {Rung::guid, Rung::link}) {
      if (!one.names.has(rung) || !question_.known(mark_of(one.names[rung]))) continue;
      for (const Rung lost : {rung, Rung::node}) {  // a part of it
        one.names[lost].clear();
        one.known[lost] = false;
      }
    }
    if (one.names.has(Rung::text)) return;
    name_by_words(one.names, item);
    look_up(one, Rung::text, Rung::text);
  }

  static const std::string& address(const ItemNames& names) {
    const bool guid_is_link = names[Rung::guid].starts_with("link:") && !names.has(Rung::link);
    return names[guid_is_link ? Rung::guid : Rung::link];
  }

  /// How many items have a name that is known, and how many another one.
  struct Count {
    std::size_t same = 0, other = 0;
    void add(bool is_same) { ++(is_same ? same : other); }
    /// Two at least.
    [[nodiscard]] bool most_are_other() const { return other >= 2 && other > same; }
  };

  /// Names that change though title and date, or title and text, stay are no names.
  void note_habits() {
    std::string_view first_link;
    bool are_own = false;
    Count guids, links;
    for (const Judged& one : all_) {
      const std::string& link = address(one.names);
      if (first_link.empty()) first_link = link;
      are_own = are_own || (!link.empty() && link != first_link);
      if (!one.known[Rung::dated] && !(one.known[Rung::text] && one.known[Rung::title])) continue;
      if (one.names.has(Rung::guid)) guids.add(one.known[Rung::guid] || one.known[Rung::node]);
      if (one.names.has(Rung::link)) links.add(one.known[Rung::link]);
    }
    judgement_.habits = {are_own, guids.most_are_other(), links.most_are_other()};
  }

  [[nodiscard]] static bool is_dated_anew(const Judged& one) {
    return one.names.has(Rung::dated) && !one.known[Rung::dated] && one.known[Rung::title] &&
           (one.known[Rung::link] || one.known[Rung::guid]);
  }

  /// Some systems date all items anew whenever the feed is read, or made: most of those that it had
  /// before have new dates, and all the same one. Others give an event the day on which it is held.
  void find_empty_dates() {
    Count dates;
    SysTime first = SysTime::max(), last = SysTime::min();
    for (std::size_t i = 0; i < all_.size(); ++i) {
      const Judged& one = all_[i];
      const bool anew = is_dated_anew(one);
      if (anew || (one.known[Rung::dated] && one.known[Rung::title])) dates.add(!anew);
      if (!anew) continue;
      first = std::min(first, *date_of(items_[i]));
      last = std::max(last, *date_of(items_[i]));
    }
    const bool are_made = dates.most_are_other() && last - first <= made_together;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      const auto date = date_of(items_[i]);
      if (!date) continue;
      const bool is_made =
          are_made && *date >= first - made_together && *date <= last + made_together;
      const bool is_ahead = question_.now != SysTime{} && *date > question_.now + made_within;
      all_[i].known.date_says_nothing = is_made || is_ahead;
    }
  }

  void decide(const Item& item, Judged& one) {
    if (question_.first_time) {
      one.recognition = recognise_imported(one.names, one.known);
      return;
    }
    one.known.most_words = has_most_words(item, one);
    one.recognition = recognise(one.names, one.known, judgement_.habits);
    if (one.recognition.what == Recognised::suspect && is_page_dated_anew(one)) {
      mind_restless(item, one);
    }
    if (one.recognition.what == Recognised::fresh && is_untitled(one.names)) mind_upgrade(one);
  }

  /// Asked only where a date is known that no other name goes with.
  [[nodiscard]] bool has_most_words(const Item& item, const Judged& one) const {
    if (one.known[Rung::dated] || !one.known[Rung::stamp]) return false;
    if (one.names.shares_stamp || one.names.is_day_only) return false;
    if (one.known.date_says_nothing) return false;
    const std::vector<std::string> words = word_names(item);
    const auto found = std::count_if(
        words.begin(), words.end(), [&](const std::string& word) { return question_.known(word); });
    // Three are kept of a title: two of them are most.
    return !words.empty() && found >= (words.size() == 1 ? 1 : 2);
  }

  static bool is_page_dated_anew(const Judged& one) {
    return !one.names.has(Rung::guid) && one.known[Rung::link] && is_dated_anew(one);
  }

  /// A page for all alerts, or one that is dated whenever somebody reads it. A person was asked
  /// once at least, and of each text; after that, a date of just now waits for a later reading: if
  /// it stays, it means something.
  void mind_restless(const Item& item, Judged& one) {
    const std::string& link = one.names[Rung::link];
    bool was_asked = true;
    for (std::string mark : {changed_mark(link), text_mark(link, item)}) {
      if (question_.known(mark)) continue;
      was_asked = false;
      judgement_.marks.push_back(std::move(mark));
    }
    if (!was_asked || std::chrono::abs(question_.now - *date_of(item)) > made_within) return;
    if (one.names.is_day_only) return;
    one.waits = true;
    one.recognition = {Recognised::known, {}};
  }

  static bool is_untitled(const ItemNames& names) {
    return !names.has(Rung::guid) && !names.has(Rung::link) && !names.has(Rung::title) &&
           names.has(Rung::dated);
  }

  /// A ledger of a version that had no name for such an item cannot know it.
  void mind_upgrade(Judged& one) {
    if (!names_untitled_) names_untitled_ = question_.known(names_untitled);
    if (*names_untitled_) return;
    if (judgement_.marks.empty() || judgement_.marks.back() != names_untitled) {
      judgement_.marks.emplace_back(names_untitled);
    }
    one.recognition = {Recognised::suspect,
                       "it has neither guid, link nor title, and an earlier crier could not "
                       "remember such items: it may have been there before"};
  }

  const std::vector<Item>& items_;
  const FreshQuestion& question_;
  std::vector<Judged> all_;
  Judgement judgement_;
  std::optional<bool> names_untitled_;
};

}  // namespace

Judgement judge(const std::vector<Item>& items, const FreshQuestion& question) {
  return Judge(items, question).judge();
}

std::string mark_of(const std::string& name) { return "shared " + name; }

}  // namespace crier
