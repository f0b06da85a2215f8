#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/random.h"
#include "core/secret.h"
#include "http/message.h"

namespace crier {

/// What a DPoP proof is for (RFC 9449 section 4.2).
struct DpopClaims {
  Method method = Method::get;
  std::string url;           ///< query and fragment are left out of the proof
  std::string nonce;         ///< the newest of that origin; or empty
  Secret access_token = {};  ///< where one goes along: at the resource only
};

/// Writes a proof: a JWT signed with ES256. Nothing if `pem` is no P-256 key.
[[nodiscard]] std::optional<std::string> dpop_proof(const Secret& pem, const DpopClaims& claims,
                                                    SysTime now, Random& random);

/// Writes what a confidential client proves itself with (RFC 7523, private_key_jwt); good for one
/// minute. Its `kid` is the key's thumbprint. Nothing if `pem` is no P-256 key.
[[nodiscard]] std::optional<std::string> client_assertion(const Secret& pem,
                                                          const std::string& client_id,
                                                          const std::string& audience, SysTime now,
                                                          Random& random);

/// The public half of a key as a JWK, a JSON object; nothing if `pem` is no P-256 key.
/// `for_signing`: with the members that a published key set has (kid, alg, use).
[[nodiscard]] std::optional<std::string> public_jwk(const Secret& pem, bool for_signing);

/// The thumbprint of a key's public half (RFC 7638); nothing if `pem` is no P-256 key.
[[nodiscard]] std::optional<std::string> jwk_thumbprint(const Secret& pem);

/// The nonce that an answer brings; empty if it brings none.
[[nodiscard]] std::string dpop_nonce(const Response& answer);

/// Says whether an answer wants the proof made anew with its nonce: 400 from an authorization
/// server, 401 from a resource.
[[nodiscard]] bool wants_dpop_nonce(const Response& answer);

}  // namespace crier
