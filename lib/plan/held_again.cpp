#include "plan/held_again.h"

#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "plan/fresh.h"

namespace crier {
namespace {

/// What an item is called in the ledger, and which of its names that is: display id, link, title.
using Name = std::pair<std::size_t, std::string>;
using Names = std::array<Name, 3>;

Names names_of(const Item& item) {
  return {{{0, display_id(item)}, {1, item.link}, {2, shown_title(item)}}};
}
Names names_of(const Delivery& held) {
  return {{{0, held.item_id}, {1, held.item_link}, {2, held.item_title}}};
}

/// How many of the feed's items have each of the ids that are held.
std::map<std::string, std::size_t> count_ids(const std::vector<FreshItem>& fresh,
                                             const std::vector<Item>& others,
                                             const std::vector<Delivery>& held) {
  std::map<std::string, std::size_t> counts;
  for (const Delivery& each : held) counts[each.item_id] = 0;
  const auto count = [&](const Item& item) {
    if (const auto found = counts.find(display_id(item)); found != counts.end()) ++found->second;
  };
  for (const FreshItem& each : fresh) count(each.item);
  for (const Item& item : others) count(item);
  return counts;
}

/// What one account holds, by each of its names.
using Held = std::map<Name, std::vector<const Delivery*>>;

/// The ones that `item` takes the place of. `coming`: how many have a name that are to be held.
std::set<DeliveryId> versions_of(const Item& item, const Held& held,
                                 const std::map<Name, std::size_t>& coming,
                                 const std::map<std::string, std::size_t>& in_feed) {
  std::set<DeliveryId> found;
  const Names names = names_of(item);
  for (const Name& name : names) {
    const auto match = held.find(name);
    const bool is_its_own = match != held.end() && match->second.size() == 1 &&
                            coming.at(name) == 1 && !name.second.empty();
    if (!is_its_own) continue;
    const Delivery& before = *match->second.front();
    const std::size_t itself = before.item_id == names[0].second ? 1 : 0;
    if (in_feed.at(before.item_id) == itself) found.insert(before.id);
  }
  return found;
}

}  // namespace

void find_held_again(std::vector<FreshItem>& fresh, const std::vector<Item>& others,
                     const std::vector<Delivery>& held) {
  const auto in_feed = count_ids(fresh, others, held);
  std::map<Name, std::size_t> coming;
  for (const FreshItem& each : fresh) {
    if (each.hold.empty()) continue;
    for (const Name& name : names_of(each.item)) ++coming[name];
  }
  std::map<AccountId, Held> by_account;
  for (const Delivery& each : held) {
    for (const Name& name : names_of(each)) by_account[each.account][name].push_back(&each);
  }
  for (FreshItem& each : fresh) {
    if (each.hold.empty()) continue;
    for (const auto& [account, its_own] : by_account) {
      for (const DeliveryId& id : versions_of(each.item, its_own, coming, in_feed))
        each.replaces.push_back({account, id});
    }
  }
}

}  // namespace crier
