#include "crier/way.h"
#include "network/linkedin/requests.h"
#include "oauth/sign_in_linkedin.h"

namespace crier {
namespace {

/// LinkedIn compares the redirect address with the registered one, port included.
constexpr std::uint16_t port = 18920;

/// A page of the council's own shows its address to nobody but the person: it is pasted.
Way way(const Account& account, const std::string& method, const Credentials& /*kept*/,
        bool paste) {
  const std::string page = setting_of(account, "redirect_uri");
  const std::string own = fmt::format("http://127.0.0.1:{}/callback", port);
  const bool pastes = paste || (!page.empty() && page != own);
  return {method, method == "oauth", pastes, port, true, page.empty() ? own : page};
}

Result<std::unique_ptr<SignInFlow>> flow(const WayIn& in) {
  if (std::string trouble = linkedin::trouble_with_settings(in.account); !trouble.empty()) {
    return fail(ErrorKind::invalid, "{}", trouble);
  }
  const auto method = in.way.method == "oauth" ? LinkedinSignInPlan::Method::oauth
                                               : LinkedinSignInPlan::Method::token;
  return std::make_unique<LinkedinSignIn>(
      LinkedinSignInPlan{method, in.account.server, in.redirect_uri,
                         linkedin::version_of(in.account), setting_of(in.account, "organization"),
                         in.kept},
      in.world.clock, in.world.random);
}

void explain(const AuthWorld& world, const Account& account, const Way& way) {
  say(world.out, "Signing in “{}” at {}.\n", account.id.value, account.server);
  if (way.method == "token") {
    say(world.out,
        "1. Open https://www.linkedin.com/developers/tools/oauth, choose your app\n"
        "   and the scopes w_organization_social, r_organization_social, rw_organization_admin.\n"
        "2. Ask for the token, as a person who is an admin of the Page.\n"
        "3. Copy it and paste it here. It lasts 60 days from the moment at which it was made.\n");
    return;
  }
  say(world.out,
      "In LinkedIn's Developer Portal, the app must have the product Community Management API, "
      "and\n"
      "under Auth this redirect address: {}\n",
      way.redirect_uri);
  explain_redirect(world, way, false);
}

}  // namespace

const Ways& linkedin_ways() {
  static const Ways ways{{"token", "oauth"}, way, flow, explain};
  return ways;
}

}  // namespace crier
