#pragma once
#include "crier/cli.h"
#include "crier/wiring.h"

namespace crier {

/// `crier rehearse`: the real run, against stand-ins of the networks on this machine. Gives the
/// exit code; throws StoreError.
[[nodiscard]] int run_rehearsal(const CommandLine& line, const FoundConfig& found);

}  // namespace crier
