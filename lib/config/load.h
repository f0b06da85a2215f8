#pragma once
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"

namespace crier {

/// One thing to mend in feeds.toml.
struct ConfigProblem {
  int line = 0;         ///< 0: the file as a whole
  std::string message;  ///< what is wrong, with the key, and what to write instead
};

/// Where each account begins in the file.
using AccountLines = std::map<AccountId, int>;

/// A Config, or everything that is wrong with the file at once.
struct LoadedConfig {
  Config config;
  std::vector<ConfigProblem> problems;  ///< empty: `config` is good
  AccountLines account_lines;
};

/// Checks a text as if it stood in `file` (absolute: relative paths in it hang on its folder).
/// `templates`: where crier's own are installed, for one that is not in that folder; empty:
/// nowhere.
[[nodiscard]] LoadedConfig load_config(std::string_view text, const std::filesystem::path& file,
                                       std::span<const NetworkSchema> networks,
                                       const std::filesystem::path& templates = {});

/// "feeds.toml:12: feeds.jobs: …", one line each.
[[nodiscard]] std::string describe(const std::vector<ConfigProblem>& problems,
                                   const std::filesystem::path& file);

}  // namespace crier
