#include "oauth/provider.h"

#include <algorithm>
#include <array>

#include "core/url.h"
#include "oauth/json_text.h"
#include "oauth/oauth2.h"

namespace crier {

namespace {

constexpr std::size_t max_document_bytes = 64U << 10;

/// Reads an endpoint's address if it stands in the document; it must be the server's own.
Result<std::string> endpoint(const nlohmann::json& document, const char* name,
                             const std::string& origin) {
  std::string address = text_of(document, name);
  if (address.empty()) return address;
  if (!is_visible_ascii(address) || !is_safe_origin(address) || origin_of(address) != origin ||
      address.find('#') != std::string::npos) {
    return fail(
        ErrorKind::rejected,
        "{} gives an address of another server for its {} ({}): crier does not sign in there",
        origin, name, loggable(address));
  }
  return address;
}

}  // namespace

Request discovery_request(const std::string& origin) {
  Request request;
  request.url = origin + "/.well-known/oauth-authorization-server";
  request.headers = {{"Accept", "application/json"}};
  request.max_response_bytes = max_document_bytes;
  return request;
}

Result<Provider> read_discovery(std::string_view text, const std::string& origin) {
  const auto document = parse_object(text);
  if (!document || text_of(*document, "token_endpoint").empty() ||
      text_of(*document, "authorization_endpoint").empty()) {
    return fail(ErrorKind::unavailable, "{} has no discovery document", origin);
  }
  Provider provider;
  provider.issuer = text_of(*document, "issuer");
  // Mastodon writes its issuer with a slash at the end, most others without.
  if (provider.issuer != origin && provider.issuer != origin + "/") {
    return fail(ErrorKind::rejected,
                "{} says that its sign-in belongs to “{}”: if that is your server's real address, "
                "write it as the account's `server` in feeds.toml",
                origin, excerpt(loggable(provider.issuer)));
  }
  const std::array<std::pair<const char*, std::string Provider::*>, 6> endpoints = {{
      {"pushed_authorization_request_endpoint", &Provider::par_endpoint},
      {"authorization_endpoint", &Provider::authorization_endpoint},
      {"token_endpoint", &Provider::token_endpoint},
      {"revocation_endpoint", &Provider::revocation_endpoint},
      {"registration_endpoint", &Provider::registration_endpoint},
      // Mastodon's own name: its registration is older than RFC 7591 and speaks another form.
      {"app_registration_endpoint", &Provider::registration_endpoint},
  }};
  for (const auto& [name, member] : endpoints) {
    auto address = endpoint(*document, name, origin);
    if (!address) return Failure(address.error());
    if (!address->empty()) provider.*member = *address;
  }
  const auto methods = texts_of(*document, "code_challenge_methods_supported");
  if (!methods.empty() && std::ranges::find(methods, "S256") == methods.end()) {
    return fail(ErrorKind::rejected, "{} does not offer PKCE with S256", origin);
  }
  provider.scopes_supported = texts_of(*document, "scopes_supported");
  provider.token_auth_methods = texts_of(*document, "token_endpoint_auth_methods_supported");
  const auto says_issuer = document->find("authorization_response_iss_parameter_supported");
  provider.issuer_in_redirect =
      says_issuer != document->end() && says_issuer->is_boolean() && says_issuer->get<bool>();
  return provider;
}

Provider mastodon_provider(const std::string& origin) {
  Provider provider;
  provider.authorization_endpoint = origin + "/oauth/authorize";
  provider.token_endpoint = origin + "/oauth/token";
  provider.revocation_endpoint = origin + "/oauth/revoke";
  provider.registration_endpoint = origin + "/api/v1/apps";
  return provider;
}

}  // namespace crier
