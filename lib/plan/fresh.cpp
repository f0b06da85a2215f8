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

/// Whether an item that is known by its link has a title (and date) that is not.
bool is_retitled(const Identity& identity, const FreshQuestion& question) {
  return std::any_of(identity.names.begin(), identity.names.end(), [&](const std::string& name) {
    return name.starts_with("title:") && !question.known(name);
  });
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
    const bool by_link = identity.chosen.starts_with("link:");
    if (identity.chosen.empty()) {
      fresh.passed_over.push_back(
          {display_id(item), "it has no guid, link or title, so it could not be recognised again"});
      continue;
    }
    const bool unknown = question.first_time || !question.known(identity.chosen);
    if ((unknown || wanted) && !taken.insert(identity.chosen).second)
      continue;  // the same item once more
    if (unknown) {
      ++fresh.unknown;
      fresh.names.insert(fresh.names.end(), identity.names.begin(), identity.names.end());
    }
    if (wanted || (unknown && !question.first_time)) {
      make_plain(item);
      fresh.items.push_back(
          {std::move(item), std::move(identity), !unknown || question.first_time});
    } else if (!unknown && by_link && is_retitled(identity, question)) {
      // Without a guid this may be an edited title, or another item on the same page: nobody can
      // tell, so it is told, once.
      fresh.names.insert(fresh.names.end(), identity.names.begin(), identity.names.end());
      fresh.passed_over.push_back(
          {display_id(item),
           "not posted, because its link was seen before under another title and it has "
           "no guid: " +
               html_to_text(item.title.value),
           true});
    } else if (unknown && question.explain) {
      fresh.passed_over.push_back(
          {display_id(item), "it was there when crier first saw this feed: history, not news"});
    }
  }
  std::reverse(fresh.items.begin(), fresh.items.end());
  return fresh;
}

}  // namespace crier
