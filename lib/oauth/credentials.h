#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "core/clock.h"
#include "core/secret.h"

namespace crier {

struct Response;

/// What an account's sign-in left behind. Everything that must not be seen is a Secret.
struct Credentials {
  /// How requests are signed with it: "bearer"; "oauth1" (client and token, each with its secret);
  /// "dpop" (a token bound to dpop_key); "session" (a Bluesky session, begun with an app password);
  /// "graph" (Meta's: token and proof in the query); "address" (the secret is a part of the address
  /// itself, access_token is that part; client_secret, if there is one, signs as a webhook).
  std::string kind = "bearer";
  std::string server;  ///< the origin that the token is for; it is sent nowhere else
  /// Another origin of the same network that the token is for, too; or empty. LinkedIn takes
  /// pictures there.
  std::string upload_server;
  std::string issuer;     ///< who gave it, where that is another origin: renewed and revoked there
  std::string client_id;  ///< oauth1: the consumer key
  Secret client_secret;
  /// "post": the token endpoint wants the client's secret in the form (LinkedIn). Empty: as Basic.
  std::string client_auth;
  Secret client_key;  ///< PEM, of a client that proves itself by private_key_jwt; or empty
  Secret access_token, refresh_token;
  Secret token_secret;     ///< oauth1
  Secret dpop_key;         ///< PEM, P-256
  Secret password;         ///< session: the app password, for when the session has ended; or empty
  std::string scope;       ///< as granted, space-separated
  std::string account_id;  ///< the network's own id of the account
  std::string handle;      ///< "@jobs@social.example.gov.uk"
  std::optional<SysTime> obtained_at;  ///< when the tokens were last given
  std::optional<SysTime> expires_at;   ///< of the access token
  std::optional<SysTime> signed_in_at;
  /// When a person must sign in again at the latest, as far as it is known.
  std::optional<SysTime> ends_at;
  /// What the client was registered with: it serves another sign-in only while these are the same.
  std::string app_redirect_uri, app_scope;
  std::string token_endpoint;       ///< where it is renewed; on `issuer`, or else on `server`
  std::string revocation_endpoint;  ///< where the token is given back; on the same origin
  std::string source;               ///< where it was loaded from, in words for people; never stored
  std::map<std::string, std::string> nonces;  ///< the newest of each origin; never stored
};

/// Where renewals and revocations of `credentials` go: its issuer, else its server.
[[nodiscard]] inline const std::string& issuer_of(const Credentials& credentials) {
  return credentials.issuer.empty() ? credentials.server : credentials.issuer;
}

/// Takes every secret of `known` out of a text that came from its server: as it is, with any of its
/// letters as an address, a page or JSON may write them (percent-encoded, escaped), in base64 and
/// in hexadecimal digits; of JSON, also out of what its strings say.
///
/// Before anything is cut: a part of a secret is not known for one.
void redact(const Credentials& known, std::string& text);
/// The same of a whole answer: its body, its headers' values and its address.
void redact(const Credentials& known, Response& answer);

/// excerpt() of words of `known`'s server, without its secrets.
[[nodiscard]] std::string redacted_excerpt(const Credentials& known, std::string words);

}  // namespace crier
