#include "core/url.h"
#include "oauth/authorizer.h"
#include "oauth/crypto.h"
#include "oauth/oauth2.h"
#include "oauth/signing.h"

namespace crier {
namespace {

using std::chrono::hours;

/// A token lasts 60 days and may be renewed from its second day on: once a week leaves many tries.
constexpr hours renewed_after{7 * 24};

void add_to_query(Request& request, const std::string& name, const std::string& value) {
  request.url += request.url.find('?') == std::string::npos ? '?' : '&';
  request.url += name + "=" + percent_encode(value);
}

std::string proof_of(const Credentials& credentials, const std::string& token) {
  return hex(hmac_sha256(credentials.client_secret, token));
}

bool is_about_the_token(const Request& request) {
  const std::string path = request.url.substr(0, request.url.find('?'));
  return path.ends_with("/debug_token");
}

}  // namespace

Result<Request> GraphAuthorizer::sign(Request request, const Credentials& credentials,
                                      SysTime /*now*/, Random& /*random*/) const {
  if (auto safe = check_destination(request, credentials); !safe) return Failure(safe.error());
  if (auto good = check_token(credentials.access_token, credentials); !good) {
    return Failure(good.error());
  }
  const std::string& token = credentials.access_token.reveal();
  const bool has_app = !credentials.client_id.empty() && !credentials.client_secret.empty();
  if (is_about_the_token(request)) {
    add_to_query(request, "input_token", token);
    // Threads takes the token's own word for itself, Facebook the app's.
    const std::string asker =
        has_app ? credentials.client_id + "|" + credentials.client_secret.reveal() : token;
    add_to_query(request, "access_token", asker);
  } else {
    add_to_query(request, "access_token", token);
    if (!credentials.client_secret.empty()) {
      add_to_query(request, "appsecret_proof", proof_of(credentials, token));
    }
  }
  request.follow_redirects = false;
  return request;
}

bool GraphAuthorizer::is_due(const Credentials& credentials, SysTime now) const {
  if (credentials.token_endpoint.empty() || !credentials.obtained_at) return false;
  const bool has_ended = credentials.expires_at && now >= *credentials.expires_at;
  return !has_ended && now - *credentials.obtained_at >= renewed_after;
}

bool GraphAuthorizer::is_good(const Credentials& credentials, SysTime now) const {
  return !credentials.expires_at || now < *credentials.expires_at;
}

std::optional<Request> GraphAuthorizer::renew(const Credentials& credentials, SysTime /*now*/,
                                              Random& /*random*/) const {
  if (credentials.token_endpoint.empty()) return std::nullopt;
  Request request;
  request.url = credentials.token_endpoint;
  request.headers = {{"Accept", "application/json"}};
  add_to_query(request, "grant_type", "th_refresh_token");
  add_to_query(request, "access_token", credentials.access_token.reveal());
  return request;
}

Result<Credentials> GraphAuthorizer::absorb(Credentials old, const Request& /*sent*/,
                                            const Response& answer, SysTime now) const {
  auto tokens = read_token_answer(answer, now);
  if (!tokens) return Failure(renewal_refused(std::move(tokens).error(), answer, now));
  old.access_token = tokens->access_token;
  old.obtained_at = now;
  old.expires_at.reset();
  if (tokens->expires_in) old.expires_at = now + *tokens->expires_in;
  old.ends_at = old.expires_at;
  return old;
}

}  // namespace crier
