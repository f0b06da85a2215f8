#pragma once
#include <string_view>

#include "compose/rules.h"

namespace crier {

/// How long `text` (valid UTF-8) is under `rules`, in rules.unit.
[[nodiscard]] std::size_t measure(std::string_view text, const TextRules& rules);

/// Says whether `text` is within both limits, the one in rules.unit and the one in bytes.
[[nodiscard]] bool fits(std::string_view text, const TextRules& rules);

}  // namespace crier
