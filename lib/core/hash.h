#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace crier {

/// A 64-bit key of `text` under `seed` (XXH3, stable across versions and machines). Not a secret's
/// hash.
[[nodiscard]] std::uint64_t hash64(std::string_view text, std::uint64_t seed);

/// 32 hex digits that stand for `text` (XXH3, 128 bit).
[[nodiscard]] std::string hash_hex(std::string_view text);

}  // namespace crier
