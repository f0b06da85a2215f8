#pragma once
#include <cstddef>

#include "compose/units.h"

namespace crier {

/// Says how many units from `at` on are one emoji to X; 0 if none begins there.
[[nodiscard]] std::size_t emoji_length(const Units& text, std::size_t at);

}  // namespace crier
