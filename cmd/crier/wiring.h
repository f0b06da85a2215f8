#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "config/config.h"
#include "core/clock.h"
#include "core/random.h"
#include "core/result.h"
#include "http/client.h"
#include "oauth/authorizer.h"
#include "oauth/token_store.h"
#include "publish/preflight.h"
#include "publish/stop.h"

namespace crier {

/// feeds.toml as it was found, read and checked.
struct FoundConfig {
  Config config;
  Templates templates;
};

/// Looks for feeds.toml in `asked` (--config), $CRIER_CONFIG, ./feeds.toml, the XDG config folder,
/// /etc/crier. Errors: invalid; the message is for people and may have many lines: every problem of
/// the file.
[[nodiscard]] Result<FoundConfig> find_config(const std::string& asked);

/// The real world: clock, chance, network, tokens. Made once, in main.
class World {
 public:
  /// `config` may be null for the commands that need none.
  explicit World(const Config* config);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  [[nodiscard]] const Clock& clock() const { return clock_; }
  [[nodiscard]] Random& random() { return random_; }
  [[nodiscard]] HttpClient& client();
  [[nodiscard]] TokenStore& tokens();
  [[nodiscard]] const Authorizer& authorizer() const { return authorizer_; }

  /// Ends what the run began beside the network: the outbox's page.
  void finish();

 private:
  const Config* config_;
  SystemClock clock_;
  SystemRandom random_;
  BearerAuthorizer authorizer_;
  std::unique_ptr<HttpClient> network_client_;
  std::unique_ptr<HttpClient> client_;
  std::unique_ptr<TokenStore> file_tokens_;
  std::unique_ptr<TokenStore> tokens_;
};

/// Set on SIGINT and SIGTERM from the first call on.
[[nodiscard]] StopFlag stop_flag();

/// Opens an address in the person's browser; false where there is none.
[[nodiscard]] bool open_browser(const std::string& url);

/// One line from standard input; nothing at its end.
[[nodiscard]] std::optional<std::string> read_line();

/// Reads a feed for `feed inspect`: an address, a path, or "-".
struct SourceBytes;
[[nodiscard]] Result<SourceBytes> read_source(const std::string& source, HttpClient& client);

}  // namespace crier
