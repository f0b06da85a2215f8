#pragma once
#include <string>
#include <vector>

#include "core/model.h"

namespace crier {

struct FreshItem;

/// What an account holds of an item that came again.
struct HeldVersion {
  AccountId account;
  DeliveryId delivery;
  std::string item_id, item_title, text;  ///< as it is held
};

/// Finds, for each of `fresh` that is to be held, what is held of it already and is in the feed no
/// more: what has two of guid, link and title in common with it, or title and date (or both have
/// none), if nothing else that is held, or is to be, has the two as well. One name alone may be
/// another item's: a title that comes again, one page for all alerts, a guid that is used again.
///
/// `others`: the feed's other items; their titles may have markup.
void find_held_again(std::vector<FreshItem>& fresh, const std::vector<Item>& others,
                     const std::vector<Delivery>& held);

}  // namespace crier
