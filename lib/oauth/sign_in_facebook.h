#pragma once
#include <deque>
#include <string>
#include <vector>

#include "oauth/oauth2.h"
#include "oauth/sign_in.h"

namespace crier {

/// What to sign in to a Facebook Page with.
struct FacebookSignInPlan {
  /// oauth: a person allows it in the browser, and the Page is found. token: a Page's token, as
  /// Facebook's own tools show it, is pasted.
  enum class Method : std::uint8_t { oauth, token };
  Method method = Method::oauth;
  std::string server = "https://graph.facebook.com";  ///< the origin
  std::string version = "v26.0";
  std::string page{};          ///< number, name or user name; empty: the only one, or a choice
  std::string redirect_uri{};  ///< oauth: exactly as it is registered with the app
  Credentials kept{};          ///< of an earlier sign-in, for its app; or empty
};

/// Signs in to a Facebook Page.
///
/// 1. A code becomes a person's token, that a token of 60 days, and that the Page's token, which
///    has no end by the clock. Only the Page's token is kept, with the app that it is from.
/// 2. Pages that a Business portfolio owns are asked for as well: they may be missing from a
///    person's own list.
/// 3. Nothing that Facebook says about a failure is repeated, but for its numbers: its words may
///    hold what it was sent.
///
/// Source: developers.facebook.com, facebook-login/guides/advanced/manual-flow and
/// access-tokens/get-long-lived, 2026-08.
class FacebookSignIn final : public SignInFlow {
 public:
  FacebookSignIn(FacebookSignInPlan plan, const Clock& clock, Random& random);

  [[nodiscard]] Result<SignInStep> begin() override;
  [[nodiscard]] Result<SignInStep> answered(const Response& response, SysTime now) override;
  [[nodiscard]] Result<SignInStep> unanswered(const Error& why) override;
  [[nodiscard]] Result<SignInStep> redirected(std::string_view text) override;
  [[nodiscard]] Result<SignInStep> told(std::string_view text) override;
  [[nodiscard]] bool is_expected(std::string_view target) const override;

 private:
  enum class Stage : std::uint8_t {
    fresh,
    prompting,
    browsing,
    exchanging,
    extending,
    listing,
    choosing,
    verifying,
    inspecting,
    over
  };
  struct Page {
    std::string id, name, username;
    Secret token;
    bool may_post = true;
  };

  Result<SignInStep> prompt_next();
  Result<SignInStep> use_answers();
  Result<SignInStep> browse();
  Result<SignInStep> take_person_token(const Response& response, SysTime now);
  Result<SignInStep> list_next();
  Result<SignInStep> take_list(const Response* response, SysTime now);
  void take_pages(const std::string& body);
  Result<SignInStep> choose();
  Result<SignInStep> use_page(const Page& page);
  Result<SignInStep> verify();
  Result<SignInStep> take_identity(const Response& response, SysTime now);
  Result<SignInStep> inspect();
  Result<SignInStep> take_inspection(const Response& response, SysTime now);
  Result<SignInStep> finish();
  [[nodiscard]] bool is_wanted(const Page& page) const;
  [[nodiscard]] Request get(const std::string& path, const FormFields& fields) const;
  [[nodiscard]] Result<SignInStep> ask_signed(const std::string& path, const FormFields& fields,
                                              Stage stage);

  FacebookSignInPlan plan_;
  const Clock& clock_;
  Random& random_;
  Stage stage_ = Stage::fresh;
  std::vector<std::string> answers_;  ///< of the prompts so far
  Credentials credentials_;           ///< with the person's token at first, then with the Page's
  std::string state_;
  struct List {
    std::string path, after;
  };
  std::deque<List> lists_;  ///< still to be asked for; the first is being asked for
  int lists_asked_ = 0;
  std::vector<Page> pages_;
};

}  // namespace crier
