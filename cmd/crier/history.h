#pragma once
#include "config/config.h"
#include "crier/cli.h"
#include "crier/wiring.h"

namespace crier {

/// `crier history` and its subcommands. Each gives the exit code; throws StoreError.
[[nodiscard]] int run_history(const CommandLine& line, const Config& config);
[[nodiscard]] int run_history_import(const CommandLine& line, const Config& config, World& world);
[[nodiscard]] int run_history_export(const CommandLine& line, const Config& config);
[[nodiscard]] int run_history_rebuild(const CommandLine& line, const FoundConfig& found,
                                      World& world);

}  // namespace crier
