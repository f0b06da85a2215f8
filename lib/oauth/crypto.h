#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "core/random.h"
#include "core/secret.h"

namespace crier {

/// Gives the 32 bytes of SHA-256 (FIPS 180-4).
[[nodiscard]] std::string sha256(std::string_view bytes);

/// Writes bytes in base64 with padding (RFC 4648 section 4).
[[nodiscard]] std::string base64(std::string_view bytes);

/// Writes bytes in base64url without padding (RFC 4648 section 5, as RFC 7636 appendix A wants it).
[[nodiscard]] std::string base64url(std::string_view bytes);

/// Reads base64url without padding; nothing for a text that is none.
[[nodiscard]] std::optional<std::string> base64url_decode(std::string_view text);

/// Gives the 20 bytes of HMAC-SHA1 (RFC 2104).
[[nodiscard]] std::string hmac_sha1(const Secret& key, std::string_view text);

/// Gives the 32 bytes of HMAC-SHA256 (RFC 2104).
[[nodiscard]] std::string hmac_sha256(const Secret& key, std::string_view text);

/// Reads base64 with padding (RFC 4648 section 4); nothing for a text that is none.
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);

/// Writes bytes as two hexadecimal digits each, in lower case.
[[nodiscard]] std::string hex(std::string_view bytes);

/// Makes a P-256 key: PEM, PKCS #8.
[[nodiscard]] Secret make_p256_key();

/// The two coordinates of a key's public half, base64url, as its JWK has them (RFC 7518).
struct PublicPoint {
  std::string x, y;
};
/// Nothing if `pem` is no P-256 key.
[[nodiscard]] std::optional<PublicPoint> public_point(const Secret& pem);

/// Signs with ES256: 64 bytes, r and s one after the other (RFC 7518 section 3.4). Nothing if `pem`
/// is no P-256 key.
[[nodiscard]] std::optional<std::string> sign_es256(const Secret& pem, std::string_view text);

/// Seals `text` with AES-256-GCM: nonce (12 bytes), cipher text, tag (16). `key`: 32 bytes.
/// `name` is bound to it: it opens under the same name only.
[[nodiscard]] std::string seal(const Secret& key, std::string_view name, std::string_view text,
                               Random& random);
/// Nothing if the key or the name is another, or a bit has changed.
[[nodiscard]] std::optional<std::string> open_sealed(const Secret& key, std::string_view name,
                                                     std::string_view sealed);

/// Compares in a time that tells nothing about where two texts of one length differ.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace crier
