#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace crier {

/// A text in UTF-16, in which the networks' libraries look at it (they are written in JavaScript):
/// some of their rules see the halves of a character beyond U+FFFF.
struct Units {
  std::u16string text;
  std::vector<std::uint32_t> bytes;  ///< where each unit's character begins in UTF-8; and the end

  [[nodiscard]] std::size_t size() const { return text.size(); }
  [[nodiscard]] char16_t operator[](std::size_t at) const { return text[at]; }
  /// The unit at `at`; 0 behind the end, which no class of characters here contains.
  [[nodiscard]] char16_t peek(std::size_t at) const { return at < text.size() ? text[at] : u'\0'; }
  [[nodiscard]] bool is_low(std::size_t at) const {
    return at < text.size() && text[at] >= 0xDC00 && text[at] <= 0xDFFF;
  }
  /// The character that begins at `at`; half of one for the second half.
  [[nodiscard]] char32_t code_point(std::size_t at) const;
  /// Says whether the text goes on with `word` (lower case) at `at`, whatever its case in ASCII.
  [[nodiscard]] bool has(std::size_t at, std::u16string_view word) const;
};

[[nodiscard]] Units to_units(std::string_view text);
[[nodiscard]] std::string to_utf8(std::u16string_view text);

/// How many units a character takes.
[[nodiscard]] constexpr std::size_t unit_count(char32_t c) {
  return c > 0xFFFF ? std::size_t{2} : std::size_t{1};
}

[[nodiscard]] constexpr bool is_ascii_digit(char32_t c) { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr bool is_ascii_letter(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
[[nodiscard]] constexpr bool is_ascii_letter_or_digit(char32_t c) {
  return is_ascii_letter(c) || is_ascii_digit(c);
}
[[nodiscard]] constexpr bool is_ascii_word(char32_t c) {
  return is_ascii_letter(c) || is_ascii_digit(c) || c == '_';
}
/// White space to a regular expression of JavaScript.
[[nodiscard]] bool is_script_space(char32_t c);

}  // namespace crier
