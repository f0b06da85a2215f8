#pragma once
#include "core/model.h"

namespace crier::life {

// A person's word on a post, and the way back. What stood before the first word is kept in the
// delivery's notes, and with it when the word that holds now was given: what is settled since by
// anybody else is not undone.

/// To be called before the word changes anything.
void note_before(Delivery& delivery, SysTime now);
/// Whether a person's word settled it.
[[nodiscard]] bool is_settled_by_word(const Delivery& delivery);
/// As it was before a person settled it; of a version that did not note that, held or in doubt.
[[nodiscard]] Delivery as_before(Delivery delivery);

}  // namespace crier::life
