#pragma once
#include <map>
#include <optional>
#include <set>

#include "publish/deliver.h"

namespace crier {

/// What an account has posted last, by its own word.
struct Past {
  PastPage page;
  std::optional<Error> error;  ///< why it does not tell
  bool mends_itself = false;   ///< of an error: a later run may be told
};

/// Asks each account for its newest posts, once, all accounts at once. One that cannot be asked, or
/// whose own id is not known, is left out.
[[nodiscard]] std::map<AccountId, Past> read_past(const std::set<AccountId>& accounts,
                                                  const DeliveryWorld& world);

}  // namespace crier
