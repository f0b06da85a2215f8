#include "crier/way.h"
#include "oauth/sign_in_bluesky.h"

namespace crier {
namespace {

Way way(const Account& account, const std::string& method, const Credentials& /*kept*/,
        bool paste) {
  Way way{method, method == "oauth", paste, 0, false, "http://127.0.0.1/callback"};
  if (const std::string client = setting_of(account, "client_id"); !client.empty()) {
    way.pastes = true;
    way.redirect_uri = redirect_page_of(client);
  }
  return way;
}

Result<std::unique_ptr<SignInFlow>> flow(const WayIn& in) {
  BlueskySignInPlan plan;
  plan.method = in.way.method == "oauth" ? BlueskySignInPlan::Method::oauth
                                         : BlueskySignInPlan::Method::app_password;
  plan.handle = setting_of(in.account, "handle");
  plan.server = in.account.server;
  plan.plc_directory = setting_of(in.account, "plc_directory");
  plan.client_id = setting_of(in.account, "client_id");
  plan.redirect_uri = in.redirect_uri;
  plan.allow_private_addresses = in.world.config.allow_private_addresses;
  if (in.way.redirects && !plan.client_id.empty()) {
    auto key = client_key(in.world, false);
    if (!key) return Failure(std::move(key).error());
    plan.client_key = *std::move(key);
  }
  return std::make_unique<BlueskySignIn>(std::move(plan), in.world.clock, in.world.random);
}

void explain(const AuthWorld& world, const Account& account, const Way& way) {
  say(world.out, "Signing in “{}” at {}.\n", account.id.value,
      account.server.empty() ? "@" + setting_of(account, "handle") : account.server);
  if (way.redirects) {
    explain_redirect(world, way, false);
  } else {
    say(world.out,
        "Make an app password in Bluesky's settings (Privacy and security, App passwords), and "
        "paste it here.\n");
  }
}

}  // namespace

const Ways& bluesky_ways() {
  static const Ways ways{{"oauth", "app-password"}, way, flow, explain};
  return ways;
}

}  // namespace crier
