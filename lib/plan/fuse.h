#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "config/config.h"

namespace crier {

/// Most of a known feed looks new at once: a move or a rebuild of the website, not news.
struct FuseBlown {
  std::size_t looks_new = 0, of = 0;
  std::vector<std::string> samples;  ///< titles, at most three
};

/// Why each item of such a feed is held.
inline constexpr const char* fuse_reason =
    "most of the feed looked new at once, as after a move or a rebuild of the website";

/// Says whether that many items of a known feed are too many to be news.
[[nodiscard]] constexpr bool blows(const FuseLimits& limits, std::size_t looks_new,
                                   std::size_t of) {
  if (limits.percent <= 0) return false;
  return looks_new > 0 && looks_new >= limits.items &&
         100 * looks_new > static_cast<std::size_t>(limits.percent) * of;
}

}  // namespace crier
