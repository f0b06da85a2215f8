#pragma once
#include <vector>

#include "config/config.h"
#include "core/model.h"

namespace crier {

/// Whether a post has waited for longer than its feed's stale_after; of a feed that feeds.toml has
/// no more, than the usual one. `delivery.feed`: as feeds.toml calls it.
[[nodiscard]] bool is_stale(const Delivery& delivery, const Config& config, SysTime now);

/// Why such a post is neither posted nor refused where no server has confirmed the clock, and what
/// a person can do: where no server is asked in any run, none ever will.
[[nodiscard]] Error why_undecided(const Delivery& delivery);

/// Why a post that has waited for longer than its feed's stale_after goes out no more: what it
/// waited for, or what kept it from its turn. `open`: all that is open, the oldest item first.
[[nodiscard]] Error why_stale(const Delivery& delivery, const std::vector<Delivery>& open);

}  // namespace crier
