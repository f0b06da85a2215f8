#include <algorithm>

#include "core/url.h"
#include "oauth/authorizer.h"
#include "oauth/dpop.h"
#include "oauth/oauth2.h"
#include "oauth/signing.h"

namespace crier {
namespace {

constexpr std::chrono::hours public_client_life{14 * 24};
constexpr std::chrono::hours confidential_client_life{2 * 365 * 24};
constexpr std::chrono::hours refresh_token_life{90 * 24};

std::string nonce_for(const Credentials& credentials, const std::string& url) {
  const auto found = credentials.nonces.find(origin_of(url));
  return found == credentials.nonces.end() ? std::string() : found->second;
}

void take_nonce(Credentials& credentials, const Request& sent, const Response& answer) {
  const std::string nonce = dpop_nonce(answer);
  if (!nonce.empty()) credentials.nonces[origin_of(sent.url)] = nonce;
}

}  // namespace

SysTime dpop_ends_at(const Credentials& credentials, SysTime renewed_at) {
  const SysTime began = credentials.signed_in_at.value_or(renewed_at);
  if (credentials.client_key.empty()) return began + public_client_life;
  return std::min(began + confidential_client_life, renewed_at + refresh_token_life);
}

Result<Request> DpopAuthorizer::sign(Request request, const Credentials& credentials, SysTime now,
                                     Random& random) const {
  if (auto safe = check_destination(request, credentials); !safe) return Failure(safe.error());
  if (auto good = check_token(credentials.access_token, credentials); !good) {
    return Failure(good.error());
  }
  const auto proof = dpop_proof(
      credentials.dpop_key,
      {request.method, request.url, nonce_for(credentials, request.url), credentials.access_token},
      now, random);
  if (!proof) {
    return fail(ErrorKind::unauthorized, "the key of the sign-in at {} is damaged: sign in again",
                origin_of(credentials.server));
  }
  set_header(request, "Authorization", "DPoP " + credentials.access_token.reveal());
  set_header(request, "DPoP", *proof);
  request.follow_redirects = false;
  return request;
}

bool DpopAuthorizer::is_due(const Credentials& credentials, SysTime now) const {
  return is_near_end(credentials, now);
}

std::optional<Request> DpopAuthorizer::renew(const Credentials& credentials, SysTime now,
                                             Random& random) const {
  if (credentials.refresh_token.empty() || credentials.token_endpoint.empty()) return std::nullopt;
  FormFields fields{{"grant_type", "refresh_token"},
                    {"refresh_token", credentials.refresh_token.reveal()}};
  if (!credentials.client_key.empty()) {
    const auto assertion = client_assertion(credentials.client_key, credentials.client_id,
                                            issuer_of(credentials), now, random);
    if (!assertion) return std::nullopt;
    fields.emplace_back("client_assertion_type",
                        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    fields.emplace_back("client_assertion", *assertion);
  }
  Request request = client_request(credentials.token_endpoint, {credentials.client_id, {}, {}},
                                   std::move(fields));
  // A proof for the authorization server says nothing of a token.
  const auto proof = dpop_proof(
      credentials.dpop_key, {request.method, request.url, nonce_for(credentials, request.url), {}},
      now, random);
  if (!proof) return std::nullopt;
  set_header(request, "DPoP", *proof);
  return request;
}

Result<Credentials> DpopAuthorizer::absorb(Credentials old, const Request& sent,
                                           const Response& answer, SysTime now) const {
  take_nonce(old, sent, answer);
  if (wants_dpop_nonce(answer)) return old;
  auto tokens = read_token_answer(answer, now, "DPoP");
  if (!tokens) return Failure(renewal_refused(std::move(tokens).error(), answer, now));
  if (!tokens->subject.empty() && tokens->subject != old.account_id) {
    return fail(ErrorKind::unauthorized,
                "the server renewed the sign-in of another account: sign in again");
  }
  old.access_token = tokens->access_token;
  // Each is good once. Without a new one, this was the last renewal.
  old.refresh_token = tokens->refresh_token;
  if (tokens->scope) old.scope = *tokens->scope;
  old.obtained_at = now;
  old.expires_at.reset();
  if (tokens->expires_in) old.expires_at = now + *tokens->expires_in;
  old.ends_at = dpop_ends_at(old, now);
  return old;
}

Authorizer::Verdict DpopAuthorizer::heed(Credentials& credentials, const Request& sent,
                                         const Response& answer) const {
  take_nonce(credentials, sent, answer);
  if (wants_dpop_nonce(answer)) return Verdict::sign_again;
  if (answer.status != 401 || credentials.refresh_token.empty()) return Verdict::fine;
  const std::string_view asks = find_header(answer.headers, "WWW-Authenticate").value_or("");
  const bool is_about_token = asks.find("invalid_token") != std::string_view::npos ||
                              answer.body.find("invalid_token") != std::string::npos ||
                              answer.body.find("InvalidToken") != std::string::npos ||
                              answer.body.find("ExpiredToken") != std::string::npos;
  return is_about_token ? Verdict::renew : Verdict::fine;
}

}  // namespace crier
