#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/model.h"

namespace crier {

/// No wait is set for longer than a week (publish/lane.cpp, publish/gather.cpp). One that is longer
/// than this was written under a wrong clock: it is not believed.
inline constexpr std::chrono::hours most_waiting{8 * 24};

/// A run sleeps over a shorter wait than this; a longer one is a matter for a later run.
inline constexpr std::chrono::seconds longest_pause{30};

/// Says whether something that was to wait until then must still wait.
[[nodiscard]] constexpr bool must_wait(const std::optional<SysTime>& until, SysTime now) {
  return until && *until > now && *until <= now + most_waiting;
}

/// How an account has spoken lately, against how fast it may.
struct PaceQuestion {
  const Pace& limits;
  std::vector<SysTime> posted;  ///< in the day before `now`, oldest first
  std::size_t in_this_run = 0;
  SysTime now;
};

/// Why the account must wait.
struct PaceWait {
  std::optional<SysTime> until;  ///< nothing: until the next run
  std::string why;               ///< "at most 10 posts an hour"
};

/// When the account may post next; nothing if at once. Posts that are dated after `now` were
/// written under a wrong clock and do not count.
[[nodiscard]] std::optional<PaceWait> wait_for_pace(const PaceQuestion& question);

/// Says whether a delivery has waited for so long that it is no news any more. One that may be
/// public already is never stale: it must be looked for.
[[nodiscard]] bool is_stale(const Delivery& delivery, std::chrono::seconds stale_after,
                            SysTime now);

}  // namespace crier
