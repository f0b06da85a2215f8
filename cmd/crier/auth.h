#pragma once
#include <csignal>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>

#include "config/config.h"
#include "core/clock.h"
#include "core/random.h"
#include "http/client.h"
#include "oauth/token_store.h"

namespace crier {

/// What the auth commands need of the world.
struct AuthWorld {
  const Config& config;
  TokenStore& tokens;
  HttpClient& http;
  const Clock& clock;
  Random& random;
  std::FILE* out;
  std::FILE* err;
  /// Shows an https (or loopback) address in a browser; says whether it could.
  std::function<bool(const std::string& url)> open_browser;
  /// Reads a line that a person types; nothing at the end of the input.
  std::function<std::optional<std::string>()> read_line;
  const volatile std::sig_atomic_t* stop = nullptr;  ///< not 0: give up soon; null: never
};

// The exit codes are the program's: 0, 1 a person is needed, 2 usage or configuration.

/// Signs an account in and keeps its token. `paste`: for a machine without a browser.
[[nodiscard]] int auth_login(AuthWorld& world, const std::string& account, bool paste);

/// Says of each account whether it is signed in, as whom, and where its token comes from; its
/// server is asked. 1, if one is signed out.
[[nodiscard]] int auth_status(AuthWorld& world, bool json);

/// Gives an account's token back to the server and forgets it.
[[nodiscard]] int auth_logout(AuthWorld& world, const std::string& account);

}  // namespace crier
