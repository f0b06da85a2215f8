#pragma once
#include <algorithm>
#include <span>
#include <string_view>

namespace crier {

struct CharRange {
  char32_t first = 0, last = 0;
};
using CharRanges = std::span<const CharRange>;

[[nodiscard]] inline bool contains(CharRanges ranges, char32_t value) {
  const auto found = std::ranges::lower_bound(ranges, value, {}, &CharRange::last);
  return found != ranges.end() && found->first <= value;
}

/// What X takes for what. The .cpp says of each what it is, and where it is from.
namespace x_tables {
[[nodiscard]] CharRanges path();
[[nodiscard]] CharRanges path_end();
[[nodiscard]] CharRanges not_domain();
[[nodiscard]] CharRanges not_before();
[[nodiscard]] CharRanges ascii_domain();
[[nodiscard]] CharRanges accents();
[[nodiscard]] CharRanges letters();
[[nodiscard]] CharRanges others();
[[nodiscard]] CharRanges blanks();
[[nodiscard]] CharRanges emoji_alone();
[[nodiscard]] CharRanges emoji_variant();
[[nodiscard]] CharRanges emoji_not_as_text();
[[nodiscard]] CharRanges emoji_skinned();
[[nodiscard]] CharRanges emoji_skinned_variant();
[[nodiscard]] CharRanges emoji_gender();
[[nodiscard]] CharRanges emoji_gender_skin();
[[nodiscard]] CharRanges emoji_gender_variant();
[[nodiscard]] CharRanges emoji_keycaps();
[[nodiscard]] CharRanges emoji_work();
[[nodiscard]] CharRanges emoji_work_variant();
[[nodiscard]] std::span<const std::u32string_view> emoji_sequences();
[[nodiscard]] std::span<const std::string_view> flags();
}  // namespace x_tables

}  // namespace crier
