#include "crier/way.h"
#include "oauth/sign_in_threads.h"

namespace crier {
namespace {

/// Threads sends nobody back to this machine, so there is nothing to listen for.
Way way(const Account& /*account*/, const std::string& method, const Credentials& /*kept*/,
        bool /*paste*/) {
  Way way;
  way.method = method;
  way.redirects = method == "oauth";
  way.pastes = true;
  return way;
}

Result<std::unique_ptr<SignInFlow>> flow(const WayIn& in) {
  const auto method = in.way.method == "oauth" ? ThreadsSignInPlan::Method::oauth
                                               : ThreadsSignInPlan::Method::token;
  return std::make_unique<ThreadsSignIn>(ThreadsSignInPlan{method, in.account.server, in.kept},
                                         in.world.clock, in.world.random);
}

void explain(const AuthWorld& world, const Account& account, const Way& way) {
  say(world.out, "Signing in “{}” at {}.\n", account.id.value, account.server);
  if (way.method == "oauth") {
    say(world.out,
        "1. Have the Threads app ID and secret of your app at hand (developers.facebook.com, your\n"
        "   app, Use cases, Access the Threads API, Settings), and its redirect address there: "
        "any\n"
        "   https page of yours.\n"
        "2. You open a page of Threads in a browser, signed in as the account that crier is to "
        "post\n"
        "   as, and allow it.\n"
        "3. The browser goes to your redirect address. Copy the whole address, and paste it "
        "here.\n");
    return;
  }
  say(world.out,
      "On developers.facebook.com, your app, Use cases, Access the Threads API, Settings: under\n"
      "User Token Generator, make a token for the account. (It must be a tester of the app, and\n"
      "have accepted that: in Threads, Settings, Account, Website permissions, Invites.) Paste "
      "the\n"
      "token here. crier renews it from then on.\n");
}

}  // namespace

const Ways& threads_ways() {
  static const Ways ways{{"token", "oauth"}, way, flow, explain};
  return ways;
}

}  // namespace crier
