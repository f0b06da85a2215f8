#include "plan/recognise.h"

#include <vector>

#include "core/result.h"

namespace crier {
namespace {

constexpr int enough_to_know = 11;
constexpr int enough_to_doubt = 1;

/// An item before the ledger: what each of its names says.
struct Case {
  const ItemNames& names;
  const KnownNames& known;
  const Habits& habits;

  [[nodiscard]] bool same(Rung rung) const { return known[rung]; }
  [[nodiscard]] bool other(Rung rung) const { return names.has(rung) && !known[rung]; }
  /// A guid that is the item's own address says where it is, as a link does.
  [[nodiscard]] bool guid_is_link() const {
    return names[Rung::guid].starts_with("link:") && !names.has(Rung::link);
  }
};

bool same_guid(const Case& item) { return item.same(Rung::guid) && !item.guid_is_link(); }
/// One that has but another host, as after a move, is no other guid.
bool other_guid(const Case& item) {
  return item.other(Rung::guid) && !item.same(Rung::node) && !item.habits.guids_change;
}
bool same_permalink(const Case& item) { return item.same(Rung::guid) && item.guid_is_link(); }
bool same_link(const Case& item) { return item.same(Rung::link) || same_permalink(item); }
bool other_link(const Case& item) {
  if (item.habits.links_change) return false;
  return item.other(Rung::link) || (item.guid_is_link() && item.other(Rung::guid));
}
/// Of an item that has nothing else, a title that two have says nothing.
bool same_title(const Case& item) {
  const bool has_address = item.names.has(Rung::guid) || item.names.has(Rung::link);
  return item.same(Rung::title) && (has_address || !item.names.shares_title);
}
bool other_title(const Case& item) { return item.other(Rung::title); }
bool same_text(const Case& item) { return item.same(Rung::text); }
/// The guid's number is a part of it, and says no more where the whole is the same.
bool same_number(const Case& item) {
  return item.same(Rung::reference) || (item.same(Rung::node) && !item.same(Rung::guid));
}

bool same_day(const Case& item) { return item.same(Rung::dated) && item.names.is_day_only; }
/// Under one date with a time of day.
bool same_moment(const Case& item) {
  if (item.names.is_day_only) return false;
  if (item.same(Rung::dated) || item.known.most_words) return true;
  const bool is_told_by_another =
      item.same(Rung::link) || item.same(Rung::guid) || same_number(item);
  return item.same(Rung::stamp) && !item.names.shares_stamp && is_told_by_another;
}
/// Two items may be scheduled for nine o'clock, or be held on one evening.
bool is_shared_by_many(const Case& item) {
  return item.names.is_round || item.known.date_says_nothing;
}
bool same_date(const Case& item) { return same_moment(item) && !is_shared_by_many(item); }
bool same_round_date(const Case& item) { return same_moment(item) && is_shared_by_many(item); }
/// Where the title is another, too, the date may be that of the item before its title was edited.
bool other_date(const Case& item) {
  if (!item.other(Rung::dated) || item.known.date_says_nothing || same_moment(item)) return false;
  return item.same(Rung::title) || !item.same(Rung::stamp);
}
bool link_of_its_own(const Case& item) { return same_link(item) && item.habits.links_are_own; }
bool undisputed_link_of_its_own(const Case& item) {
  return link_of_its_own(item) && !other_date(item);
}

struct Evidence {
  int weight;
  bool (*holds)(const Case& item);
};

/// docs/design.md says each in words.
constexpr std::array evidence{
    Evidence{20, same_date},      Evidence{14, same_round_date},
    Evidence{12, same_guid},      Evidence{12, same_number},
    Evidence{11, same_text},      Evidence{10, same_day},
    Evidence{5, same_link},       Evidence{6, same_permalink},
    Evidence{5, link_of_its_own}, Evidence{3, undisputed_link_of_its_own},
    Evidence{1, same_title},      Evidence{-1, other_date},
    Evidence{-2, other_title},    Evidence{-2, other_link},
    Evidence{-4, other_guid},
};

std::string without_rung(const std::string& name) { return name.substr(name.find(':') + 1); }

std::string listed(const std::vector<std::string>& all) {
  std::string text;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i > 0) text += i + 1 == all.size() ? " and " : ", ";
    text += all[i];
  }
  return text;
}

/// "its link and title were seen before, with another date"
std::string in_words(const Case& item) {
  std::vector<std::string> seen, other;
  if (same_permalink(item)) {
    seen.emplace_back("address");
  } else if (item.same(Rung::guid)) {
    seen.emplace_back("guid");
  }
  if (item.same(Rung::link)) seen.emplace_back("link");
  if (item.same(Rung::reference)) {
    seen.push_back("reference number " + without_rung(item.names[Rung::reference]));
  } else if (item.same(Rung::node) && item.other(Rung::guid)) {
    seen.push_back(fmt::format("number (the guid's {})", without_rung(item.names[Rung::node])));
  }
  if (same_title(item)) seen.emplace_back("title");
  if (same_round_date(item)) seen.emplace_back("date");
  if (item.known.most_words) seen.emplace_back("most words");
  if (same_day(item)) seen.emplace_back("day");
  if (same_text(item)) seen.emplace_back("text");
  if (item.other(Rung::guid)) other.emplace_back(item.guid_is_link() ? "address" : "guid");
  if (item.other(Rung::link)) other.emplace_back("link");
  if (item.other(Rung::title)) other.emplace_back("title");
  if (other_date(item)) other.emplace_back("date");
  if (item.other(Rung::text) && !item.other(Rung::title)) other.emplace_back("text");
  std::string text =
      fmt::format("its {} {} seen before", listed(seen), seen.size() == 1 ? "was" : "were");
  if (!other.empty()) text += ", with another " + listed(other);
  return text;
}

}  // namespace

Recognition recognise(const ItemNames& names, const KnownNames& known, const Habits& habits) {
  const Case item{names, known, habits};
  int weight = 0;
  for (const Evidence& each : evidence) {
    if (each.holds(item)) weight += each.weight;
  }
  if (weight >= enough_to_know) return {Recognised::known, {}};
  if (weight >= enough_to_doubt) return {Recognised::suspect, in_words(item)};
  return {};
}

Recognition recognise_imported(const ItemNames& names, const KnownNames& known) {
  if (known.any_strong()) return {Recognised::known, {}};
  const Habits none{};
  const Case item{names, known, none};
  if (same_number(item)) return {Recognised::suspect, in_words(item)};
  return {};
}

}  // namespace crier
