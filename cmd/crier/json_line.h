#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "core/safe_text.h"

namespace crier {

/// JSON on one line, as this program prints it: what is not UTF-8 is replaced, and nothing in it
/// can act on a terminal.
template <class Json>
[[nodiscard]] std::string json_line(const Json& value) {
  return json_shown(value.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace crier
