#pragma once
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/section.h"

namespace crier {

/// Where files are looked for that feeds.toml names.
struct ConfigFolders {
  std::filesystem::path own;        ///< its own
  std::filesystem::path templates;  ///< of those that came with crier; or empty
};

/// Where the file `name` may be, the best place first. `name`: as read_path takes it.
[[nodiscard]] std::vector<std::filesystem::path> places_of(std::string_view name,
                                                           const ConfigFolders& folders);

/// Reads one [accounts.NAME]; nothing if too little of it is right to name the account at all.
[[nodiscard]] std::optional<Account> read_account(const NamedNode& entry,
                                                  const ConfigFolders& folders,
                                                  std::span<const NetworkSchema> networks,
                                                  std::vector<ConfigProblem>& problems);

/// Reads one [feeds.NAME]; `accounts` are the names of those that are defined.
[[nodiscard]] std::optional<FeedConfig> read_feed(const NamedNode& entry,
                                                  const std::filesystem::path& folder,
                                                  std::span<const std::string> accounts,
                                                  std::vector<ConfigProblem>& problems);

/// Reads a path; relative ones hang on `folder`. Nothing, and a problem told, if it is empty or
/// needs a shell to be understood.
[[nodiscard]] std::optional<std::filesystem::path> read_path(Section& section, std::string_view key,
                                                             const std::string& value,
                                                             const std::filesystem::path& folder);

/// Reads the setting "language", which feeds and accounts share; empty if there is none.
[[nodiscard]] std::string read_language(Section& section);

}  // namespace crier
