#pragma once
#include <string>

#include "config/config.h"
#include "core/model.h"
#include "store/store.h"

namespace crier {

// What a person's word makes of a post, and the way back. What stood before the first word is kept
// in the delivery's notes, and with it when the word that holds now was given: what is settled
// since by anybody else is not undone.

/// It is on its account.
[[nodiscard]] Delivery kept_as_posted(Delivery delivery, const Receipt& receipt, SysTime now);
/// It is left out for good. `why`: what `history` says of it.
[[nodiscard]] Delivery left_out(Delivery delivery, const std::string& why, SysTime now);
/// Whether a person's word settled it.
[[nodiscard]] bool is_settled_by_word(const Delivery& delivery);
/// As it was before a person settled it; of a version that did not note that, held or in doubt.
[[nodiscard]] Delivery as_before(Delivery delivery);

/// The receipt for a post that a person has seen at that address.
/// Errors: invalid, in one line: it is no address of a post there, or another item's post.
[[nodiscard]] Result<Receipt> receipt_for(const Delivery& delivery, const std::string& address,
                                          const Config& config, const Store& store, SysTime now);

}  // namespace crier
