#include "plan/held_again.h"

#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "feed/identity.h"
#include "feed/item_text.h"
#include "plan/fresh.h"

namespace crier {
namespace {

/// What two versions of one item have in common, as the ledger keeps it; empty: it has no such
/// two.
using Pairs = std::array<std::string, 4>;

Pairs pairs_of(const std::string& id, const std::string& link, const std::string& title,
               std::optional<SysTime> date) {
  const std::string guid = id == link || id == title ? std::string() : id;
  const auto pair = [](const char* kind, const std::string& a, const std::string& b) {
    return a.empty() || b.empty() ? std::string() : kind + a + '\0' + b;
  };
  const std::string day = date ? to_iso8601(*date) : "none";
  return {pair("guid, link ", guid, link), pair("guid, title ", guid, title),
          pair("link, title ", link, title), pair("title, date ", title, day)};
}

Pairs pairs_of(const Item& item) {
  return pairs_of(display_id(item), item.link, shown_title(item), date_of(item));
}
Pairs pairs_of(const Delivery& held) {
  return pairs_of(held.item_id, held.item_link, held.item_title, held.item_date);
}

/// As it is called in the ledger.
std::string id_in_ledger(const Item& item) {
  const bool is_called_by_its_words = (!item.guid || item.guid->empty()) && item.link.empty();
  if (!is_called_by_its_words) return display_id(item);
  Item plain = item;
  make_plain(plain);
  return display_id(plain);
}

/// How many of the feed's items have each of the ids that are held.
std::map<std::string, std::size_t> count_ids(const std::vector<FreshItem>& fresh,
                                             const std::vector<Item>& others,
                                             const std::vector<Delivery>& held) {
  std::map<std::string, std::size_t> counts;
  for (const Delivery& each : held) counts[each.item_id] = 0;
  const auto count = [&](const std::string& id) {
    if (const auto found = counts.find(id); found != counts.end()) ++found->second;
  };
  for (const FreshItem& each : fresh) count(display_id(each.item));
  for (const Item& item : others) count(id_in_ledger(item));
  return counts;
}

/// What one account holds, by each of its pairs.
using Held = std::map<std::string, std::vector<const Delivery*>>;

/// The ones that `item` takes the place of. `coming`: how many have a pair that are to be held.
std::set<const Delivery*> versions_of(const Item& item, const Held& held,
                                      const std::map<std::string, std::size_t>& coming,
                                      const std::map<std::string, std::size_t>& in_feed) {
  std::set<const Delivery*> found;
  for (const std::string& pair : pairs_of(item)) {
    const auto match = held.find(pair);
    const bool is_its_own =
        !pair.empty() && match != held.end() && match->second.size() == 1 && coming.at(pair) == 1;
    if (!is_its_own) continue;
    const Delivery& before = *match->second.front();
    const std::size_t itself = before.item_id == display_id(item) ? 1 : 0;
    if (in_feed.at(before.item_id) == itself) found.insert(&before);
  }
  return found;
}

}  // namespace

void find_held_again(std::vector<FreshItem>& fresh, const std::vector<Item>& others,
                     const std::vector<Delivery>& held) {
  const auto in_feed = count_ids(fresh, others, held);
  std::map<std::string, std::size_t> coming;
  for (const FreshItem& each : fresh) {
    if (each.hold.empty()) continue;
    for (const std::string& pair : pairs_of(each.item)) ++coming[pair];
  }
  std::map<AccountId, Held> by_account;
  for (const Delivery& each : held) {
    for (const std::string& pair : pairs_of(each)) by_account[each.account][pair].push_back(&each);
  }
  for (FreshItem& each : fresh) {
    if (each.hold.empty()) continue;
    for (const auto& [account, its_own] : by_account) {
      for (const Delivery* version : versions_of(each.item, its_own, coming, in_feed))
        each.replaces.push_back(
            {account, version->id, version->item_id, version->item_title, version->post.text});
    }
  }
}

}  // namespace crier
