#pragma once
#include <string>
#include <string_view>

#include "core/clock.h"

namespace crier {

/// A moment as the clocks of a place show it.
struct LocalTime {
  std::string day;   ///< "2026-07-01"
  std::string time;  ///< "10:00"
  std::string zone;  ///< "BST"
};

/// `zone`: a name of the time zone database, "Europe/London". UTC where the machine does not know
/// it.
[[nodiscard]] LocalTime to_local(SysTime time, const std::string& zone);

/// Puts "2026-07-01 10:00 BST" in the place of each instant that `text` holds as to_iso8601 writes
/// it. What belongs to an address stays.
[[nodiscard]] std::string with_local_times(std::string_view text, const std::string& zone);

}  // namespace crier
