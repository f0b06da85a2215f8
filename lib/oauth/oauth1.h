#pragma once
#include <string>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "core/secret.h"
#include "http/message.h"

namespace crier {

/// Whom an OAuth 1.0a request is from. `token` and its secret are empty before there is one.
struct OAuth1Keys {
  std::string consumer_key;
  Secret consumer_secret;
  std::string token;
  Secret token_secret;
};

using OAuth1Parameters = std::vector<std::pair<std::string, std::string>>;

/// The text that is signed (RFC 5849 section 3.4.1): method, address without its query, and all
/// parameters: those of OAuth, of the query, and of a body that is a form. JSON and multipart
/// bodies are not signed.
[[nodiscard]] std::string oauth1_base_string(const Request& request,
                                             const OAuth1Parameters& oauth_parameters);

/// Gives the request with its Authorization header (HMAC-SHA1).
///
/// `extra`: oauth_callback or oauth_verifier. `nonce`: letters and digits, never used before.
[[nodiscard]] Request sign_oauth1(Request request, const OAuth1Keys& keys,
                                  const OAuth1Parameters& extra, SysTime now,
                                  const std::string& nonce);

}  // namespace crier
