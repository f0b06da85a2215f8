#pragma once
#include "crier/cli.h"
#include "crier/wiring.h"

namespace crier {

/// `crier check`. Gives the exit code.
[[nodiscard]] int run_check(const CommandLine& line, const FoundConfig& found, World& world);

}  // namespace crier
