#pragma once
#include <string>
#include <vector>

#include "store/store.h"

namespace crier {

/// What one feed's fetch led to: written in one batch (W1).
struct FeedPlan {
  FeedState state;
  std::vector<std::string> names;  ///< every name to be known, or noted again, from now on
  /// `published` ones too, where they were found out about later (`crier history rebuild`).
  std::vector<Delivery> deliveries;
  std::vector<DeliveryId> replaced = {};  ///< held ones that a newer version takes the place of
};

/// What the ledger is to take in of these. A delivery that it has, and that was refused, is planned
/// anew.
[[nodiscard]] Batch batch_of(const std::vector<FeedPlan>& plans, const Store& store);

}  // namespace crier
