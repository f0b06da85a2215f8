#pragma once
#include <string>
#include <string_view>

#include "core/model.h"

namespace crier {

// How the ledger's TEXT columns hold what has more than one part: JSON, read without trust.

[[nodiscard]] std::string post_to_text(const Post& post);
[[nodiscard]] Post post_from_text(std::string_view text);

/// Any map of strings to strings: a delivery's notes, an account's facts.
[[nodiscard]] std::string map_to_text(const std::map<std::string, std::string>& map);
[[nodiscard]] std::map<std::string, std::string> map_from_text(std::string_view text);

}  // namespace crier
