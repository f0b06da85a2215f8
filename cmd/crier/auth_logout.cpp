#include "core/url.h"
#include "core/utf8.h"
#include "crier/auth.h"
#include "crier/auth_parts.h"
#include "crier/exit_code.h"
#include "oauth/dpop.h"
#include "oauth/revoke.h"

namespace crier {
namespace {

/// Gives a token back; says so where that cannot be done.
void revoke(AuthWorld& world, Credentials credentials) {
  const std::string by_hand =
      "take it back on the server's own settings page (“authorised apps”), if you want to be sure";
  auto request = revocation_request(credentials, world.clock.now(), world.random);
  if (!request) {
    say(world.err, "crier: {} has no place to give a token back: {}", credentials.server, by_hand);
    return;
  }
  const std::string origin = origin_of(request->url);
  auto answer = ask(world, std::move(*request));
  if (answer && wants_dpop_nonce(*answer)) {
    credentials.nonces[origin] = dpop_nonce(*answer);
    request = revocation_request(credentials, world.clock.now(), world.random);
    if (request) answer = ask(world, std::move(*request));
  }
  if (answer && answer->status >= 200 && answer->status < 300) return;
  say(world.err, "crier: {} did not take the token back ({}): {}", credentials.server,
      answer ? fmt::format("it answered {}", answer->status) : answer.error().message, by_hand);
}

}  // namespace

int auth_logout(AuthWorld& world, const std::string& account_name) {
  const AccountId id{account_name};
  const Account* const account = world.config.account(id);
  if (account != nullptr && sign_in_of(*account) == SignIn::none) {
    say(world.out, "“{}” needs no sign-in: there is nothing to sign out of.", account_name);
    return exit_code::ok;
  }
  const auto found = world.tokens.load(id);
  if (!found && found.error().kind == ErrorKind::unauthorized) {
    if (account == nullptr) return report_unknown_account(world, account_name);
    say(world.out, "“{}” is not signed in.", account_name);
    return exit_code::ok;
  }
  if (found && is_from_environment(*found)) {
    say(world.err, "crier: the token of “{}” comes from the {}: take it out of there first",
        account_name, found->source);
    return exit_code::usage;
  }
  const auto lease = world.tokens.lease(id);
  if (!lease) return report(world, lease.error());
  const auto credentials = world.tokens.load(id);  // again: it may have been renewed meanwhile
  if (credentials) {
    revoke(world, *credentials);
  } else {
    (void)report(world, credentials.error());
  }
  const auto removed = world.tokens.remove(id);
  if (!removed) return report(world, removed.error());
  say(world.out, "Signed out “{}”: its token is gone from this machine.", account_name);
  return exit_code::ok;
}

}  // namespace crier
