#include "config/load.h"

#include <algorithm>
#include <unordered_map>

#include "config/read.h"
#include "config/section.h"
#include "config/syntax.h"
#include "config/values.h"
#include "core/utf8.h"

namespace crier {
namespace {

// Ten times the largest of some 3,400 public feeds that were looked at, which has 1.8 MB.
constexpr std::size_t usual_max_feed_bytes = 20'000'000;

void read_limits(Section& top, Config& config) {
  config.max_connections =
      top.number("max_connections", 1, 512, 64).value_or(config.max_connections);
  config.max_connections_per_host =
      top.number("max_connections_per_host", 1, 64, 2).value_or(config.max_connections_per_host);

  config.timeout =
      top.duration("timeout", "1s", "10m", "timeout = \"30s\"").value_or(config.timeout);
  config.min_interval = top.duration("min_interval", "0s", "1d", "min_interval = \"30m\"")
                            .value_or(config.min_interval);
  config.keep_history = top.duration("keep_history", "30d", "36500d", "keep_history = \"730d\"")
                            .value_or(config.keep_history);
  if (const auto text = top.text("max_feed_size", "max_feed_size = \"20 MB\"")) {
    const auto size = parse_size(*text);
    if (size && *size >= 10'000 && *size <= 200'000'000) {
      config.max_feed_bytes = *size;
    } else {
      top.tell("max_feed_size",
               "must be from \"10 KB\" to \"200 MB\"; write it like max_feed_size = \"20 MB\"");
    }
  }
}

void read_sign_ins(Section& top, const std::filesystem::path& folder, Config& config) {
  config.warn_before = top.duration("warn_before", "1h", "365d", "warn_before = \"14d\"")
                           .value_or(config.warn_before);
  if (const auto key = top.text("token_key", "token_key = \"/etc/crier/token.key\"")) {
    if (auto path = read_path(top, "token_key", *key, folder)) config.token_key = std::move(*path);
  }
}

/// Whether this machine knows it; one without a database of time zones knows every one.
bool is_known_timezone(const std::string& name) {
  const std::filesystem::path zones("/usr/share/zoneinfo");
  std::error_code ignored;
  return !std::filesystem::is_directory(zones, ignored) ||
         std::filesystem::is_regular_file(zones / name, ignored);
}

void read_timezone(Section& top, Config& config) {
  const auto timezone = top.text("timezone", "timezone = \"Europe/London\"");
  if (!timezone) return;
  if (!is_timezone(*timezone)) {
    top.tell("timezone", "is no time zone; write it like timezone = \"Europe/London\"");
  } else if (!is_known_timezone(*timezone)) {
    top.tell("timezone",
             fmt::format("there is no time zone \"{}\"; it is named by a place that has it: write "
                         "timezone = \"Europe/London\"",
                         *timezone));
  } else {
    config.timezone = *timezone;
  }
}

void read_top(Section& top, const std::filesystem::path& folder, Config& config) {
  config.state = folder / "crier.db";
  if (const auto state = top.text("state", "state = \"crier.db\"")) {
    if (auto path = read_path(top, "state", *state, folder)) config.state = std::move(*path);
  }
  read_timezone(top, config);
  if (const auto contact =
          top.text("contact", "contact = \"https://www.example.gov.uk/contact\"")) {
    const std::string_view address = trimmed(*contact);
    if (is_web_address(address)) {
      config.contact = address;
    } else {
      top.tell("contact",
               "is no web address; write it like contact = \"https://www.example.gov.uk/contact\"");
    }
  }
  config.require_ledger = top.flag("require_ledger").value_or(false);
  config.is_rehearsal = top.flag("rehearsal").value_or(false);
  config.allow_private_addresses = top.flag("allow_private_addresses").value_or(false);
  read_sign_ins(top, folder, config);
  read_limits(top, config);
}

/// The account's name as it stands in CRIER_TOKEN_…
std::string variable_name(std::string_view account) {
  std::string out = ascii_lower(account);
  std::ranges::replace(out, '-', '_');
  return out;
}

void read_accounts(Section& top, const ConfigFolders& folders,
                   std::span<const NetworkSchema> networks, LoadedConfig& loaded) {
  Config& config = loaded.config;
  std::vector<ConfigProblem>& problems = loaded.problems;
  const std::size_t known_problems = problems.size();
  std::unordered_map<std::string, std::string> variables;
  for (const NamedNode& entry : top.sections("accounts", "[accounts.town-hall]")) {
    auto account = read_account(entry, folders, networks, problems);
    if (!account) continue;
    const auto [other, is_new] = variables.emplace(variable_name(entry.name), entry.name);
    if (!is_new) {
      problems.push_back(
          {entry.line, fmt::format("accounts.{}: its name is too like \"{}\": both would take "
                                   "their sign-in from one variable; give one another name",
                                   printable(entry.name), printable(other->second))});
    }
    loaded.account_lines.emplace(account->id, entry.line);
    config.accounts.push_back(std::move(*account));
  }
  if (config.accounts.empty() && problems.size() == known_problems) {
    top.tell("accounts",
             "no account is defined; begin one with [accounts.NAME] and a line network = \"…\" "
             "below it");
  }
}

/// Two feeds may say the same address differently to different accounts, and not to one.
void tell_shared(const FeedConfig& feed, const FeedConfig& other,
                 std::vector<ConfigProblem>& problems) {
  for (const AccountId& account : feed.accounts) {
    if (std::ranges::find(other.accounts, account) == other.accounts.end()) continue;
    problems.push_back(
        {feed.line, fmt::format("feeds.{0}: has the same address as feeds.{1}, and both name the "
                                "account {2}, so each item would be posted there twice; take {2} "
                                "out of one of the two",
                                printable(feed.id.value), printable(other.id.value),
                                printable(account.value))});
    return;
  }
}

void read_feeds(Section& top, const std::filesystem::path& folder, Config& config,
                std::vector<ConfigProblem>& problems) {
  const std::size_t known_problems = problems.size();
  std::vector<std::string> accounts;
  for (const Account& account : config.accounts) accounts.push_back(account.id.value);
  std::unordered_multimap<std::string, FeedConfig> addresses;
  for (const NamedNode& entry : top.sections("feeds", "[feeds.jobs]")) {
    auto feed = read_feed(entry, folder, accounts, problems);
    if (!feed) continue;
    if (!feed->url.empty()) {
      const std::string key = feed->is_path ? feed->url : address_key(feed->url);
      const auto [first, last] = addresses.equal_range(key);
      for (auto other = first; other != last; ++other) tell_shared(*feed, other->second, problems);
      addresses.emplace(key, *feed);
    }
    config.feeds.push_back(std::move(*feed));
  }
  if (config.feeds.empty() && problems.size() == known_problems) {
    top.tell("feeds",
             "no feed is named; begin one with [feeds.NAME] and a line url = \"…\" below it");
  }
}

}  // namespace

std::optional<std::filesystem::path> read_path(Section& section, std::string_view key,
                                               const std::string& value,
                                               const std::filesystem::path& folder) {
  if (trimmed(value).empty()) {
    section.tell(key, "is empty; write the path of a file");
    return std::nullopt;
  }
  if (value.starts_with('~') || value.starts_with('$')) {
    section.tell(key,
                 "~ and $ mean nothing here; write the whole path, or one that begins at this "
                 "file's folder");
    return std::nullopt;
  }
  if (value.find('\0') != std::string::npos) {
    section.tell(key, "holds a character that no path can have");
    return std::nullopt;
  }
  return (folder / value).lexically_normal();
}

std::string read_language(Section& section) {
  const auto language = section.text("language", "language = \"en-GB\"");
  if (!language || language->empty()) return {};
  if (is_language(*language)) return *language;
  section.tell("language",
               "is no language code; write it like language = \"en-GB\" or language = \"cy\"");
  return {};
}

LoadedConfig load_config(std::string_view text, const std::filesystem::path& file,
                         std::span<const NetworkSchema> networks,
                         const std::filesystem::path& templates) {
  LoadedConfig loaded;
  Config& config = loaded.config;
  config.file = file;
  config.max_feed_bytes = usual_max_feed_bytes;

  const std::optional<toml::table> table = parse_toml(text, loaded.problems);
  if (!table) return loaded;
  if (table->empty()) {
    loaded.problems.push_back(
        {0, "the file sets nothing; feeds.example.toml shows what it can hold"});
    return loaded;
  }
  const std::filesystem::path folder = file.parent_path();
  refuse_secrets(*table, loaded.problems);
  Section top(*table, "", 0, loaded.problems);
  read_top(top, folder, config);
  read_accounts(top, {folder, templates}, networks, loaded);
  read_feeds(top, folder, config, loaded.problems);
  top.refuse_the_rest();
  std::ranges::stable_sort(loaded.problems, {}, &ConfigProblem::line);
  return loaded;
}

std::string describe(const std::vector<ConfigProblem>& problems,
                     const std::filesystem::path& file) {
  std::string out;
  for (const ConfigProblem& problem : problems) {
    out += file.string();
    if (problem.line > 0) out += ':' + std::to_string(problem.line);
    out += ": " + problem.message + '\n';
  }
  return out;
}

}  // namespace crier
