#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "publish/deliver.h"
#include "publish/turns.h"

namespace crier {

/// What the linked pages had to say.
struct Enriched {
  std::vector<Foreseen> foreseen;  ///< with their cards, in the order in which they came
  std::map<DeliveryId, std::string> warnings;  ///< no card could be made
  std::set<DeliveryId> unseen;                 ///< their page was not looked at, and should be
};

/// Looks at the pages that posts link to, each once in a run.
///
/// 1. A page is fetched for a post that would go out in this run, to a network that wants link
/// cards
///    or of a feed with require_page; for no other.
/// 2. A page that does not answer holds no post but those of a feed with require_page: another post
///    has their turn, and they are tried in the next run.
/// 3. What may be public already is never held: it must be looked for.
/// 4. A server that does not answer is not waited for again in the run, and all pages together
///    get half a minute.
/// 5. Cards are not kept in the ledger: a later run fetches the page anew.
/// `wants_cards`: not for a run that only looks ahead. Also says of which posts no page was looked
/// at that should have been: they are not for this run, whatever room there is.
[[nodiscard]] Enriched enrich(const std::vector<Delivery>& queue, Turns& turns,
                              const DeliveryWorld& world, bool wants_cards);

}  // namespace crier
