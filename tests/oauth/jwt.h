#pragma once
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "oauth/crypto.h"

namespace crier {

/// A JWT taken apart.
struct Jwt {
  nlohmann::json header, claims;
  std::string signed_text, signature;
};

inline std::optional<Jwt> read_jwt(std::string_view text) {
  const std::size_t first = text.find('.');
  const std::size_t second = first == std::string_view::npos ? first : text.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto header = base64url_decode(text.substr(0, first));
  const auto claims = base64url_decode(text.substr(first + 1, second - first - 1));
  const auto signature = base64url_decode(text.substr(second + 1));
  if (!header || !claims || !signature) return std::nullopt;
  return Jwt{nlohmann::json::parse(*header, nullptr, false),
             nlohmann::json::parse(*claims, nullptr, false), std::string(text.substr(0, second)),
             *signature};
}

/// Says whether OpenSSL takes r and s, one after the other, for an ES256 signature by the key of
/// that JWK. Written apart from lib/oauth/crypto.cpp, which is what it judges.
inline bool is_signed_by(const nlohmann::json& jwk, std::string_view text,
                         std::string_view signature) {
  const auto x = base64url_decode(jwk.value("x", ""));
  const auto y = base64url_decode(jwk.value("y", ""));
  if (!x || !y || x->size() != 32 || y->size() != 32 || signature.size() != 64) return false;
  const std::string point = '\x04' + *x + *y;
  const auto bytes = [](std::string_view of) {
    return reinterpret_cast<const unsigned char*>(of.data());
  };
  const std::unique_ptr<OSSL_PARAM_BLD, decltype(&OSSL_PARAM_BLD_free)> builder(
      OSSL_PARAM_BLD_new(), OSSL_PARAM_BLD_free);
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                   point.size());
  const std::unique_ptr<OSSL_PARAM, decltype(&OSSL_PARAM_free)> parameters(
      OSSL_PARAM_BLD_to_param(builder.get()), OSSL_PARAM_free);
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> maker(
      EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr), EVP_PKEY_CTX_free);
  EVP_PKEY* made = nullptr;
  if (EVP_PKEY_fromdata_init(maker.get()) <= 0 ||
      EVP_PKEY_fromdata(maker.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters.get()) <= 0) {
    return false;
  }
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(made, EVP_PKEY_free);
  const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(ECDSA_SIG_new(), ECDSA_SIG_free);
  ECDSA_SIG_set0(pair.get(), BN_bin2bn(bytes(signature), 32, nullptr),
                 BN_bin2bn(bytes(signature.substr(32)), 32, nullptr));
  unsigned char* der = nullptr;
  const int der_size = i2d_ECDSA_SIG(pair.get(), &der);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> judge(EVP_MD_CTX_new(),
                                                                      EVP_MD_CTX_free);
  const bool is_good =
      EVP_DigestVerifyInit(judge.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
      EVP_DigestVerify(judge.get(), der, static_cast<std::size_t>(der_size), bytes(text),
                       text.size()) == 1;
  OPENSSL_free(der);
  return is_good;
}

}  // namespace crier
