#pragma once
#include <vector>

#include "core/model.h"

namespace crier {

/// Why a post that has waited for longer than its feed's stale_after goes out no more: what it
/// waited for, or what kept it from its turn. `open`: all that is open, the oldest item first.
[[nodiscard]] Error why_stale(const Delivery& delivery, const std::vector<Delivery>& open);

}  // namespace crier
