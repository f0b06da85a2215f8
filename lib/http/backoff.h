#pragma once
#include <chrono>
#include <optional>

#include "core/random.h"
#include "core/result.h"
#include "http/message.h"

namespace crier {

/// How long to wait before try number `attempt` (1 is the first repeat): a minute, doubled each
/// time, at most six hours, less up to a quarter by chance so that many machines do not return at
/// once. What the server asked for is never undercut.
[[nodiscard]] std::chrono::seconds wait_before_try(int attempt, const Error& why, Random& random);

/// How long a server wants us to pause, by its rate-limit headers: until the reset, when it says
/// that 0 requests remain. Nothing if some remain, or if it does not say until when.
///
/// X-RateLimit-Remaining and -Reset (Mastodon: ISO 8601), x-rate-limit-… (X: Unix time),
/// RateLimit-… (Bluesky: Unix time; the IETF's draft: seconds from now). Of several, the longest.
[[nodiscard]] std::optional<std::chrono::seconds> rate_limit_pause(const Headers& headers,
                                                                   SysTime now);

/// How many requests a server says that it takes, and for how long that count holds.
struct RateLimit {
  std::size_t left = 0;
  std::chrono::seconds until_reset{0};
};

/// By the same headers: of several counts, the one of which the least is left, and of those that
/// are equal the longest.
[[nodiscard]] std::optional<RateLimit> rate_limit(const Headers& headers, SysTime now);

/// How long to leave a feed alone that has failed `failures` times in a row: not at all after the
/// first two, then five minutes, doubled each time, at most one hour (a feed of alerts must come
/// back soon), less up to a quarter by chance.
[[nodiscard]] std::chrono::seconds wait_after_failures(int failures, Random& random);

/// How long to leave a server alone that says 429 and not until when. `last`: how long that was the
/// last time, or 0. An hour, doubled each time, at most a day, with up to a tenth more by chance.
[[nodiscard]] std::chrono::seconds wait_after_refusal(std::chrono::seconds last, Random& random);

}  // namespace crier
