#pragma once
#include <string>
#include <string_view>

namespace crier {

/// Says whether more of what is not ASCII is UTF-8 than is not: such a text is UTF-8 with some bad
/// bytes, whatever it calls itself, because chance hardly makes such bytes.
[[nodiscard]] bool is_mostly_utf8(std::string_view bytes);

/// Makes UTF-8 of what should be.
///
/// 1. Two surrogates written as three bytes each (CESU-8) become their character, one alone U+FFFD.
/// 2. What is left of a character that a program cut by counting bytes goes.
/// 3. Every other byte that fits nowhere is read as windows-1252.
[[nodiscard]] std::string repaired_utf8(std::string_view bytes);

}  // namespace crier
