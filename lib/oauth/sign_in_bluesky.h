#pragma once
#include <string>

#include "oauth/atproto_identity.h"
#include "oauth/oauth2.h"
#include "oauth/provider.h"
#include "oauth/sign_in.h"

namespace crier {

/// What to sign in to Bluesky with.
struct BlueskySignInPlan {
  enum class Method : std::uint8_t { oauth, app_password };
  Method method = Method::oauth;
  std::string handle;           ///< "council.example.gov.uk"
  std::string server{};         ///< the PDS that feeds.toml names; or empty
  std::string plc_directory{};  ///< empty: https://plc.directory
  std::string client_id{};      ///< address of hosted client metadata; empty: a loopback client
  Secret client_key{};          ///< of that client
  std::string redirect_uri{};   ///< a loopback address, or the hosted client's page
  bool allow_private_addresses = false;  ///< of one's own network, by feeds.toml's word
};

/// Signs in to an account of the AT Protocol, wherever its server is.
///
/// 1. Handle, DID, document, server (PDS) and authorization server are found one after the other,
///    and each must point back: the document claims the handle, the issuer is its own origin, and
///    the token's `sub` is the DID.
/// 2. OAuth as atproto profiles it: PAR, PKCE, DPoP with nonces, `iss` and `state` checked.
/// 3. What is asked on the way is public, unsigned, and follows no redirect; but for a server on
///    this machine or with allow_private_addresses, it is never asked of private addresses.
/// Source: atproto.com/specs/oauth, and the reference server, 2026-08.
class BlueskySignIn final : public SignInFlow {
 public:
  BlueskySignIn(BlueskySignInPlan plan, const Clock& clock, Random& random);

  [[nodiscard]] Result<SignInStep> begin() override;
  [[nodiscard]] Result<SignInStep> answered(const Response& response, SysTime now) override;
  [[nodiscard]] Result<SignInStep> unanswered(const Error& why) override;
  [[nodiscard]] Result<SignInStep> redirected(std::string_view text) override;
  [[nodiscard]] Result<SignInStep> told(std::string_view text) override;
  [[nodiscard]] bool is_expected(std::string_view target) const override;

 private:
  enum class Stage : std::uint8_t {
    fresh,
    well_known,
    txt,
    resolver,
    document,
    prompting,
    session,
    resource,
    metadata,
    pushing,
    browsing,
    exchanging,
    over
  };

  Result<SignInStep> ask_for(Stage stage, std::string url);
  Result<SignInStep> look_up_txt();
  Result<SignInStep> ask_resolver();
  Result<SignInStep> take_did(const std::string& did);
  Result<SignInStep> take_document(const Response& response);
  Result<SignInStep> take_session_answer(const Response& response, SysTime now);
  Result<SignInStep> take_metadata(const Response& response);
  Result<SignInStep> push(SysTime now);
  Result<SignInStep> take_push(const Response& response, SysTime now);
  Result<SignInStep> exchange(SysTime now);
  Result<SignInStep> take_token(const Response& response, SysTime now);
  [[nodiscard]] Result<Request> signed_form(const std::string& endpoint, FormFields fields,
                                            SysTime now);
  [[nodiscard]] bool takes_nonce(const Response& response);
  [[nodiscard]] bool is_local() const;

  BlueskySignInPlan plan_;
  const Clock& clock_;
  Random& random_;
  Stage stage_ = Stage::fresh;
  Credentials credentials_;
  Provider provider_;
  std::string scope_, state_, nonce_;
  Secret code_;
  Pkce pkce_;
  bool asked_again_ = false;  ///< of this request, with the nonce that came
};

/// The client id of a client on a person's own machine: the development client of the
/// specification, whose sign-ins last two weeks.
[[nodiscard]] std::string loopback_client_id(const std::string& scope);

/// All that a sign-in may ask for; hosted client metadata must list it.
[[nodiscard]] std::string bluesky_scopes();

}  // namespace crier
