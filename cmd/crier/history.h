#pragma once
#include "config/config.h"
#include "crier/cli.h"

namespace crier {

/// `crier history`. Gives the exit code; throws StoreError.
[[nodiscard]] int run_history(const CommandLine& line, const Config& config);

}  // namespace crier
