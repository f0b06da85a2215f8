#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "oauth/credentials.h"
#include "publish/deliver.h"
#include "publish/publish.h"

namespace crier {

/// The mark that the end of a sign-in has come under: 14, 7, 3 or 1 days, or 0 once it is past.
/// Nothing while it is further off. Of a sign-in that lasts for `whole` in all, only marks within
/// its last quarter count: one of two weeks is not told of on its first day.
[[nodiscard]] std::optional<int> days_to_tell(SysTime ends_at, SysTime now,
                                              std::optional<std::chrono::seconds> whole = {});

/// A line for each account whose sign-in came under another mark since a person was last told; that
/// it was told is written down, unless `dry_run`.
[[nodiscard]] std::vector<std::string> remind(const PublishOptions& options,
                                              const DeliveryWorld& world);

}  // namespace crier
