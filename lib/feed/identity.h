#pragma once
#include <string>
#include <vector>

#include "core/model.h"

namespace crier {

/// The names under which an item may be known again.
struct Identity {
  std::string chosen;              ///< the one that decides whether the item is new
  std::vector<std::string> names;  ///< all of them, `chosen` too: what the ledger remembers
};

/// Names every item of a feed, in the feed's order.
///
/// 1. The ladder: the guid; else the link, normalised; else title and date; else the summary.
/// 2. A value that two items of the feed share is no identity in that feed: the next rung decides.
/// 3. An item without any of them has an empty `chosen`.
/// 4. Each name begins with its rung: "guid:", "link:", "title:", "text:".
[[nodiscard]] std::vector<Identity> identify(const std::vector<Item>& items);

/// The link as identity compares it: without scheme, "www.", default port, trailing slash and utm_*
/// parameters. The fragment stays: Met Office warnings differ in nothing else.
[[nodiscard]] std::string normalised_link(std::string_view link);

}  // namespace crier
