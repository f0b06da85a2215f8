#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "publish/deliver.h"

namespace crier {

/// What the linked pages had to say.
struct Enriched {
  std::vector<Delivery> due;    ///< with their cards, in the order in which they came
  std::vector<Delivered> held;  ///< their pages are not there, or it is not their turn
  std::map<DeliveryId, std::string> warnings;  ///< no card could be made
};

/// Looks at the pages that posts link to, each once in a run.
///
/// 1. A page is fetched for a post to a network that wants link cards, and for one of a feed with
///    require_page; for no other.
/// 2. A page that does not answer holds no post but those of a feed with require_page. Those wait,
///    with the page and its answer in the ledger and in the report, and are tried in the next run.
/// 3. What may be public already is never held: it must be looked for.
/// 4. A server that does not answer is not waited for again in the run, and all pages together
///    get half a minute.
/// 5. Cards are not kept in the ledger: a later run fetches the page anew.
/// `why_wait` is asked of each post, in order, why its turn does not come in this run; what has to
/// wait asks no page anything. `is_rehearsal`: nothing is written, and only what decides about a
/// post is fetched.
[[nodiscard]] Enriched enrich(std::vector<Delivery> due, const DeliveryWorld& world,
                              const std::function<std::string(const Delivery&)>& why_wait,
                              bool is_rehearsal);

}  // namespace crier
