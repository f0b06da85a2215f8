#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "crier/auth.h"
#include "crier/auth_parts.h"
#include "oauth/sign_in.h"

namespace crier {

/// How one account is signed in: what a method needs of this machine.
struct Way {
  std::string method;
  bool redirects = false;  ///< the browser comes back to an address
  bool pastes = false;     ///< that address is pasted, and not listened on
  std::uint16_t port = 0;  ///< to listen on; 0: any
  bool must_have_port = false;
  std::string redirect_uri;  ///< where none is listened on
};

/// What a flow is made from.
struct WayIn {
  AuthWorld& world;
  const Account& account;
  const Way& way;
  std::string redirect_uri;  ///< the one that is listened on, or the way's own
  const Credentials& kept;   ///< of an earlier sign-in; or empty
};

/// One network's ways to sign in. Each has a file, way_NETWORK.cpp.
struct Ways {
  std::vector<std::string> methods;  ///< for --method; the usual one first
  Way (*way)(const Account& account, const std::string& method, const Credentials& kept,
             bool paste);
  Result<std::unique_ptr<SignInFlow>> (*flow)(const WayIn& in);
  /// Tells the person what is about to happen, and what to have at hand.
  void (*explain)(const AuthWorld& world, const Account& account, const Way& way);
};

/// Null for a network that needs no sign-in.
[[nodiscard]] const Ways* ways_of(SignIn sign_in);

[[nodiscard]] const Ways& mastodon_ways();
[[nodiscard]] const Ways& bluesky_ways();
[[nodiscard]] const Ways& x_ways();
[[nodiscard]] const Ways& facebook_ways();
[[nodiscard]] const Ways& linkedin_ways();
[[nodiscard]] const Ways& threads_ways();
[[nodiscard]] const Ways& telegram_ways();
[[nodiscard]] const Ways& webhook_ways();

/// The value of one of the network's own keys in feeds.toml; empty if there is none.
[[nodiscard]] std::string setting_of(const Account& account, const char* key);

/// Tells the three steps of a sign-in in the browser. `shows_code`: its page shows a code.
void explain_redirect(const AuthWorld& world, const Way& way, bool shows_code);

}  // namespace crier
