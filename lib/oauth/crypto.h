#pragma once
#include <string>
#include <string_view>

namespace crier {

/// Gives the 32 bytes of SHA-256 (FIPS 180-4).
[[nodiscard]] std::string sha256(std::string_view bytes);

/// Writes bytes in base64 with padding (RFC 4648 section 4).
[[nodiscard]] std::string base64(std::string_view bytes);

/// Writes bytes in base64url without padding (RFC 4648 section 5, as RFC 7636 appendix A wants it).
[[nodiscard]] std::string base64url(std::string_view bytes);

/// Compares in a time that tells nothing about where two texts of one length differ.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace crier
