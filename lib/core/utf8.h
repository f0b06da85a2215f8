#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace crier {

/// Says whether `text` is valid UTF-8 (no overlong forms, no surrogates).
[[nodiscard]] bool is_utf8(std::string_view text);

/// Gives `text` with every invalid byte sequence replaced by U+FFFD.
[[nodiscard]] std::string to_valid_utf8(std::string_view text);

/// Appends a code point as UTF-8; U+FFFD for what is no scalar value.
void append_utf8(std::string& out, char32_t code_point);

/// Counts code points of valid UTF-8.
[[nodiscard]] std::size_t count_code_points(std::string_view text);

/// Reads the code point at byte `at` of `text` and moves `at` behind it; U+FFFD for a broken byte.
[[nodiscard]] char32_t next_code_point(std::string_view text, std::size_t& at);

/// Unicode's general category, as coarse as a network's rules need it.
enum class CharacterKind : std::uint8_t {
  letter,
  letter_number,
  mark,
  digit,
  connector,  ///< the low line and its like: punctuation, too
  punctuation,
  other
};
[[nodiscard]] CharacterKind kind_of(char32_t code_point);

/// Says whether Unicode calls it white space.
[[nodiscard]] bool is_white_space(char32_t code_point);

/// Whether the letters of an Indic conjunct are one cluster: from Unicode 15.1 on (rule GB9c).
enum class Conjuncts : std::uint8_t { apart, together };

/// Counts extended grapheme clusters (Unicode annex 29) of valid UTF-8.
[[nodiscard]] std::size_t count_graphemes(std::string_view text,
                                          Conjuncts conjuncts = Conjuncts::apart);

/// Gives the byte offset at which each grapheme cluster ends.
[[nodiscard]] std::vector<std::size_t> grapheme_ends(std::string_view text);

/// Normalises to NFC.
[[nodiscard]] std::string to_nfc(std::string_view text);

/// Lower-cases A to Z and nothing else, whatever the locale.
[[nodiscard]] std::string ascii_lower(std::string_view text);

/// Compares without regard to the case of A to Z.
[[nodiscard]] bool ascii_iequals(std::string_view a, std::string_view b);

/// Cuts white space (space, tab, CR, LF, FF, VT) from both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// Folds every run of white space (Unicode's, no-break space with it) into one space, trims both
/// ends, and drops control characters.
[[nodiscard]] std::string collapse_space(std::string_view text);

/// Makes text safe for a terminal or a log line: control characters and bidi overrides become
/// U+FFFD.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace crier
