#include "oauth/authorizer.h"
#include "oauth/crypto.h"
#include "oauth/oauth1.h"
#include "oauth/oauth2.h"
#include "oauth/signing.h"

namespace crier {

Result<Request> BearerAuthorizer::sign(Request request, const Credentials& credentials,
                                       SysTime /*now*/, Random& /*random*/) const {
  if (auto safe = check_destination(request, credentials); !safe) return Failure(safe.error());
  if (auto good = check_token(credentials.access_token, credentials); !good) {
    return Failure(good.error());
  }
  set_header(request, "Authorization", "Bearer " + credentials.access_token.reveal());
  request.follow_redirects = false;
  return request;
}

bool BearerAuthorizer::is_due(const Credentials& credentials, SysTime now) const {
  return !credentials.refresh_token.empty() && is_near_end(credentials, now);
}

std::optional<Request> BearerAuthorizer::renew(const Credentials& credentials, SysTime /*now*/,
                                               Random& /*random*/) const {
  if (credentials.refresh_token.empty() || credentials.token_endpoint.empty()) return std::nullopt;
  // X answers a wrong style of this with "Missing valid authorization header".
  const Client client{credentials.client_id, credentials.client_secret,
                      credentials.client_secret.empty()   ? ClientAuth::none
                      : credentials.client_auth == "post" ? ClientAuth::post
                                                          : ClientAuth::basic};
  return client_request(
      credentials.token_endpoint, client,
      {{"grant_type", "refresh_token"}, {"refresh_token", credentials.refresh_token.reveal()}});
}

Result<Credentials> BearerAuthorizer::absorb(Credentials old, const Request& /*sent*/,
                                             const Response& answer, SysTime now) const {
  auto tokens = read_token_answer(answer, now, old.client_auth == "post" ? "" : "bearer");
  if (!tokens) return Failure(renewal_refused(std::move(tokens).error(), answer, now));
  old.access_token = tokens->access_token;
  if (!tokens->refresh_token.empty()) old.refresh_token = tokens->refresh_token;
  if (tokens->scope) old.scope = *tokens->scope;
  old.obtained_at = now;
  old.expires_at.reset();
  if (tokens->expires_in) old.expires_at = now + *tokens->expires_in;
  return old;
}

Authorizer::Verdict BearerAuthorizer::heed(Credentials& credentials, const Request& /*sent*/,
                                           const Response& answer) const {
  return answer.status == 401 && !credentials.refresh_token.empty() ? Verdict::renew
                                                                    : Verdict::fine;
}

Result<Request> OAuth1Authorizer::sign(Request request, const Credentials& credentials, SysTime now,
                                       Random& random) const {
  if (auto safe = check_destination(request, credentials); !safe) return Failure(safe.error());
  for (const Secret* secret :
       {&credentials.access_token, &credentials.token_secret, &credentials.client_secret}) {
    if (auto good = check_token(*secret, credentials); !good) return Failure(good.error());
  }
  // Letters and digits: some servers take nothing else for a nonce.
  const std::string nonce = hex(random.bytes(16));
  return sign_oauth1(std::move(request),
                     {credentials.client_id, credentials.client_secret,
                      credentials.access_token.reveal(), credentials.token_secret},
                     {}, now, nonce);
}

}  // namespace crier
