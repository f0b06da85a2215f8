#pragma once
#include "crier/cli.h"
#include "crier/wiring.h"

namespace crier {

/// `crier publish`. Gives the exit code; throws StoreError.
[[nodiscard]] int run_publish(const CommandLine& line, const FoundConfig& found, World& world);

}  // namespace crier
