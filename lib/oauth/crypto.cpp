#include "oauth/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <cstddef>

#include "core/result.h"

namespace crier {

namespace {

std::string encode(std::string_view bytes, std::string_view alphabet, bool pad) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  unsigned bits = 0;
  unsigned held = 0;
  for (const char c : bytes) {
    bits = (bits << 8U) | static_cast<unsigned char>(c);
    held += 8;
    while (held >= 6) {
      held -= 6;
      out += alphabet[(bits >> held) & 63U];
    }
    bits &= (1U << held) - 1U;
  }
  if (held > 0) out += alphabet[(bits << (6U - held)) & 63U];
  while (pad && out.size() % 4 != 0) out += '=';
  return out;
}

}  // namespace

std::string sha256(std::string_view bytes) {
  std::string digest(32, '\0');
  std::size_t length = 0;
  const int done = EVP_Q_digest(nullptr, "SHA256", nullptr, bytes.data(), bytes.size(),
                                reinterpret_cast<unsigned char*>(digest.data()), &length);
  CRIER_ENSURE(done == 1 && length == digest.size(), "OpenSSL has no SHA-256");
  return digest;
}

std::string base64(std::string_view bytes) {
  return encode(bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", true);
}

std::string base64url(std::string_view bytes) {
  return encode(bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", false);
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace crier
