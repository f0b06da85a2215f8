#pragma once

namespace crier {

/// C0, DEL and C1.
[[nodiscard]] constexpr bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7F && c <= 0x9F); }

/// Embeddings, overrides and isolates: what makes a line read otherwise than it is written.
/// Source: Unicode annex 9, "Explicit directional formatting characters".
[[nodiscard]] constexpr bool turns_the_line(char32_t c) {
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

/// LRM, RLM and ALM: they give their neighbours a direction, and cannot turn what stands further
/// off.
[[nodiscard]] constexpr bool marks_direction(char32_t c) {
  return c == 0x200E || c == 0x200F || c == 0x061C;
}

/// Says whether it is a letter of a script that runs from right to left: Hebrew, Arabic, Syriac.
[[nodiscard]] bool is_right_to_left(char32_t code_point);

constexpr char32_t replacement_character = 0xFFFD;

}  // namespace crier
