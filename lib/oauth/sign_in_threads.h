#pragma once
#include <string>
#include <vector>

#include "oauth/oauth2.h"
#include "oauth/sign_in.h"

namespace crier {

/// What to sign in to Threads with.
struct ThreadsSignInPlan {
  /// token: the text that the app's dashboard makes for an account (User Token Generator). oauth:
  /// the person agrees on a page of Threads.
  enum class Method : std::uint8_t { token, oauth };
  Method method = Method::token;
  std::string server = "https://graph.threads.net";  ///< the origin
  Credentials kept{};  ///< of an earlier sign-in, for its app; or empty
};

/// Signs in to Threads.
///
/// 1. A token lasts for 60 days; GraphAuthorizer renews it from then on, so that a person is needed
///    only where crier has not run for that long.
/// 2. The app's secret is needed once, for the token, and is not kept: nothing else asks for it.
/// 3. Threads sends a browser back to an https address only, never to this machine: what stands in
///    the browser then is pasted.
/// Source: developers.facebook.com, Threads, "Get access tokens" and "Long-lived tokens", 2026-08.
class ThreadsSignIn final : public SignInFlow {
 public:
  ThreadsSignIn(ThreadsSignInPlan plan, const Clock& clock, Random& random);

  [[nodiscard]] Result<SignInStep> begin() override;
  [[nodiscard]] Result<SignInStep> answered(const Response& response, SysTime now) override;
  [[nodiscard]] Result<SignInStep> unanswered(const Error& why) override;
  [[nodiscard]] Result<SignInStep> redirected(std::string_view text) override;
  [[nodiscard]] Result<SignInStep> told(std::string_view text) override;

 private:
  enum class Stage : std::uint8_t {
    fresh,
    prompting,
    browsing,
    exchanging,
    lengthening,
    verifying,
    inspecting,
    over
  };
  enum class Wanted : std::uint8_t { token, app_id, app_secret, redirect_uri };

  Result<SignInStep> prompt_next();
  Result<SignInStep> browse();
  Result<SignInStep> take_code_token(const Response& response, SysTime now);
  Result<SignInStep> take_long_token(const Response& response, SysTime now);
  Result<SignInStep> ask_signed(Stage stage, const std::string& path);
  Result<SignInStep> take_identity(const Response& response, SysTime now);
  Result<SignInStep> take_inspection(const Response& response, SysTime now);

  ThreadsSignInPlan plan_;
  const Clock& clock_;
  Random& random_;
  Stage stage_ = Stage::fresh;
  std::vector<Wanted> wanted_;  ///< of the person, in this order
  std::string redirect_uri_, state_;
  Secret app_secret_;
  Credentials credentials_;
};

}  // namespace crier
