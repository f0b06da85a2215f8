#pragma once
#include <csignal>
#include <cstdio>
#include <filesystem>
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
  /// The same for what nobody should see on the screen. Nothing: read_line does it.
  std::function<std::optional<std::string>()> read_secret = {};
  /// The TXT records of a name, one a line. Nothing: there is no DNS.
  std::function<std::string(const std::string& name)> look_up_txt = {};
  std::filesystem::path folder = {};  ///< where tokens are kept, and the client's own key
};

// The exit codes are the program's: 0, 1 a person is needed, 2 usage or configuration.

struct LoginOptions {
  std::string account;
  std::string method = {};  ///< one of the network's ways to sign in; empty: its usual one
  bool paste = false;       ///< for a machine without a browser
};

/// Signs an account in and keeps its tokens.
[[nodiscard]] int auth_login(AuthWorld& world, const LoginOptions& options);

/// Says of each account whether it is signed in, as whom, for how long, and when a person is needed
/// next; its server is asked (`ask_all`: X's too, which takes $0.01 for it). 1, if one is signed
/// out, or will be within the config's warn_before.
[[nodiscard]] int auth_status(AuthWorld& world, bool json, bool ask_all = false);

/// Gives an account's token back to the server and forgets it.
[[nodiscard]] int auth_logout(AuthWorld& world, const std::string& account);

struct MetadataOptions {
  std::string url;     ///< the folder on the council's site: "https://www.example.gov.uk/crier"
  std::string name;    ///< the council's, for Bluesky's consent page
  std::string folder;  ///< where the files are written
};

/// Writes the two files that make Bluesky sign-ins last, for the council's own site.
[[nodiscard]] int auth_client_metadata(AuthWorld& world, const MetadataOptions& options);

}  // namespace crier
