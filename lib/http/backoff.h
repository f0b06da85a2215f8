#pragma once
#include <chrono>

#include "core/random.h"
#include "core/result.h"

namespace crier {

/// How long to wait before try number `attempt` (1 is the first repeat): a minute, doubled each
/// time, at most six hours, less up to a quarter by chance so that many machines do not return at
/// once. What the server asked for is never undercut.
[[nodiscard]] std::chrono::seconds wait_before_try(int attempt, const Error& why, Random& random);

}  // namespace crier
