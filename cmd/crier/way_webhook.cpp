#include "crier/way.h"
#include "oauth/sign_in_webhook.h"

namespace crier {
namespace {

Way way(const Account& /*account*/, const std::string& method, const Credentials& /*kept*/,
        bool /*paste*/) {
  Way way;
  way.method = method;
  return way;
}

Result<std::unique_ptr<SignInFlow>> flow(const WayIn& /*in*/) {
  return std::make_unique<WebhookSignIn>();
}

void explain(const AuthWorld& world, const Account& account, const Way& /*way*/) {
  say(world.out,
      "Where “{}” sends its posts. The address is a secret: who has it can post there. crier "
      "keeps\n"
      "it where it keeps tokens, and sends nothing to try it. A receiver by Standard Webhooks has "
      "a\n"
      "key as well (whsec_…); Teams, Slack and ntfy have none.\n",
      account.id.value);
}

}  // namespace

const Ways& webhook_ways() {
  static const Ways ways{{"address"}, way, flow, explain};
  return ways;
}

}  // namespace crier
