#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What the files of this folder share for reading JSON from strangers: nothing here throws, and a
// member of the wrong type counts as absent.

namespace crier {

/// Says whether brackets are nested deeper than any answer of a sign-in has them: what is parsed is
/// copied here and there, and each level takes a piece of the stack.
[[nodiscard]] inline bool is_too_deep(std::string_view text) {
  constexpr int most_levels = 64;
  int level = 0;
  bool is_string = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (is_string) {
      if (c == '\\') ++at;
      if (c == '"') is_string = false;
      continue;
    }
    if (c == '"') is_string = true;
    if ((c == '{' || c == '[') && ++level > most_levels) return true;
    if (c == '}' || c == ']') --level;
  }
  return false;
}

/// Reads a text that is one JSON object; nothing if it is anything else, or nested without end.
[[nodiscard]] inline std::optional<nlohmann::json> parse_object(std::string_view text) {
  if (is_too_deep(text)) return std::nullopt;
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
