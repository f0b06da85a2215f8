#pragma once
#include "config/config.h"
#include "crier/cli.h"
#include "crier/wiring.h"

namespace crier {

// What only a person can decide. Each takes the run's lock, writes to the ledger, sends nothing,
// and gives the exit code. Throws StoreError.

/// `crier feed adopt NAME`: what is held of the feed was said before; leave it out for good.
[[nodiscard]] int adopt_feed(const CommandLine& line, const Config& config, const World& world);
/// `crier feed release NAME`: what is held of the feed is news; the next run posts it.
[[nodiscard]] int release_feed(const CommandLine& line, const Config& config, const World& world);
/// `crier feed resume NAME`: ask the feed again, although its server said that it is gone.
[[nodiscard]] int resume_feed(const CommandLine& line, const Config& config, const World& world);
/// `crier resolve DELIVERY --posted URL | --not-posted | --retry | --undo`.
[[nodiscard]] int resolve_delivery(const CommandLine& line, const Config& config,
                                   const World& world);

}  // namespace crier
