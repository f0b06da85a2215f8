#pragma once
#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "core/url.h"
#include "network/json.h"
#include "oauth/oauth2.h"
#include "rehearsal/answers.h"

/// What the files of LinkedIn's double share.
namespace crier::rehearsal::linkedin {

inline constexpr std::array<std::pair<std::string_view, std::string_view>, 2> organizations{
    {{"1234567", "Example Council"}, {"7654321", "Example Council Libraries"}}};

[[nodiscard]] inline Response refuse(int status, std::string_view code, std::string_view message,
                                     std::int64_t service_code = 0) {
  Json body = {{"status", status}, {"code", code}, {"message", message}};
  if (service_code != 0) body["serviceErrorCode"] = service_code;
  return respond_json(status, body, {{"x-li-uuid", "AAYGrehearsal=="}});
}

[[nodiscard]] inline std::map<std::string, std::string> fields_of(std::string_view form) {
  std::map<std::string, std::string> fields;
  for (auto& [name, value] : read_form(form)) fields.emplace(name, std::move(value));
  return fields;
}

[[nodiscard]] inline std::string value(const std::map<std::string, std::string>& fields,
                                       const std::string& name) {
  const auto found = fields.find(name);
  return found == fields.end() ? std::string() : found->second;
}

/// Says whether an object has no member but these.
[[nodiscard]] inline bool is_closed(const Json* object,
                                    std::initializer_list<std::string_view> names) {
  if (object == nullptr) return true;
  if (!object->is_object()) return false;
  return std::ranges::all_of(object->items(), [&](const auto& entry) {
    return std::ranges::find(names, std::string_view(entry.key())) != names.end();
  });
}

[[nodiscard]] inline bool is_ours(std::string_view urn) {
  return std::ranges::any_of(organizations, [&](const auto& one) {
    return urn == "urn:li:organization:" + std::string(one.first);
  });
}

}  // namespace crier::rehearsal::linkedin
