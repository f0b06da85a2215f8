#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What the files of this folder share for reading JSON from strangers: nothing here throws, and a
// member of the wrong type counts as absent.

namespace crier {

/// Reads a text that is one JSON object; nothing if it is anything else.
[[nodiscard]] inline std::optional<nlohmann::json> parse_object(std::string_view text) {
  nlohmann::json parsed = nlohmann::json::parse(text, nullptr, false);
  if (!parsed.is_object()) return std::nullopt;
  return parsed;
}

[[nodiscard]] inline std::string text_of(const nlohmann::json& object, const char* name) {
  const auto member = object.find(name);
  if (member == object.end() || !member->is_string()) return {};
  return member->get_ref<const std::string&>();
}

[[nodiscard]] inline std::vector<std::string> texts_of(const nlohmann::json& object,
                                                       const char* name) {
  std::vector<std::string> texts;
  const auto member = object.find(name);
  if (member == object.end() || !member->is_array()) return texts;
  for (const auto& element : *member) {
    if (element.is_string()) texts.push_back(element.get_ref<const std::string&>());
  }
  return texts;
}

}  // namespace crier
