#pragma once
#include <vector>

#include "core/model.h"

namespace crier {

struct FreshItem;

/// What an account holds of an item that came again.
struct HeldVersion {
  AccountId account;
  DeliveryId delivery;
};

/// Finds, for each of `fresh` that is to be held, what is held of it already: under the same guid,
/// link or title, if nothing else that is held, or is to be, has it too; and is in the feed no
/// more. `others`: the feed's other items; one without guid and link may have markup in its title.
void find_held_again(std::vector<FreshItem>& fresh, const std::vector<Item>& others,
                     const std::vector<Delivery>& held);

}  // namespace crier
