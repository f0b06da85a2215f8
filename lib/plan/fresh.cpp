#include "plan/fresh.h"

#include <algorithm>
#include <numeric>
#include <unordered_set>

#include "feed/item_text.h"

namespace crier {
namespace {

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

/// What the ledger knows of an item beside the name that decides.
struct Recall {
  std::size_t others = 0, known = 0;
};

Recall recall(const Identity& identity, const FreshQuestion& question) {
  Recall found;
  for (const std::string& name : identity.names) {
    if (name == identity.chosen) continue;
    ++found.others;
    if (question.known(name)) ++found.known;
  }
  return found;
}

/// Why an item may not be what its deciding name says; empty if there is no doubt.
///
/// A name alone is not always right: systems mint new guids for old items when they are moved or
/// rebuilt, and others give every alert in turn the same guid or link. Nobody can tell from the
/// feed, so a person is told.
std::string doubt_about(const Identity& identity, bool unknown, const FreshQuestion& question) {
  const Recall found = recall(identity, question);
  const bool by_guid = identity.chosen.starts_with("guid:");
  if (unknown && by_guid && found.others >= 2 && found.known == found.others) {
    return "its link and title were seen before, though its guid is new";
  }
  if (!unknown && by_guid && found.others > 0 && found.known == 0) {
    return "its guid was seen before, with another title and link";
  }
  if (!unknown && identity.chosen.starts_with("link:") && found.known < found.others) {
    return "its link was seen before under another title, and it has no guid";
  }
  return {};
}

}  // namespace

std::string display_id(const Item& item) {
  if (item.guid && !item.guid->empty()) return *item.guid;
  return !item.link.empty() ? item.link : item.title.value;
}

Fresh find_fresh(Feed feed, const FreshQuestion& question) {
  Fresh fresh;
  fresh.total = feed.items.size();
  fresh.seeded = question.first_time;
  std::size_t announce_newest = question.backfill;
  if (question.first_time && announce_newest == 0 && question.feed.first_run == FirstRun::latest)
    announce_newest = 1;

  std::vector<Identity> identities = identify(feed.items);
  const std::vector<std::size_t> order = newest_first(feed.items);
  std::unordered_set<std::string> taken;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    Item& item = feed.items[order[rank]];
    Identity& identity = identities[order[rank]];
    const bool wanted = rank < announce_newest;
    if (identity.chosen.empty()) {
      fresh.passed_over.push_back(
          {display_id(item), "it has no guid, link or title, so it could not be recognised again"});
      continue;
    }
    const bool unknown = question.first_time || !question.known(identity.chosen);
    if ((unknown || wanted) && !taken.insert(identity.chosen).second)
      continue;  // the same item once more
    const std::string doubt =
        question.first_time || wanted ? std::string() : doubt_about(identity, unknown, question);
    if (unknown && doubt.empty()) ++fresh.unknown;
    if (unknown || !doubt.empty()) {
      fresh.names.insert(fresh.names.end(), identity.names.begin(), identity.names.end());
    }
    if (!doubt.empty()) {
      fresh.passed_over.push_back(
          {display_id(item), "not posted, because " + doubt + ": " + html_to_text(item.title.value),
           true});
    } else if (wanted || (unknown && !question.first_time)) {
      make_plain(item);
      fresh.items.push_back(
          {std::move(item), std::move(identity), !unknown || question.first_time});
    } else if (unknown && question.explain) {
      fresh.passed_over.push_back(
          {display_id(item), "it was there when crier first saw this feed: history, not news"});
    }
  }
  std::reverse(fresh.items.begin(), fresh.items.end());
  return fresh;
}

}  // namespace crier
