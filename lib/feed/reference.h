#pragma once
#include <string>
#include <string_view>

namespace crier {

/// The first reference number of a planning application in a title or a link, in capitals;
/// empty if there is none.
///
/// 1. As UK planning authorities write them: parts of letters and digits with "/" between, among
///    them a year (24 or 2024) and a serial number of 3 to 6 digits: 24/01234/FUL, 2024/0123,
///    DM/24/00123, 3/24/0123/FP, 24/P/01234, AWDM/0123/24.
/// 2. "%2F" is a "/".
/// 3. Dates (24/01/2026), years (2025/2026) and plain fractions (10/100) are none.
[[nodiscard]] std::string reference_in(std::string_view text);

}  // namespace crier
