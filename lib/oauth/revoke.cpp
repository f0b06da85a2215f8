#include "oauth/revoke.h"

#include "core/url.h"
#include "oauth/dpop.h"
#include "oauth/oauth2.h"
#include "oauth/signing.h"

namespace crier {
namespace {

std::optional<Request> end_session(const Credentials& credentials) {
  if (credentials.refresh_token.empty()) return std::nullopt;
  Request request;
  request.method = Method::post;
  request.url = origin_of(credentials.server) + "/xrpc/com.atproto.server.deleteSession";
  if (!is_safe_origin(request.url)) return std::nullopt;
  set_header(request, "Authorization", "Bearer " + credentials.refresh_token.reveal());
  return request;
}

std::optional<Request> revoke_bound(const Credentials& credentials, SysTime now, Random& random) {
  FormFields fields{{"token", credentials.refresh_token.empty()
                                  ? credentials.access_token.reveal()
                                  : credentials.refresh_token.reveal()}};
  if (!credentials.client_key.empty()) {
    const auto assertion = client_assertion(credentials.client_key, credentials.client_id,
                                            issuer_of(credentials), now, random);
    if (!assertion) return std::nullopt;
    fields.emplace_back("client_assertion_type",
                        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    fields.emplace_back("client_assertion", *assertion);
  }
  Request request = client_request(credentials.revocation_endpoint, {credentials.client_id, {}, {}},
                                   std::move(fields));
  // The reference PDS answers 200 without one, and takes nothing back.
  const auto nonce = credentials.nonces.find(origin_of(request.url));
  const auto proof = dpop_proof(credentials.dpop_key,
                                {request.method,
                                 request.url,
                                 nonce == credentials.nonces.end() ? std::string() : nonce->second,
                                 {}},
                                now, random);
  if (!proof) return std::nullopt;
  set_header(request, "DPoP", *proof);
  return request;
}

}  // namespace

std::optional<Request> revocation_request(const Credentials& credentials, SysTime now,
                                          Random& random) {
  if (credentials.kind == "session") return end_session(credentials);
  const std::string& endpoint = credentials.revocation_endpoint;
  if (credentials.access_token.empty() || endpoint.empty() || !is_safe_origin(endpoint) ||
      origin_of(endpoint) != origin_of(issuer_of(credentials))) {
    return std::nullopt;
  }
  if (credentials.kind == "dpop") return revoke_bound(credentials, now, random);
  if (credentials.kind != "bearer") return std::nullopt;
  // Who has a refresh token (X) is known by Basic, as when it is renewed; Mastodon wants the form.
  const bool is_in_form = credentials.refresh_token.empty() || credentials.client_auth == "post";
  const ClientAuth by = credentials.client_secret.empty() ? ClientAuth::none
                        : is_in_form                      ? ClientAuth::post
                                                          : ClientAuth::basic;
  return client_request(endpoint, {credentials.client_id, credentials.client_secret, by},
                        {{"token", credentials.access_token.reveal()}});
}

}  // namespace crier
