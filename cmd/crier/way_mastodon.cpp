#include "crier/way.h"
#include "oauth/loopback.h"
#include "oauth/sign_in_oauth2.h"

namespace crier {
namespace {

Way way(const Account& /*account*/, const std::string& method, const Credentials& kept,
        bool paste) {
  Way way{method, true, paste, 0, false, std::string(out_of_band)};
  // The server compares the port too, so that only the same one lets the registration serve again.
  way.port = loopback_port(kept.app_redirect_uri);
  return way;
}

Result<std::unique_ptr<SignInFlow>> flow(const WayIn& in) {
  return std::make_unique<OAuth2SignIn>(
      SignInPlan{.server = in.account.server, .redirect_uri = in.redirect_uri, .kept = in.kept},
      in.world.random);
}

void explain(const AuthWorld& world, const Account& account, const Way& way) {
  say(world.out, "Signing in “{}” at {}.\n", account.id.value, account.server);
  explain_redirect(world, way, true);
}

}  // namespace

const Ways& mastodon_ways() {
  static const Ways ways{{"oauth"}, way, flow, explain};
  return ways;
}

}  // namespace crier
