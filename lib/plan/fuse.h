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

/// Behind a new address, or beside a feed of the same website whose fuse has just blown, a few
/// items that look new are as bad a sign as many.
[[nodiscard]] constexpr FuseLimits strict(FuseLimits limits, std::size_t of) {
  const std::size_t few = of == 1 ? 1 : 2;
  limits.items = limits.items < few ? limits.items : few;
  return limits;
}

/// Says whether that many items of a known feed are too many to be news.
[[nodiscard]] constexpr bool blows(const FuseLimits& limits, std::size_t looks_new,
                                   std::size_t of) {
  if (limits.percent <= 0) return false;
  return looks_new > 0 && looks_new >= limits.items &&
         100 * looks_new > static_cast<std::size_t>(limits.percent) * of;
}

/// Says whether a feed's items look new all at once while their titles are old: a move, however
/// small the feed. `old_titles`: different ones, that `have_old_title` of those that look new have.
/// One title alone comes again, and where one in four is new they may be this month's.
[[nodiscard]] constexpr bool looks_moved(const FuseLimits& limits, std::size_t looks_new,
                                         std::size_t have_old_title, std::size_t old_titles,
                                         std::size_t of) {
  return blows({limits.percent, 2}, looks_new, of) && old_titles >= 2 &&
         4 * have_old_title >= 3 * looks_new;
}

}  // namespace crier
