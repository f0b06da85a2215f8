#pragma once
#include <vector>

#include "delivery/life.h"
#include "store/store.h"

namespace crier {

/// What a person, or what the account itself shows, says of a delivery.
struct Decision {
  Delivery delivery;  ///< as the ledger has it
  life::Event event;
};

/// What the ledger is to take in of these. A feed of which nothing is held any more has its fuse
/// back: nobody could be asked about it.
[[nodiscard]] Batch batch_of(const std::vector<Decision>& decisions, const Store& store);

/// All that is held of a feed.
[[nodiscard]] std::vector<Delivery> held_of(const Store& store, const FeedId& feed);

}  // namespace crier
