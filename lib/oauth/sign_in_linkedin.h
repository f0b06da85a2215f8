#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "oauth/sign_in.h"

namespace crier {

/// What to sign in to LinkedIn with.
struct LinkedinSignInPlan {
  /// token: the person pastes what the token generator of LinkedIn's Developer Portal shows.
  /// oauth: authorization code, with the app's own id and secret.
  enum class Method : std::uint8_t { token, oauth };
  Method method = Method::token;
  std::string server = "https://api.linkedin.com";  ///< the origin of the API
  std::string redirect_uri{};                       ///< oauth: exactly as it is registered
  std::string version{};                            ///< of the API: "202609"
  std::string organization{};  ///< the Page's number, where the account's settings say it; or empty
  Credentials kept{};          ///< of an earlier sign-in, for its app; or empty
};

/// Signs in to LinkedIn, and finds out which Page is posted for.
///
/// 1. A token lasts 60 days and is seldom renewed: then a person is needed again. The generator
/// does
///    not say how old the token is; it is taken for new.
/// 2. The Pages that the person may post for are asked for; of several, the person chooses one.
/// Source: learn.microsoft.com/linkedin, authorization-code-flow, programmatic-refresh-tokens and
/// organization-access-control-by-role, 2026-08.
class LinkedinSignIn final : public SignInFlow {
 public:
  LinkedinSignIn(LinkedinSignInPlan plan, const Clock& clock, Random& random);

  [[nodiscard]] Result<SignInStep> begin() override;
  [[nodiscard]] Result<SignInStep> answered(const Response& response, SysTime now) override;
  [[nodiscard]] Result<SignInStep> redirected(std::string_view text) override;
  [[nodiscard]] Result<SignInStep> told(std::string_view text) override;
  [[nodiscard]] bool is_expected(std::string_view target) const override;

 private:
  enum class Stage : std::uint8_t {
    fresh,
    prompting,  ///< for the token, or the app's id and secret
    browsing,
    exchanging,
    listing,    ///< the Pages of the person, role by role
    naming,     ///< each Page
    choosing,   ///< of several Pages
    numbering,  ///< the person types the Page's number
    over
  };
  struct Page {
    std::string number, name;
  };

  Result<SignInStep> browse();
  Result<SignInStep> take_typed(std::string_view text);
  Result<SignInStep> take_choice(std::string_view text);
  Result<SignInStep> take_token(const Response& response, SysTime now);
  Result<SignInStep> list_next();
  Result<SignInStep> take_list(const Response& response, SysTime now);
  Result<SignInStep> name_next();
  Result<SignInStep> take_name(const Response& response);
  Result<SignInStep> choose();
  Result<SignInStep> finish(const Page& page);
  Result<SignInStep> ask(const std::string& path, bool finds);
  [[nodiscard]] std::string page_shown(const Page& page) const;

  LinkedinSignInPlan plan_;
  const Clock& clock_;
  Random& random_;
  Stage stage_ = Stage::fresh;
  std::vector<std::string> typed_;
  Credentials credentials_;
  std::string state_;
  std::vector<Page> pages_;
  std::size_t asked_ = 0;    ///< roles that were asked for; then Pages that were named
  bool was_listed_ = false;  ///< LinkedIn has said whose Pages these are
  bool last_role_was_known_ = false;
};

}  // namespace crier
