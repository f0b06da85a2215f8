#include "crier/way.h"
#include "network/facebook/version.h"
#include "oauth/sign_in_facebook.h"

namespace crier {
namespace {

constexpr const char* api = "https://graph.facebook.com";

/// Facebook's own page for programs without a website: it needs no server, and shows nothing.
std::string redirect_of(const Account& account) {
  const std::string host = account.server == api ? "https://www.facebook.com" : account.server;
  return host + "/connect/login_success.html";
}

/// The address is always pasted: Facebook sends nobody to a plain http address once the app is
/// live.
Way way(const Account& account, const std::string& method, const Credentials& /*kept*/,
        bool /*paste*/) {
  return {method, method == "oauth", true, 0, false, redirect_of(account)};
}

Result<std::unique_ptr<SignInFlow>> flow(const WayIn& in) {
  using Method = FacebookSignInPlan::Method;
  const Method method = in.way.method == "token" ? Method::token : Method::oauth;
  return std::make_unique<FacebookSignIn>(
      FacebookSignInPlan{method, in.account.server, facebook::version_of(in.account),
                         setting_of(in.account, "page"), in.way.redirect_uri, in.kept},
      in.world.clock, in.world.random);
}

void explain(const AuthWorld& world, const Account& account, const Way& way) {
  say(world.out, "Signing in “{}” at {}.\n", account.id.value, account.server);
  if (way.method == "token") {
    say(world.out,
        "Paste the token of the Page, not a person's. docs/facebook.md tells how the Graph API\n"
        "Explorer shows it, and how it is made to last. With the App ID and App secret of the app\n"
        "that it is from, crier can tell how long it lasts.\n");
    return;
  }
  say(world.out,
      "1. Have the App ID and the App secret at hand (developers.facebook.com, your app, App\n"
      "   settings, Basic). Under Facebook Login, Settings, the app must list this address among\n"
      "   the valid OAuth redirect addresses:\n"
      "     {}\n"
      "2. You open a page of Facebook in a browser, signed in as somebody who may create content\n"
      "   on the Page. Tick the Page, and allow all that is asked for.\n"
      "3. The browser then goes to a page that says “Success”, or shows nothing. Copy its whole\n"
      "   address at once, before it is cut, and paste it here.\n"
      "For readers to see the posts, the app must be live, and not in development.\n",
      way.redirect_uri);
}

}  // namespace

const Ways& facebook_ways() {
  static const Ways ways{{"oauth", "token"}, way, flow, explain};
  return ways;
}

}  // namespace crier
