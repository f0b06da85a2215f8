#pragma once
#include <optional>
#include <string_view>

#include "core/clock.h"

namespace crier {

/// Reads a date as feeds write it; nothing if it is none.
///
/// 1. RFC 822 with its omissions: no weekday, no seconds, two-digit years, named zones.
/// 2. ISO 8601 and W3CDTF in full and reduced: year, year and month, day of the year, no colons.
/// 3. asctime, "2nd March 2026 4.30pm"-like forms, day/month/year as councils write it, and seconds
///    since 1970.
/// 4. Month names in English, Welsh, French, German, Spanish and Italian.
/// 5. What is missing is its first value: no time is midnight, no or an unknown zone is UTC.
/// 6. A day that no calendar has (30 February) is no date.
[[nodiscard]] std::optional<SysTime> parse_date(std::string_view text);

/// Says whether a time falls on the first or the last day that a system counts, in any zone: there
/// 0001-01-01, 1970-01-01, 9999-12-31 and their like stand for no date.
[[nodiscard]] bool is_placeholder_date(SysTime time);

}  // namespace crier
