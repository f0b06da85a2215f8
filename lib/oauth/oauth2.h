#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/random.h"
#include "core/result.h"
#include "core/secret.h"
#include "http/message.h"
#include "oauth/credentials.h"

namespace crier {

// The parts of OAuth 2.0 that a command-line client needs, as pure functions (RFC 6749, 6750, 7636,
// 8252, 9207). No message made here holds a byte of a token endpoint's answer: error pages have
// been seen to echo what was sent to them.

/// The redirect address that asks the server to show the code on a page.
inline constexpr std::string_view out_of_band = "urn:ietf:wg:oauth:2.0:oob";

/// A verifier and what of it may be shown (RFC 7636, S256).
struct Pkce {
  Secret verifier;  ///< 43 characters of base64url
  std::string challenge;
};
[[nodiscard]] Pkce make_pkce(Random& random);
[[nodiscard]] std::string challenge_of(const Secret& verifier);

/// Gives 43 characters that nobody can guess, to know one's own redirect by.
[[nodiscard]] std::string make_state(Random& random);

/// Says whether secrets may go to `url`: https, or http to this machine itself.
[[nodiscard]] bool is_safe_origin(std::string_view url);

/// Says whether `text` is 1 to 65536 characters of printable ASCII without spaces: what a token, a
/// code and an address may be made of (RFC 6750 section 2.1, read generously).
[[nodiscard]] bool is_visible_ascii(std::string_view text);

struct AuthorizationRequest {
  std::string endpoint, client_id, redirect_uri, scope, state, code_challenge;
};
/// Writes the address at which a person gives their consent.
[[nodiscard]] std::string authorization_url(const AuthorizationRequest& request);

/// What came back to the redirect address.
struct RedirectAnswer {
  Secret code;
  std::optional<std::string> state, issuer;
  std::string error, error_description;
};

/// Reads a redirect: "/callback?code=…", or a whole address as a person pastes it.
///
/// Errors: invalid, for a text over 8 KiB, without parameters, or with one of ours given twice.
[[nodiscard]] Result<RedirectAnswer> read_redirect(std::string_view text);

/// What a redirect must match.
struct ExpectedRedirect {
  std::string state{};
  bool state_may_be_absent = false;  ///< a page that shows the code need not repeat the state
  std::string issuer{};              ///< empty: unknown, so that none can be checked
  bool issuer_must_be_present = false;
  Credentials known{};  ///< what the server may repeat, and no message may
};

/// Gives the code of a redirect that is ours and says yes.
///
/// The state is compared before anything else is believed, the issuer (RFC 9207) as it is written.
/// Errors: rejected, for another's state or issuer, or an answer without a code; unauthorized, when
/// the person or the server said no.
[[nodiscard]] Result<Secret> accept_redirect(const RedirectAnswer& answer,
                                             const ExpectedRedirect& expected);

/// How a client says who it is at the token endpoint (RFC 6749 section 2.3).
enum class ClientAuth : std::uint8_t { none, basic, post };

struct Client {
  std::string id;
  Secret secret;
  ClientAuth authentication = ClientAuth::none;
};

using FormFields = std::vector<std::pair<std::string, std::string>>;

/// Takes "a=1&b=2" apart, decoded ("+" is a space). Any bytes will do.
[[nodiscard]] FormFields read_form(std::string_view query);

/// Makes the POST of a form to a token or revocation endpoint, with the client's own proof in it.
[[nodiscard]] Request client_request(const std::string& endpoint, const Client& client,
                                     FormFields fields);

struct TokenAnswer {
  Secret access_token, refresh_token;
  std::optional<std::string> scope;  ///< nothing: as asked for
  std::optional<std::chrono::seconds> expires_in;
  std::string
      subject;  ///< whom the server says that it let in (`sub`, as atproto has it); or empty
};

/// Reads a token endpoint's answer (RFC 6749 section 5).
///
/// Errors: unauthorized, for an error answer (the message names the registered code, if it is one);
/// unavailable and throttled by status; rejected, for what is no token answer.
/// `type`: the token_type that is expected; another's token would be given away. Empty: bearer, or
/// none is said (LinkedIn).
[[nodiscard]] Result<TokenAnswer> read_token_answer(const Response& response, SysTime now,
                                                    std::string_view type = "bearer");

/// The registered error code in an error answer of a token endpoint; empty if there is none.
[[nodiscard]] std::string token_error(const Response& response);

}  // namespace crier
