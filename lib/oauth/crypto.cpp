#include "oauth/crypto.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include <array>
#include <cstddef>
#include <memory>

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

/// Gives back what OpenSSL has lent.
struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(BIGNUM* number) const { BN_free(number); }
  void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* octets(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

constexpr int coordinate_bytes = 32;
constexpr std::size_t gcm_nonce_bytes = 12;
constexpr std::size_t gcm_tag_bytes = 16;
constexpr std::size_t aes_key_bytes = 32;

Owned<EVP_PKEY> read_key(const Secret& pem) {
  const Owned<BIO> bio(BIO_new_mem_buf(pem.reveal().data(), static_cast<int>(pem.reveal().size())));
  const auto no_password = [](char*, int, int, void*) { return 0; };
  Owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr));
  if (!key) return nullptr;
  std::array<char, 32> group{};
  std::size_t length = 0;
  const bool is_p256 =
      EVP_PKEY_get_group_name(key.get(), group.data(), group.size(), &length) == 1 &&
      std::string_view(group.data(), length) == "prime256v1";
  return is_p256 ? std::move(key) : nullptr;
}

std::string fixed_bytes(const BIGNUM* number) {
  std::string out(coordinate_bytes, '\0');
  const int done = BN_bn2binpad(number, octets(out), coordinate_bytes);
  CRIER_ENSURE(done == coordinate_bytes, "a P-256 number has 32 bytes");
  return out;
}

}  // namespace

namespace {

std::string hmac(const EVP_MD* hash, std::size_t bytes, const Secret& key, std::string_view text) {
  std::string digest(bytes, '\0');
  unsigned length = 0;
  const auto* done = HMAC(hash, key.reveal().data(), static_cast<int>(key.reveal().size()),
                          octets(text), text.size(), octets(digest), &length);
  CRIER_ENSURE(done != nullptr && length == digest.size(), "OpenSSL has no such HMAC");
  return digest;
}

}  // namespace

std::string hmac_sha1(const Secret& key, std::string_view text) {
  return hmac(EVP_sha1(), 20, key, text);
}

std::string hmac_sha256(const Secret& key, std::string_view text) {
  return hmac(EVP_sha256(), 32, key, text);
}

std::string hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    out += digits[static_cast<unsigned char>(c) >> 4U];
    out += digits[static_cast<unsigned char>(c) & 15U];
  }
  return out;
}

Secret make_p256_key() {
  const Owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
  const Owned<BIO> bio(BIO_new(BIO_s_mem()));
  const int done =
      PEM_write_bio_PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  CRIER_ENSURE(key && done == 1, "OpenSSL makes no P-256 key");
  char* text = nullptr;
  const auto length = BIO_get_mem_data(bio.get(), &text);
  return Secret(std::string(text, static_cast<std::size_t>(length)));
}

std::optional<PublicPoint> public_point(const Secret& pem) {
  const auto key = read_key(pem);
  if (!key) return std::nullopt;
  BIGNUM* x = nullptr;
  BIGNUM* y = nullptr;
  const bool done = EVP_PKEY_get_bn_param(key.get(), OSSL_PKEY_PARAM_EC_PUB_X, &x) == 1 &&
                    EVP_PKEY_get_bn_param(key.get(), OSSL_PKEY_PARAM_EC_PUB_Y, &y) == 1;
  const Owned<BIGNUM> owned_x(x);
  const Owned<BIGNUM> owned_y(y);
  if (!done) return std::nullopt;
  return PublicPoint{base64url(fixed_bytes(x)), base64url(fixed_bytes(y))};
}

std::optional<std::string> sign_es256(const Secret& pem, std::string_view text) {
  const auto key = read_key(pem);
  if (!key) return std::nullopt;
  const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  std::size_t length = 0;
  bool done = EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
              EVP_DigestSign(context.get(), nullptr, &length, octets(text), text.size()) == 1;
  std::string der(length, '\0');
  done =
      done && EVP_DigestSign(context.get(), octets(der), &length, octets(text), text.size()) == 1;
  CRIER_ENSURE(done, "OpenSSL does not sign with P-256");
  const unsigned char* from = octets(std::string_view(der));
  const Owned<ECDSA_SIG> signature(d2i_ECDSA_SIG(nullptr, &from, static_cast<long>(length)));
  CRIER_ENSURE(signature, "OpenSSL wrote a signature that it cannot read");
  return fixed_bytes(ECDSA_SIG_get0_r(signature.get())) +
         fixed_bytes(ECDSA_SIG_get0_s(signature.get()));
}

std::string seal(const Secret& key, std::string_view name, std::string_view text, Random& random) {
  CRIER_ENSURE(key.reveal().size() == aes_key_bytes, "an AES-256 key has 32 bytes");
  const std::string nonce = random.bytes(gcm_nonce_bytes);
  std::string cipher(text.size(), '\0');
  std::string tag(gcm_tag_bytes, '\0');
  const Owned<EVP_CIPHER_CTX> context(EVP_CIPHER_CTX_new());
  int length = 0;
  const bool done = EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr,
                                       octets(std::string_view(key.reveal())),
                                       octets(std::string_view(nonce))) == 1 &&
                    EVP_EncryptUpdate(context.get(), nullptr, &length, octets(name),
                                      static_cast<int>(name.size())) == 1 &&
                    EVP_EncryptUpdate(context.get(), octets(cipher), &length, octets(text),
                                      static_cast<int>(text.size())) == 1 &&
                    EVP_EncryptFinal_ex(context.get(), octets(tag), &length) == 1 &&
                    EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG,
                                        static_cast<int>(gcm_tag_bytes), tag.data()) == 1;
  CRIER_ENSURE(done, "OpenSSL does not seal with AES-256-GCM");
  return nonce + cipher + tag;
}

std::optional<std::string> open_sealed(const Secret& key, std::string_view name,
                                       std::string_view sealed) {
  if (key.reveal().size() != aes_key_bytes || sealed.size() < gcm_nonce_bytes + gcm_tag_bytes)
    return std::nullopt;
  const std::string_view nonce = sealed.substr(0, gcm_nonce_bytes);
  const std::string_view cipher =
      sealed.substr(gcm_nonce_bytes, sealed.size() - gcm_nonce_bytes - gcm_tag_bytes);
  std::string tag(sealed.substr(sealed.size() - gcm_tag_bytes));
  std::string text(cipher.size(), '\0');
  const Owned<EVP_CIPHER_CTX> context(EVP_CIPHER_CTX_new());
  int length = 0;
  const bool done =
      EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr,
                         octets(std::string_view(key.reveal())), octets(nonce)) == 1 &&
      EVP_DecryptUpdate(context.get(), nullptr, &length, octets(name),
                        static_cast<int>(name.size())) == 1 &&
      EVP_DecryptUpdate(context.get(), octets(text), &length, octets(cipher),
                        static_cast<int>(cipher.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, static_cast<int>(gcm_tag_bytes),
                          tag.data()) == 1 &&
      EVP_DecryptFinal_ex(context.get(), octets(tag), &length) == 1;
  if (!done) return std::nullopt;
  return text;
}

std::optional<std::string> base64_decode(std::string_view text) {
  std::string other(text);
  while (other.ends_with('=')) other.pop_back();
  for (char& c : other) {
    if (c == '-' || c == '_') return std::nullopt;
    if (c == '+') c = '-';
    if (c == '/') c = '_';
  }
  return base64url_decode(other);
}

std::optional<std::string> base64url_decode(std::string_view text) {
  std::string out;
  unsigned bits = 0;
  unsigned held = 0;
  for (const char c : text) {
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const std::size_t value = alphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = (bits << 6U) | static_cast<unsigned>(value);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out += static_cast<char>((bits >> held) & 0xFFU);
    bits &= (1U << held) - 1U;
  }
  if (held >= 6) return std::nullopt;
  return out;
}

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
