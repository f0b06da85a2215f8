#include "oauth/dpop.h"

#include <algorithm>

#include "oauth/crypto.h"
#include "oauth/json_text.h"

namespace crier {
namespace {

using Json = nlohmann::json;

constexpr std::size_t most_nonce_bytes = 1024;
constexpr std::chrono::seconds assertion_life{60};

std::string write(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json jwk_of(const PublicPoint& point) {
  return {{"crv", "P-256"}, {"kty", "EC"}, {"x", point.x}, {"y", point.y}};
}

/// RFC 7638 section 3: the required members, sorted, without white space.
std::string thumbprint_of(const PublicPoint& point) {
  return base64url(sha256(write(jwk_of(point))));
}

std::optional<std::string> make_jwt(const Secret& pem, const Json& header, const Json& claims) {
  const std::string text = base64url(write(header)) + '.' + base64url(write(claims));
  const auto signature = sign_es256(pem, text);
  if (!signature) return std::nullopt;
  return text + '.' + base64url(*signature);
}

std::int64_t seconds_of(SysTime time) { return time.time_since_epoch().count(); }

}  // namespace

std::optional<std::string> dpop_proof(const Secret& pem, const DpopClaims& claims, SysTime now,
                                      Random& random) {
  const auto point = public_point(pem);
  if (!point) return std::nullopt;
  Json body = {{"jti", base64url(random.bytes(16))},
               {"htm", name_of(claims.method)},
               {"htu", claims.url.substr(0, claims.url.find_first_of("?#"))},
               {"iat", seconds_of(now)}};
  if (!claims.nonce.empty()) body["nonce"] = claims.nonce;
  if (!claims.access_token.empty()) {
    body["ath"] = base64url(sha256(claims.access_token.reveal()));
  }
  return make_jwt(pem, {{"typ", "dpop+jwt"}, {"alg", "ES256"}, {"jwk", jwk_of(*point)}}, body);
}

std::optional<std::string> client_assertion(const Secret& pem, const std::string& client_id,
                                            const std::string& audience, SysTime now,
                                            Random& random) {
  const auto point = public_point(pem);
  if (!point) return std::nullopt;
  return make_jwt(pem, {{"typ", "JWT"}, {"alg", "ES256"}, {"kid", thumbprint_of(*point)}},
                  {{"iss", client_id},
                   {"sub", client_id},
                   {"aud", audience},
                   {"jti", base64url(random.bytes(16))},
                   {"iat", seconds_of(now)},
                   {"exp", seconds_of(now + assertion_life)}});
}

std::optional<std::string> public_jwk(const Secret& pem, bool for_signing) {
  const auto point = public_point(pem);
  if (!point) return std::nullopt;
  Json jwk = jwk_of(*point);
  if (for_signing) {
    jwk["kid"] = thumbprint_of(*point);
    jwk["alg"] = "ES256";
    jwk["use"] = "sig";
  }
  return write(jwk);
}

std::optional<std::string> jwk_thumbprint(const Secret& pem) {
  const auto point = public_point(pem);
  if (!point) return std::nullopt;
  return thumbprint_of(*point);
}

std::string dpop_nonce(const Response& answer) {
  const std::string_view nonce = find_header(answer.headers, "DPoP-Nonce").value_or("");
  // It goes back out inside a JWT: what no nonce has in it is left alone (RFC 9449 section 8.1).
  const bool is_plain = std::ranges::all_of(nonce, [](char c) { return c > ' ' && c < '\x7f'; });
  return is_plain && nonce.size() <= most_nonce_bytes ? std::string(nonce) : std::string();
}

bool wants_dpop_nonce(const Response& answer) {
  if (dpop_nonce(answer).empty()) return false;
  if (answer.status == 400) {
    const auto object = parse_object(answer.body);
    return object && text_of(*object, "error") == "use_dpop_nonce";
  }
  if (answer.status != 401) return false;
  const std::string_view asks = find_header(answer.headers, "WWW-Authenticate").value_or("");
  if (asks.find("use_dpop_nonce") != std::string_view::npos) return true;
  const auto object = parse_object(answer.body);
  return object && text_of(*object, "error") == "use_dpop_nonce";
}

}  // namespace crier
