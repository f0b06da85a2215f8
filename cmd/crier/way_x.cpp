#include "crier/way.h"
#include "oauth/sign_in_x.h"

namespace crier {
namespace {

/// X compares the redirect address with the registered one, port included.
constexpr std::uint16_t port = 8976;

Way way(const Account& /*account*/, const std::string& method, const Credentials& /*kept*/,
        bool paste) {
  return {method, method == "oauth2",
          paste,  port,
          true,   fmt::format("http://127.0.0.1:{}/callback", port)};
}

Result<std::unique_ptr<SignInFlow>> flow(const WayIn& in) {
  const auto method = in.way.method == "pin"      ? XSignInPlan::Method::pin
                      : in.way.method == "tokens" ? XSignInPlan::Method::tokens
                                                  : XSignInPlan::Method::oauth2;
  return std::make_unique<XSignIn>(XSignInPlan{method, in.account.server, in.redirect_uri, in.kept},
                                   in.world.clock, in.world.random);
}

void explain(const AuthWorld& world, const Account& account, const Way& way) {
  say(world.out, "Signing in “{}” at {}.\n", account.id.value, account.server);
  // Source: X's developer guidelines, and section XIV.C of its Pay-per-use agreement, 2026-08.
  say(world.out,
      "A word about X first: each post costs money there, and X's terms want government bodies to\n"
      "ask for its Enterprise plan (docs.x.com, developer guidelines; agreement, section XIV.C).\n"
      "Whether that means a council that posts to its own account only, ask X.\n");
  if (way.method == "pin") {
    say(world.out,
        "1. Have the API key and secret of your app at hand (X's developer console, Keys and\n"
        "   tokens; the app must be allowed to read and write).\n"
        "2. You open a page of X in a browser, signed in as the account that crier is to post as.\n"
        "3. X shows a number. Type it here.\n");
  } else if (way.method == "tokens") {
    say(world.out,
        "X's developer console (Keys and tokens) shows four texts for the account that owns the "
        "app."
        "\nThe app must be allowed to read and write before the access token is made.\n");
  } else {
    say(world.out, "In X's developer console, the app's callback address must be {}\n",
        way.redirect_uri);
    say(world.out, "{}",
        way.pastes ? "After you allow crier, copy the address that the browser is "
                     "sent to, quickly: it is good for 30 seconds.\n"
                   : "");
  }
}

}  // namespace

const Ways& x_ways() {
  static const Ways ways{{"pin", "tokens", "oauth2"}, way, flow, explain};
  return ways;
}

}  // namespace crier
