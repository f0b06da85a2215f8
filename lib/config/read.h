#pragma once
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/section.h"

namespace crier {

/// Reads one [accounts.NAME]; nothing if too little of it is right to name the account at all.
[[nodiscard]] std::optional<Account> read_account(const NamedNode& entry,
                                                  const std::filesystem::path& folder,
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
