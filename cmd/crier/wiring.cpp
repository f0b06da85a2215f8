#include "crier/wiring.h"

#include <arpa/nameser.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <resolv.h>
#include <spawn.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <vector>

#include "core/url.h"
#include "core/utf8.h"
#include "crier/feed.h"
#include "crier/rehearsal_clock.h"
#include "crier/version.h"
#include "feed/fetch.h"
#include "http/curl_client.h"
#include "media/image_helper.h"
#include "network/outbox/outbox_client.h"
#include "network/registry.h"
#include "oauth/environment_token_store.h"
#include "oauth/file_token_store.h"
#include "oauth/seal.h"
#include "publish/read_source.h"

extern char** environ;

namespace crier {
namespace {

constexpr std::string_view token_prefix = "CRIER_TOKEN_";
constexpr std::size_t most_config_bytes = 16U << 20;
constexpr std::size_t most_token_bytes = 64U << 10;
constexpr std::size_t most_inspected_bytes = 64U << 20;
constexpr std::chrono::seconds most_time_for_a_picture{15};

std::string environment(const char* name) {
  const char* value =
      std::getenv(name);  // NOLINT(concurrency-mt-unsafe): one thread, and nothing sets any
  return value != nullptr ? value : "";
}

/// $XDG_…_HOME, or its place under $HOME; empty without either.
std::string home_folder(const char* variable, const char* below_home) {
  std::string folder = environment(variable);
  if (folder.empty() && !environment("HOME").empty())
    folder = environment("HOME") + "/" + below_home;
  return folder;
}

Result<std::filesystem::path> locate_config(const std::string& asked) {
  std::error_code ignored;
  if (!asked.empty()) return std::filesystem::absolute(asked, ignored);
  if (const std::string named = environment("CRIER_CONFIG"); !named.empty()) {
    return std::filesystem::absolute(named, ignored);
  }
  std::vector<std::filesystem::path> places{std::filesystem::absolute("feeds.toml", ignored)};
  if (const std::string folder = home_folder("XDG_CONFIG_HOME", ".config"); !folder.empty()) {
    places.emplace_back(folder + "/crier/feeds.toml");
  }
  places.emplace_back("/etc/crier/feeds.toml");
  std::string looked;
  for (const auto& place : places) {
    if (std::filesystem::exists(place, ignored)) return place;
    looked += "\n  " + place.string();
  }
  return fail(ErrorKind::invalid,
              "there is no feeds.toml. Looked for:{}\nCopy feeds.example.toml to feeds.toml and "
              "change it for your "
              "council, or name the file with --config FILE.",
              looked);
}

/// Tokens, and the servers that they are for.
bool is_of_tokens(std::string_view variable) {
  return variable.starts_with(token_prefix) || variable.starts_with("CRIER_SERVER_");
}

/// Of the environment, and of the files that systemd's LoadCredential= puts into one folder.
std::map<std::string, std::string> token_variables() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (is_of_tokens(text) && equals != std::string_view::npos) {
      variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  std::error_code ignored;
  if (const std::string folder = environment("CREDENTIALS_DIRECTORY"); !folder.empty()) {
    for (const auto& file : std::filesystem::directory_iterator(folder, ignored)) {
      const std::string name = file.path().filename().string();
      if (!is_of_tokens(name)) continue;
      if (auto text = read_local(file.path().string(), most_token_bytes)) {
        variables.emplace(name, *std::move(text));
      }
    }
  }
  return variables;
}

/// Where the program itself is.
std::filesystem::path own_folder() {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
}

/// Beside the program where it is installed, or where it was built; never one that PATH leads to.
std::filesystem::path image_program() {
  std::error_code ignored;
  const auto folder = own_folder();
  std::filesystem::path built = folder.parent_path() / "crier-image" / "crier-image";
  if (std::filesystem::exists(built, ignored)) return built;
  return folder.parent_path() / "libexec" / "crier" / "crier-image";
}

/// Words with spaces or commas between.
std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::size_t from = 0;
  while ((from = text.find_first_not_of(" ,", from)) != std::string::npos) {
    const std::size_t to = std::min(text.find_first_of(" ,", from), text.size());
    words.push_back(text.substr(from, to - from));
    from = to;
  }
  return words;
}

volatile std::sig_atomic_t stop_signal = 0;

extern "C" void on_signal(int) { stop_signal = 1; }

}  // namespace

std::filesystem::path template_folder() {
  return own_folder().parent_path() / "share" / "crier" / "webhook";
}

bool has_image_program() {
  std::error_code ignored;
  return std::filesystem::exists(image_program(), ignored);
}

std::string World::token_folder() const {
  if (config_ != nullptr && config_->is_rehearsal) {
    return (config_->file.parent_path() / "crier").string();
  }
  // systemd's StateDirectory= names the folders that the service owns, the main one first.
  if (const std::string folders = environment("STATE_DIRECTORY"); !folders.empty()) {
    return folders.substr(0, folders.find(':')) + "/tokens";
  }
  const std::string state = home_folder("XDG_STATE_HOME", ".local/state");
  return state.empty() ? std::string() : state + "/crier";
}

Result<FoundConfig> find_config(const std::string& asked) {
  const auto path = locate_config(asked);
  if (!path) return Failure(path.error());
  const auto text = read_local(path->string(), most_config_bytes);
  if (!text) return fail(ErrorKind::invalid, "{}", text.error().message);
  LoadedConfig loaded = load_config(*text, *path, network_schemas(), template_folder());
  loaded.config.in_ci = !environment("CI").empty() && environment("CI") != "false";
  Templates templates = parse_templates(loaded.config, loaded.problems);
  check_budgets(loaded.config, loaded.problems, loaded.account_lines);
  check_accounts(loaded.config, loaded.problems, loaded.account_lines);
  std::stable_sort(loaded.problems.begin(), loaded.problems.end(),
                   [](const ConfigProblem& a, const ConfigProblem& b) { return a.line < b.line; });
  if (!loaded.problems.empty()) {
    return fail(ErrorKind::invalid, "this must be mended first:\n{}",
                trimmed(describe(loaded.problems, *path)));
  }
  return FoundConfig{std::move(loaded.config), std::move(templates),
                     asked.empty() ? environment("CRIER_CONFIG") : asked};
}

World::World(const Config* config, Secret token_key, ClockAhead* rehearsal)
    : config_(config),
      rehearsal_(rehearsal),
      clock_(rehearsal != nullptr ? static_cast<const Clock&>(*rehearsal) : system_clock_),
      token_key_(std::move(token_key)),
      images_(std::make_unique<ImageHelper>(image_program(), clock_, most_time_for_a_picture,
                                            &stop_signal)) {}
World::~World() = default;

Result<Secret> find_token_key(const Config& config) {
  if (config.is_rehearsal) return Secret();
  const std::string credentials = environment("CREDENTIALS_DIRECTORY");
  std::filesystem::path file = config.token_key;
  std::error_code ignored;
  if (file.empty() && !credentials.empty() &&
      std::filesystem::exists(credentials + "/crier-token-key", ignored)) {
    file = credentials + "/crier-token-key";
  }
  if (file.empty()) return Secret();
  return read_token_key(file, !credentials.empty() && file.string().starts_with(credentials + "/"));
}

HttpClient& World::client() {
  if (!client_) {
    CurlOptions options;
    const bool has_contact = config_ != nullptr && !config_->contact.empty();
    options.user_agent =
        fmt::format("crier/{} ({})", version,
                    has_contact ? "+" + printable(config_->contact) : "feeds to social accounts");
    // What curl's own command honours, and the library does not.
    options.ca_file = environment("CURL_CA_BUNDLE");
    if (options.ca_file.empty()) options.ca_file = environment("SSL_CERT_FILE");
    // For tests: "HOST:PORT:ADDRESS", names that only they have. It opens no private address.
    options.resolve = words_of(environment("CRIER_RESOLVE"));
    if (config_ != nullptr) {
      options.max_connections = config_->max_connections;
      options.max_connections_per_host = config_->max_connections_per_host;
    }
    network_client_ = std::make_unique<CurlClient>(std::move(options));
    if (rehearsal_ != nullptr) {
      network_client_ = std::make_unique<LeapingClient>(std::move(network_client_), *rehearsal_);
    }
    client_ = std::make_unique<OutboxClient>(*network_client_, clock_,
                                             config_ != nullptr ? config_->timezone : "UTC");
  }
  return *client_;
}

TokenStore& World::tokens() {
  CRIER_ENSURE(config_ != nullptr, "tokens belong to a config's accounts");
  if (!tokens_) {
    file_tokens_ = std::make_unique<FileTokenStore>(token_folder(), token_key_);
    // A real token must never go to a stand-in.
    if (config_->is_rehearsal) {
      tokens_ = std::move(file_tokens_);
    } else {
      tokens_ = std::make_unique<EnvironmentTokenStore>(*file_tokens_, config_->accounts,
                                                        token_variables(), token_folder());
    }
  }
  return *tokens_;
}

void World::finish() {
  if (auto* outbox = dynamic_cast<OutboxClient*>(client_.get())) {
    if (const auto done = outbox->finish(); !done)
      fmt::print(stderr, "crier: {}\n", done.error().message);
  }
}

StopFlag stop_flag() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  // A terminal that was closed; nohup has it ignored, and that stays so.
  struct sigaction known {};
  if (sigaction(SIGHUP, nullptr, &known) == 0 && known.sa_handler != SIG_IGN) {
    sigaction(SIGHUP, &action, nullptr);
  }
  return &stop_signal;
}

bool open_browser(const std::string& url) {
  if (environment("DISPLAY").empty() && environment("WAYLAND_DISPLAY").empty()) return false;
  std::string program = "xdg-open";
  std::string argument = url;
  std::array<char*, 3> arguments{program.data(), argument.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  std::vector<char*> kept;  // a browser has no use for the accounts' tokens
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (!std::string_view(*entry).starts_with(token_prefix)) kept.push_back(*entry);
  }
  kept.push_back(nullptr);
  pid_t child = 0;
  const int failed =
      posix_spawnp(&child, "xdg-open", &actions, nullptr, arguments.data(), kept.data());
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return false;
  int status = 0;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

std::optional<std::string> read_line() {
  std::string line;
  if (!std::getline(std::cin, line)) return std::nullopt;
  return line;
}

std::optional<std::string> read_secret() {
  struct termios shown {};
  const bool is_terminal = ::tcgetattr(STDIN_FILENO, &shown) == 0;
  if (is_terminal) {
    struct termios hidden = shown;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
  }
  auto line = read_line();
  if (is_terminal) {
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    fmt::print("\n");
  }
  return line;
}

std::string look_up_txt(const std::string& name) {
  std::array<unsigned char, 65536> answer{};
  const int length = res_query(name.c_str(), ns_c_in, ns_t_txt, answer.data(), answer.size());
  ns_msg message{};
  if (length < 0 || ns_initparse(answer.data(), length, &message) != 0) return {};
  std::string records;
  for (int i = 0; i < ns_msg_count(message, ns_s_an); ++i) {
    ns_rr record{};
    if (ns_parserr(&message, ns_s_an, i, &record) != 0 || ns_rr_type(record) != ns_t_txt) continue;
    // One or more texts, each after its length, that belong together (RFC 1035 section 3.3.14).
    std::string_view data(reinterpret_cast<const char*>(ns_rr_rdata(record)), ns_rr_rdlen(record));
    while (!data.empty()) {
      const auto size = static_cast<std::size_t>(static_cast<unsigned char>(data.front()));
      records += data.substr(1, size);
      data.remove_prefix(std::min(size + 1, data.size()));
    }
    records += '\n';
  }
  return records;
}

Result<SourceBytes> read_source(const std::string& source, HttpClient& client) {
  if (!is_http_url(source)) {
    auto bytes = read_local(source, most_inspected_bytes);
    if (!bytes) return Failure(std::move(bytes).error());
    return SourceBytes{*std::move(bytes), {}, {}};
  }
  Request request = feed_request(source, {}, std::chrono::seconds{30}, most_inspected_bytes);
  // Whoever types the address sees where it leads; nothing is posted, and no feeds.toml is asked.
  request.public_only = false;
  auto response = fetch(client, std::move(request));
  if (!response) return Failure(std::move(response).error());
  const auto answer = read_feed_answer(*response, {}, SystemClock().now());
  if (!answer) return Failure(answer.error());
  return SourceBytes{std::move(response->body), answer->content_type, answer->address,
                     std::move(response->remark)};
}

}  // namespace crier
