#pragma once
#include <string>
#include <string_view>

#include "config/config.h"
#include "crier/cli.h"

namespace crier {

class Store;

/// A name that nothing has: "there is no feed \"job\" in feeds.toml: did you mean \"jobs\"?", or
/// all that there are.
[[nodiscard]] std::string unknown_feed(std::string_view name, const Config& config);
[[nodiscard]] std::string unknown_account(std::string_view name, const Config& config);

/// Tells of each --feed and --account that feeds.toml does not know, and says whether there was
/// one. `ledger`: what it has under an old name counts, too; null: not asked.
[[nodiscard]] bool tell_unknown_names(const CommandLine& line, const Config& config,
                                      const Store* ledger = nullptr);

}  // namespace crier
