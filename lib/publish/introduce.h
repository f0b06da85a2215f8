#pragma once
#include <map>
#include <set>

#include "core/model.h"
#include "publish/deliver.h"

namespace crier {

/// Learns what must be known about accounts before posts are written for them: the server's limits,
/// the account's own id. Asked at most once a day an account, all accounts at once; a server that
/// does not answer leaves what was known, or the network's usual limits.
///
/// `keep`: write what was learned to the ledger (a dry run does not).
[[nodiscard]] std::map<AccountId, AccountFacts> introduce(const std::set<AccountId>& accounts,
                                                          const DeliveryWorld& world, bool keep);

}  // namespace crier
