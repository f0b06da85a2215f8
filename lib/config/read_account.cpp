#include <algorithm>
#include <fstream>

#include "config/read.h"
#include "config/values.h"
#include "core/utf8.h"

namespace crier {
namespace {

constexpr std::string_view server_example = "server = \"https://social.example.gov.uk\"";

std::vector<std::string> names_of(std::span<const NetworkSchema> networks) {
  std::vector<std::string> names;
  for (const NetworkSchema& schema : networks) names.push_back(schema.network);
  return names;
}

const NetworkSchema* read_network(Section& section, std::span<const NetworkSchema> networks) {
  const std::vector<std::string> names = names_of(networks);
  const std::string all = listed(names);
  if (!section.has("network")) {
    section.tell("network",
                 fmt::format("has no network; write network = \"NAME\", with one of: {}", all));
    return nullptr;
  }
  const std::optional<std::string> name = section.text("network", "network = \"mastodon\"");
  if (!name) return nullptr;
  const auto found = std::ranges::find(networks, *name, &NetworkSchema::network);
  if (found != networks.end()) return &*found;
  const std::optional<std::string> meant = nearest(*name, names);
  section.tell("network", fmt::format("crier knows no network \"{}\"; {}", printable(*name),
                                      meant ? fmt::format("did you mean \"{}\"?", *meant)
                                            : fmt::format("it knows: {}", all)));
  return nullptr;
}

void read_server(Section& section, const NetworkSchema& schema, Account& account) {
  if (schema.server == NetworkSchema::Server::none) {
    section.forbid("server",
                   fmt::format("the network {} has no servers; take the line out", schema.network));
    return;
  }
  if (!section.has("server")) {
    account.server = schema.usual_server;
    if (schema.server == NetworkSchema::Server::required)
      section.tell("server", fmt::format("has no server; write {}", server_example));
    return;
  }
  const std::optional<std::string> text = section.text("server", server_example);
  if (!text) return;
  Result<std::string> server = parse_server(trimmed(*text));
  if (server) {
    account.server = std::move(*server);
  } else {
    section.tell("server", server.error().message);
  }
}

/// A pipe would be waited for.
bool is_file(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored);
}

/// What stands in the text file that a setting names.
std::optional<std::string> read_text_file(Section& section, const std::string& key,
                                          const std::string& name, const ConfigFolders& folders) {
  constexpr std::size_t most_bytes = 64U << 10;
  if (!read_path(section, key, name, folders.own)) return std::nullopt;
  const auto places = places_of(name, folders);
  const auto path = std::ranges::find_if(places, is_file);
  if (path == places.end()) {
    std::string looked;
    for (const auto& place : places) looked += (looked.empty() ? "" : ", nor ") + place.string();
    section.tell(key, fmt::format("there is no file {}", printable(looked)));
    return std::nullopt;
  }
  std::ifstream file(*path, std::ios::binary);
  std::string text(most_bytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  // Some editors begin a file with it; in what is sent it would be a fault.
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  if (text.empty() || text.size() > most_bytes || !is_utf8(text)) {
    section.tell(key, fmt::format("{} is empty, longer than 64 KB, or no text in UTF-8",
                                  printable(path->string())));
  } else {
    return text;
  }
  return std::nullopt;
}

void read_setting(Section& section, const Setting& setting, const ConfigFolders& folders,
                  Account& account) {
  const std::string example = fmt::format("{} = \"{}\"", setting.key,
                                          setting.choices.empty() ? "…" : setting.choices.front());
  if (!section.has(setting.key)) {
    if (setting.required)
      section.tell(setting.key,
                   fmt::format("has no {0} ({1}); write {0} = \"…\"", setting.key, setting.help));
    return;
  }
  if (setting.is_number) {
    constexpr std::size_t usual = 500;
    constexpr std::size_t most = 1'000'000;
    const auto number = section.number(setting.key, 1, most, usual);
    if (number) account.settings[setting.key] = std::to_string(*number);
    return;
  }
  if (setting.is_money) {
    const auto amount = section.money(setting.key, setting.key + " = 0.20");
    if (amount) account.settings[setting.key] = std::to_string(*amount);
    return;
  }
  std::optional<std::string> value = section.text(setting.key, example);
  if (!value) return;
  const bool is_choice = setting.choices.empty() ||
                         std::ranges::find(setting.choices, *value) != setting.choices.end();
  if (!is_choice) {
    section.tell(setting.key, fmt::format("is \"{}\", and must be one of: {}", printable(*value),
                                          listed(setting.choices)));
    return;
  }
  if (setting.key == "path") {
    const auto path = read_path(section, setting.key, *value, folders.own);
    if (!path) return;
    value = path->string();
  }
  if (setting.is_file) {
    value = read_text_file(section, setting.key, *value, folders);
    if (!value) return;
  }
  account.settings[setting.key] = std::move(*value);
}

/// How fast the account may speak; 0 takes a limit away.
void read_pace(Section& section, const NetworkSchema& schema, Account& account) {
  constexpr std::size_t most = 100'000;
  Pace& pace = account.pace;
  pace = schema.usual_pace;
  pace.per_run = section.number("max_per_run", 0, most, 10).value_or(pace.per_run);
  pace.per_hour = section.number("max_per_hour", 0, most, 30).value_or(pace.per_hour);
  pace.per_day = section.number("max_per_day", 0, most, 200).value_or(pace.per_day);
  pace.min_gap = section.duration("min_gap", "0s", "1d", "min_gap = \"2m\"").value_or(pace.min_gap);
  account.urgent_reserve =
      section.number("urgent_reserve", 0, most, 5).value_or(account.urgent_reserve);
}

}  // namespace

std::vector<std::filesystem::path> places_of(std::string_view name, const ConfigFolders& folders) {
  std::vector places{(folders.own / name).lexically_normal()};
  if (!folders.templates.empty() && std::filesystem::path(name).is_relative()) {
    places.push_back((folders.templates / name).lexically_normal());
  }
  return places;
}

std::optional<Account> read_account(const NamedNode& entry, const ConfigFolders& folders,
                                    std::span<const NetworkSchema> networks,
                                    std::vector<ConfigProblem>& problems) {
  const std::string shown = "accounts." + printable(entry.name);
  const toml::table* table = entry.node->as_table();
  if (table == nullptr) {
    problems.push_back({entry.line, fmt::format("{}: is a value, and must be a section; write "
                                                "[accounts.NAME] above the account's settings",
                                                shown)});
    return std::nullopt;
  }
  if (!is_name(entry.name)) {
    problems.push_back(
        {entry.line,
         fmt::format(
             "{}: the name of an account has letters a-z, digits, - and _, at most 64 of them",
             shown)});
  }
  Section section(*table, shown, entry.line, problems);
  Account account;
  account.id.value = entry.name;
  const NetworkSchema* schema = read_network(section, networks);
  account.language = read_language(section);
  // Without the network there is no telling which other settings are right.
  if (schema == nullptr) return account;
  account.network = schema->network;
  read_server(section, *schema, account);
  read_pace(section, *schema, account);
  for (const Setting& setting : schema->settings) read_setting(section, setting, folders, account);
  section.refuse_the_rest();
  return account;
}

}  // namespace crier
