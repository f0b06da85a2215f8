#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

/// Reading JSON that a server sent: nothing here throws, and what is not there is as good as null.
namespace crier {

using Json = nlohmann::json;

/// A body that is no JSON is a discarded value, on which every look-up below fails.
[[nodiscard]] inline Json parse_json(std::string_view body) {
  return Json::parse(body.begin(), body.end(), nullptr, false);
}

[[nodiscard]] inline const Json* member(const Json* object, const char* name) {
  if (object == nullptr || !object->is_object()) return nullptr;
  const auto found = object->find(name);
  return found == object->end() ? nullptr : &*found;
}

[[nodiscard]] inline std::string text_of(const Json* value) {
  return value != nullptr && value->is_string() ? value->get_ref<const std::string&>()
                                                : std::string();
}

[[nodiscard]] inline std::string text_of(const Json& object, const char* name) {
  return text_of(member(&object, name));
}

/// Writes JSON whatever bytes its texts hold.
[[nodiscard]] inline std::string write_json(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace crier
