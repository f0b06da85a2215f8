#pragma once
#include "config/config.h"
#include "crier/cli.h"
#include "crier/wiring.h"

namespace crier {

/// `crier status`: what waits, for what, and for whom. Asks no server, writes nothing.
/// Gives the exit code: 1 if a person is needed. Throws StoreError.
[[nodiscard]] int run_status(const CommandLine& line, const Config& config, World& world);

}  // namespace crier
