#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "http/message.h"

namespace crier {

/// How one server lets a client sign in, as data.
///
/// Every endpoint is on the server's own origin: a discovery document that points elsewhere is
/// refused, so that neither codes nor secrets can be led away by it.
struct Provider {
  std::string issuer;  ///< as the server writes it; empty if it was not discovered
  std::string authorization_endpoint, token_endpoint;
  std::string revocation_endpoint, registration_endpoint;  ///< empty: none
  std::vector<std::string> scopes_supported;               ///< empty: unknown
  std::vector<std::string> token_auth_methods;             ///< empty: unknown
  std::string par_endpoint;                                ///< RFC 9126; empty: none
  bool issuer_in_redirect = false;  ///< RFC 9207: every answer says who it comes from
};

/// The GET of a server's discovery document (RFC 8414).
[[nodiscard]] Request discovery_request(const std::string& origin);

/// Reads a discovery document of the server at `origin`.
///
/// Errors: unavailable, for a text that is none (HTML, no endpoints): another way may be tried;
/// rejected, for one that names another origin as issuer or endpoint, or that does not offer PKCE
/// with S256.
[[nodiscard]] Result<Provider> read_discovery(std::string_view text, const std::string& origin);

/// What Mastodon and its relatives have at fixed addresses; for those before Mastodon 4.3, which
/// have no discovery. Source: docs.joinmastodon.org/methods/oauth and /methods/apps, 2026-03.
[[nodiscard]] Provider mastodon_provider(const std::string& origin);

}  // namespace crier
