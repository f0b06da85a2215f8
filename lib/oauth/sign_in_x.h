#pragma once
#include <string>
#include <vector>

#include "oauth/oauth1.h"
#include "oauth/oauth2.h"
#include "oauth/sign_in.h"

namespace crier {

/// What to sign in to X with.
struct XSignInPlan {
  /// pin: OAuth 1.0a, the person types what X shows. tokens: the four texts that X's developer
  /// console shows for the app owner's own account. oauth2: OAuth 2.0 with PKCE.
  enum class Method : std::uint8_t { pin, tokens, oauth2 };
  Method method = Method::pin;
  std::string server = "https://api.x.com";  ///< the origin
  std::string redirect_uri{};                ///< oauth2: exactly as it is registered with X
  Credentials kept{};                        ///< of an earlier sign-in, for its client; or empty
};

/// Signs in to X.
///
/// 1. The client's own key and secret are asked for once, and kept with the account's tokens.
/// 2. OAuth 1.0a's tokens last until they are revoked; OAuth 2.0's access token two hours, and each
///    refresh token is good once.
/// Source: docs.x.com, fundamentals/authentication, 2026-08.
class XSignIn final : public SignInFlow {
 public:
  XSignIn(XSignInPlan plan, const Clock& clock, Random& random);

  [[nodiscard]] Result<SignInStep> begin() override;
  [[nodiscard]] Result<SignInStep> answered(const Response& response, SysTime now) override;
  [[nodiscard]] Result<SignInStep> redirected(std::string_view text) override;
  [[nodiscard]] Result<SignInStep> told(std::string_view text) override;
  [[nodiscard]] bool is_expected(std::string_view target) const override;

 private:
  enum class Stage : std::uint8_t {
    fresh,
    prompting,
    requesting,
    browsing,
    exchanging,
    verifying,
    over
  };

  Result<SignInStep> prompt_next();
  Result<SignInStep> use_client();
  Result<SignInStep> ask_for_request_token();
  Result<SignInStep> take_request_token(const Response& response, SysTime now);
  Result<SignInStep> take_access_token(const Response& response, SysTime now);
  Result<SignInStep> browse_oauth2();
  Result<SignInStep> take_oauth2_token(const Response& response, SysTime now);
  Result<SignInStep> verify();
  Result<SignInStep> take_identity(const Response& response, SysTime now);
  [[nodiscard]] std::string make_nonce();
  [[nodiscard]] Request post(const std::string& path) const;

  XSignInPlan plan_;
  const Clock& clock_;
  Random& random_;
  Stage stage_ = Stage::fresh;
  std::vector<std::string> answers_;  ///< of the prompts so far
  Credentials credentials_;
  OAuth1Keys keys_;
  std::string state_;
  Pkce pkce_;
};

}  // namespace crier
