#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/random.h"
#include "core/result.h"
#include "http/message.h"
#include "oauth/credentials.h"
#include "oauth/oauth2.h"
#include "oauth/provider.h"
#include "oauth/sign_in.h"

namespace crier {

// Signing in at a server (authorization code with PKCE), without a browser and without I/O: each
// step says what to do next and takes what came of it.
//
// 1. Discovery first; a server without it is asked at Mastodon's fixed addresses.
// 2. A kept registration is tried out before the person is sent to the browser, and made anew when
//    the server has forgotten it or the redirect address or the scopes have changed.
// 3. One answer is taken per address shown: a second is refused, whatever it says.
// 4. Nothing is followed to another origin than the server's.

/// What to sign in to.
struct SignInPlan {
  /// mastodon: crier registers itself. plain: OAuth 2.0 and nothing else, the client is given.
  enum class Kind : std::uint8_t { mastodon, plain };
  Kind kind = Kind::mastodon;
  std::string server{};        ///< the origin, https or loopback
  std::string redirect_uri{};  ///< a loopback address, or `out_of_band`
  Credentials kept{};          ///< of an earlier sign-in, for its registration; or empty
  std::string client_id{};     ///< plain only
  Secret client_secret{};      ///< plain only; empty for a public client
  std::string scope{};         ///< plain only: mastodon's are crier's own choice
};

class OAuth2SignIn final : public SignInFlow {
 public:
  OAuth2SignIn(SignInPlan plan, Random& random);

  [[nodiscard]] Result<SignInStep> begin() override;
  [[nodiscard]] Result<SignInStep> answered(const Response& response, SysTime now) override;
  [[nodiscard]] Result<SignInStep> redirected(std::string_view text) override;
  [[nodiscard]] bool is_expected(std::string_view target) const override;

 private:
  enum class Stage : std::uint8_t {
    fresh,
    discovering,
    probing,
    registering,
    browsing,
    exchanging,
    verifying,
    over
  };

  Result<SignInStep> take_discovery(const Response& response, SysTime now);
  Result<SignInStep> take_probe(const Response& response, SysTime now);
  Result<SignInStep> take_registration(const Response& response, SysTime now);
  Result<SignInStep> take_token(const Response& response, SysTime now);
  Result<SignInStep> take_identity(const Response& response, SysTime now);
  Result<SignInStep> choose_client();
  Result<SignInStep> register_client();
  Result<SignInStep> browse();
  [[nodiscard]] Result<Secret> read_pasted(std::string_view text) const;

  SignInPlan plan_;
  Random& random_;
  Stage stage_ = Stage::fresh;
  Provider provider_;
  Client client_;
  bool client_is_kept_ = false;
  std::string scope_, state_;
  Pkce pkce_;
  Credentials credentials_;
};

/// Who a token belongs to.
struct TokenOwner {
  std::string account_id;
  std::string handle;  ///< "@jobs@social.example.gov.uk"
};

/// The question whose answer is a TokenOwner, signed (GET /api/v1/accounts/verify_credentials).
/// Errors: as BearerAuthorizer::sign.
[[nodiscard]] Result<Request> identity_request(const Credentials& credentials, Random& random);

/// What it gives holds no secret of `known`, whose server has answered.
///
/// Errors: unauthorized, when the token is not (or no longer) good; rejected, for an answer that is
/// no account; unavailable and throttled by status.
[[nodiscard]] Result<TokenOwner> read_identity(Response response, const Credentials& known,
                                               SysTime now);

}  // namespace crier
