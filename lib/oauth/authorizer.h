#pragma once
#include <cstdint>
#include <optional>

#include "core/clock.h"
#include "core/random.h"
#include "core/result.h"
#include "http/message.h"
#include "oauth/credentials.h"

namespace crier {

/// Signs requests for one account, and knows how its tokens are renewed. Pure: what it needs of the
/// world is handed in.
class Authorizer {
 public:
  /// What an answer says about the signature of its request.
  enum class Verdict : std::uint8_t {
    fine,        ///< nothing: it is the adapter's to read
    sign_again,  ///< nothing happened; signed anew (with the nonce that came), it may pass
    renew        ///< nothing happened; the access token is not good any more
  };

  virtual ~Authorizer() = default;
  /// Gives the request with what proves who sends it.
  /// Errors: invalid, if the request is not for the origin the credentials belong to.
  [[nodiscard]] virtual Result<Request> sign(Request request, const Credentials& credentials,
                                             SysTime now, Random& random) const = 0;
  /// Says whether the tokens must be renewed before anything is signed with them.
  [[nodiscard]] virtual bool is_due(const Credentials& credentials, SysTime now) const;
  /// Says whether the token that is there can still sign, though it is due: then a renewal that
  /// fails stops nothing.
  [[nodiscard]] virtual bool is_good(const Credentials& credentials, SysTime now) const;
  /// The next request of a renewal. Nothing: these tokens cannot be renewed.
  [[nodiscard]] virtual std::optional<Request> renew(const Credentials& credentials, SysTime now,
                                                     Random& random) const;
  /// Takes in the answer to renew(). When is_due() holds for what it gives, renew() is asked again:
  /// a nonce came, or another way must be tried.
  /// Errors: unauthorized, if a person must sign in again; unavailable and throttled by status.
  [[nodiscard]] virtual Result<Credentials> absorb(Credentials old, const Request& sent,
                                                   const Response& answer, SysTime now) const;
  /// Takes what the answer to a signed request brings (a nonce), and says what it means.
  [[nodiscard]] virtual Verdict heed(Credentials& credentials, const Request& sent,
                                     const Response& answer) const;
};

/// RFC 6750: Authorization: Bearer TOKEN. Renewed with a refresh token, where there is one; each
/// renewal may bring another refresh token, and the old one is dead then (X).
class BearerAuthorizer final : public Authorizer {
 public:
  [[nodiscard]] Result<Request> sign(Request request, const Credentials& credentials, SysTime now,
                                     Random& random) const override;
  [[nodiscard]] bool is_due(const Credentials& credentials, SysTime now) const override;
  [[nodiscard]] std::optional<Request> renew(const Credentials& credentials, SysTime now,
                                             Random& random) const override;
  [[nodiscard]] Result<Credentials> absorb(Credentials old, const Request& sent,
                                           const Response& answer, SysTime now) const override;
  [[nodiscard]] Verdict heed(Credentials& credentials, const Request& sent,
                             const Response& answer) const override;
};

/// RFC 5849: every request is signed with both secrets. The tokens last until they are revoked.
class OAuth1Authorizer final : public Authorizer {
 public:
  [[nodiscard]] Result<Request> sign(Request request, const Credentials& credentials, SysTime now,
                                     Random& random) const override;
};

/// RFC 9449, as Bluesky has it: each request carries a fresh proof with the origin's newest nonce.
/// A refresh token is good once; used twice, the server ends the whole sign-in.
class DpopAuthorizer final : public Authorizer {
 public:
  [[nodiscard]] Result<Request> sign(Request request, const Credentials& credentials, SysTime now,
                                     Random& random) const override;
  [[nodiscard]] bool is_due(const Credentials& credentials, SysTime now) const override;
  [[nodiscard]] std::optional<Request> renew(const Credentials& credentials, SysTime now,
                                             Random& random) const override;
  [[nodiscard]] Result<Credentials> absorb(Credentials old, const Request& sent,
                                           const Response& answer, SysTime now) const override;
  [[nodiscard]] Verdict heed(Credentials& credentials, const Request& sent,
                             const Response& answer) const override;
};

/// Meta's Graph APIs (Facebook, Threads): the token in the query, and with it, where the app's
/// secret is known, appsecret_proof, which shows that it is the app itself that uses it.
///
/// 1. A token that has a token_endpoint is renewed there once it is a week old, and at least a day:
///    sooner is refused. While it is still good, a renewal that fails stops nothing.
/// 2. A question at /debug_token is about the token itself, and is asked in the app's own name.
/// Source: developers.facebook.com, Graph API, "Secure requests"; Threads, "Long-lived tokens",
/// 2026-08.
class GraphAuthorizer final : public Authorizer {
 public:
  [[nodiscard]] Result<Request> sign(Request request, const Credentials& credentials, SysTime now,
                                     Random& random) const override;
  [[nodiscard]] bool is_due(const Credentials& credentials, SysTime now) const override;
  [[nodiscard]] bool is_good(const Credentials& credentials, SysTime now) const override;
  [[nodiscard]] std::optional<Request> renew(const Credentials& credentials, SysTime now,
                                             Random& random) const override;
  [[nodiscard]] Result<Credentials> absorb(Credentials old, const Request& sent,
                                           const Response& answer, SysTime now) const override;
};

/// The secret is a part of the address: it goes between the origin and the rest of the request's
/// path (Telegram's "/bot123:ABC"), or is all that stands behind the origin (a webhook's).
///
/// Where a key is known, a request with a "webhook-id" is signed as Standard Webhooks 1.0.0 has it.
/// Source: github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md.
class AddressAuthorizer final : public Authorizer {
 public:
  [[nodiscard]] Result<Request> sign(Request request, const Credentials& credentials, SysTime now,
                                     Random& random) const override;
};

/// A Bluesky session: begun with an app password, kept going by its refresh token, and begun anew
/// when that has ended and the password is known. Sign-ins are scarce (300 a day, fewer were seen).
class SessionAuthorizer final : public Authorizer {
 public:
  [[nodiscard]] Result<Request> sign(Request request, const Credentials& credentials, SysTime now,
                                     Random& random) const override;
  [[nodiscard]] bool is_due(const Credentials& credentials, SysTime now) const override;
  [[nodiscard]] std::optional<Request> renew(const Credentials& credentials, SysTime now,
                                             Random& random) const override;
  [[nodiscard]] Result<Credentials> absorb(Credentials old, const Request& sent,
                                           const Response& answer, SysTime now) const override;
  [[nodiscard]] Verdict heed(Credentials& credentials, const Request& sent,
                             const Response& answer) const override;
};

/// Does for each kind of credentials what its own authorizer does.
class KindAuthorizer final : public Authorizer {
 public:
  [[nodiscard]] Result<Request> sign(Request request, const Credentials& credentials, SysTime now,
                                     Random& random) const override;
  [[nodiscard]] bool is_due(const Credentials& credentials, SysTime now) const override;
  [[nodiscard]] bool is_good(const Credentials& credentials, SysTime now) const override;
  [[nodiscard]] std::optional<Request> renew(const Credentials& credentials, SysTime now,
                                             Random& random) const override;
  [[nodiscard]] Result<Credentials> absorb(Credentials old, const Request& sent,
                                           const Response& answer, SysTime now) const override;
  [[nodiscard]] Verdict heed(Credentials& credentials, const Request& sent,
                             const Response& answer) const override;
};

/// What to say when an answer's Date shows that this machine's clock is wrong by over two minutes:
/// signatures then fail that are right. Nothing if it is not, or cannot be told.
[[nodiscard]] std::optional<std::string> clock_complaint(const Response& answer, SysTime now);

/// When a DPoP sign-in ends at the latest: two weeks after it began for a public client, two years
/// for one with a key of its own, and three months after the last renewal.
/// Source: the reference authorization server,
/// packages/oauth/oauth-provider/src/oauth-constants.ts, 2026-08.
[[nodiscard]] SysTime dpop_ends_at(const Credentials& credentials, SysTime renewed_at);

/// Reads the answer to createSession or refreshSession into `old`.
/// Errors: rejected, for an answer that is none, or another account's.
[[nodiscard]] Result<Credentials> take_session(Credentials old, const Response& answer,
                                               SysTime now);

/// The POST that begins a Bluesky session.
[[nodiscard]] Request create_session_request(const std::string& server,
                                             const std::string& identifier, const Secret& password);

}  // namespace crier
