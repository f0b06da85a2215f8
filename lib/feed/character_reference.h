#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace crier {

/// A character by its number: "&#8217;", "&#x2019;".
struct NumericReference {
  char32_t value = 0;      ///< U+FFFD for a surrogate alone, and for what lies beyond Unicode
  std::size_t length = 0;  ///< bytes, from "&" on
  bool is_closed = false;  ///< it ends with ";"
};

/// The reference that `text` begins with; nothing if it begins with none. Two surrogates in
/// succession, as programs write an emoji that count in UTF-16, are one character.
[[nodiscard]] std::optional<NumericReference> numeric_reference_at(std::string_view text);

/// Writes out the references to surrogates and beyond Unicode, of which an XML parser makes
/// ill-formed UTF-8, and those above U+FFFF. All others stay as they are.
void settle_surrogate_references(std::string& text);

}  // namespace crier
