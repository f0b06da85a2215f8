#pragma once
#include <nlohmann/json.hpp>
#include <vector>

#include "publish/attention.h"

namespace crier {

/// As `findings` stands in what publish and status print: docs/json.md lists the codes.
[[nodiscard]] inline nlohmann::ordered_json findings_json(const std::vector<Finding>& findings) {
  using Json = nlohmann::ordered_json;
  Json list = Json::array();
  for (const Finding& finding : findings) {
    list.push_back({{"code", finding.code},
                    {"subject", finding.subject},
                    {"sentence", finding.sentence},
                    {"command", finding.command.empty() ? Json(nullptr) : Json(finding.command)},
                    {"since", finding.since ? Json(to_iso8601(*finding.since)) : Json(nullptr)}});
  }
  return list;
}

}  // namespace crier
