#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/secret.h"

namespace crier {

/// What an account's sign-in left behind. Everything that must not be seen is a Secret.
struct Credentials {
  std::string kind = "bearer";
  std::string server;  ///< the origin that the token is for; it is sent nowhere else
  std::string client_id;
  Secret client_secret;
  Secret access_token, refresh_token;
  std::string scope;       ///< as granted, space-separated
  std::string account_id;  ///< the network's own id of the account
  std::string handle;      ///< "@jobs@social.example.gov.uk"
  std::optional<SysTime> obtained_at, expires_at;
  /// What the client was registered with: it serves another sign-in only while these are the same.
  std::string app_redirect_uri, app_scope;
  std::string revocation_endpoint;  ///< where the token is given back; same origin as `server`
  std::string source;               ///< where it was loaded from, in words for people; never stored
};

}  // namespace crier
