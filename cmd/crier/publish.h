#pragma once
#include <optional>

#include "crier/cli.h"
#include "crier/wiring.h"
#include "publish/report.h"

namespace crier {

/// One run, and what it came to.
struct Published {
  int exit = 0;
  std::optional<RunReport> report;  ///< nothing: it never began
};

/// What `crier publish` does; throws StoreError.
[[nodiscard]] Published publish_once(const CommandLine& line, const FoundConfig& found,
                                     World& world);

/// `crier publish`. Gives the exit code; throws StoreError.
[[nodiscard]] int run_publish(const CommandLine& line, const FoundConfig& found, World& world);

}  // namespace crier
