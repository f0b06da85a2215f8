#include "crier/way.h"
#include "oauth/sign_in_telegram.h"

namespace crier {
namespace {

Way way(const Account& /*account*/, const std::string& method, const Credentials& /*kept*/,
        bool /*paste*/) {
  Way way;
  way.method = method;
  return way;
}

Result<std::unique_ptr<SignInFlow>> flow(const WayIn& in) {
  return std::make_unique<TelegramSignIn>(in.account.server, setting_of(in.account, "chat"),
                                          in.world.clock, in.world.random);
}

void explain(const AuthWorld& world, const Account& account, const Way& /*way*/) {
  say(world.out,
      "Signing in “{}” at {}.\n\n"
      "1. In Telegram, talk to @BotFather: /newbot makes a bot and shows its token.\n"
      "2. Make the bot an administrator of {}, with the right to post messages.\n"
      "3. Paste the token here.\n",
      account.id.value, account.server, setting_of(account, "chat"));
}

}  // namespace

const Ways& telegram_ways() {
  static const Ways ways{{"token"}, way, flow, explain};
  return ways;
}

}  // namespace crier
