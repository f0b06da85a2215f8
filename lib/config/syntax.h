#pragma once
#include <toml++/toml.h>

#include <optional>
#include <string_view>
#include <vector>

#include "config/load.h"

namespace crier {

/// Reads TOML; nothing if it is none, with the reason in `problems` in words for someone who does
/// not know TOML.
///
/// A byte order mark and line ends of any system are taken. No value is quoted in a message: the
/// broken line may hold a secret.
[[nodiscard]] std::optional<toml::table> parse_toml(std::string_view text,
                                                    std::vector<ConfigProblem>& problems);

}  // namespace crier
