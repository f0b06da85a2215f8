#pragma once
#include "core/model.h"
#include "network/linkedin/wire.h"

namespace crier::linkedin {

/// Says whether a post that LinkedIn shows announces what `delivery` does: the same words, and the
/// same link, as far as LinkedIn shows it.
[[nodiscard]] bool is_the_post(const Shown& shown, const Delivery& delivery);

}  // namespace crier::linkedin
