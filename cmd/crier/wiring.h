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
#include "media/image_fitter.h"
#include "oauth/authorizer.h"
#include "oauth/token_store.h"
#include "publish/preflight.h"
#include "publish/stop.h"

namespace crier {

class ClockAhead;

/// feeds.toml as it was found, read and checked.
struct FoundConfig {
  Config config;
  Templates templates;
  std::string named;  ///< the file as --config or $CRIER_CONFIG name it; empty: it was looked for
};

/// Looks for feeds.toml in `asked` (--config), $CRIER_CONFIG, ./feeds.toml, the XDG config folder,
/// /etc/crier. Errors: invalid; the message is for people and may have many lines: every problem of
/// the file.
[[nodiscard]] Result<FoundConfig> find_config(const std::string& asked);

/// The real world: clock, chance, network, tokens. Made once, in main.
class World {
 public:
  /// `config` may be null for the commands that need none. `rehearsal`: the clock of one, which
  /// outlives this; else null.
  explicit World(const Config* config, Secret token_key = {}, ClockAhead* rehearsal = nullptr);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  [[nodiscard]] const Clock& clock() const { return clock_; }
  [[nodiscard]] Random& random() { return random_; }
  [[nodiscard]] HttpClient& client();
  [[nodiscard]] TokenStore& tokens();
  /// Where sign-ins are kept: a rehearsal's, beside its feeds.toml.
  [[nodiscard]] std::string token_folder() const;
  [[nodiscard]] const Authorizer& authorizer() const { return authorizer_; }

  /// Makes pictures fit; the program for it is looked for when the first one comes.
  [[nodiscard]] ImageFitter& images() { return *images_; }

  /// Ends what the run began beside the network: the outbox's page.
  void finish();

 private:
  const Config* config_;
  SystemClock system_clock_;
  ClockAhead* rehearsal_;
  const Clock& clock_;
  SystemRandom random_;
  KindAuthorizer authorizer_;
  Secret token_key_;
  std::unique_ptr<ImageFitter> images_;
  std::unique_ptr<HttpClient> network_client_;
  std::unique_ptr<HttpClient> client_;
  std::unique_ptr<TokenStore> file_tokens_;
  std::unique_ptr<TokenStore> tokens_;
};

/// The key that seals the token files: of the file that feeds.toml names, or systemd's credential
/// "crier-token-key"; empty if there is neither. Errors: invalid.
[[nodiscard]] Result<Secret> find_token_key(const Config& config);

/// Set on SIGINT, SIGTERM and SIGHUP from the first call on.
[[nodiscard]] StopFlag stop_flag();

/// Opens an address in the person's browser; false where there is none.
[[nodiscard]] bool open_browser(const std::string& url);

/// One line from standard input; nothing at its end.
[[nodiscard]] std::optional<std::string> read_line();

/// The same without showing what is typed, where a person types it.
[[nodiscard]] std::optional<std::string> read_secret();

/// The TXT records of a name in the DNS, one a line.
[[nodiscard]] std::string look_up_txt(const std::string& name);

/// Where crier's own webhook templates are installed, or were built.
[[nodiscard]] std::filesystem::path template_folder();

/// Whether crier-image is where crier looks for it.
[[nodiscard]] bool has_image_program();

/// Reads a feed for `feed inspect`: an address, a path, or "-".
struct SourceBytes;
[[nodiscard]] Result<SourceBytes> read_source(const std::string& source, HttpClient& client);

}  // namespace crier
