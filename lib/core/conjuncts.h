#pragma once
#include <cstdint>

namespace crier {

/// What a character does in a conjunct of an Indic script, where a sign joins two consonants into
/// one shape.
enum class ConjunctPart : std::uint8_t { none, consonant, linker };

[[nodiscard]] ConjunctPart conjunct_part(char32_t code_point);

}  // namespace crier
