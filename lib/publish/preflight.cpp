#include "publish/preflight.h"

#include <filesystem>

namespace crier {

Templates parse_templates(const Config& config, std::vector<ConfigProblem>& problems) {
  Templates templates;
  for (const FeedConfig& feed : config.feeds) {
    auto parsed = Template::parse(feed.text_template);
    if (parsed) {
      templates.emplace(feed.id, *std::move(parsed));
    } else {
      problems.push_back({feed.line, fmt::format("feeds.{}: template: {}", feed.id.value,
                                                 parsed.error().message)});
    }
  }
  return templates;
}

void check_timezone(const Config& config, std::vector<ConfigProblem>& problems) {
  const std::filesystem::path zones("/usr/share/zoneinfo");
  std::error_code ignored;
  if (!std::filesystem::is_directory(zones, ignored)) return;
  if (std::filesystem::is_regular_file(zones / config.timezone, ignored)) return;
  problems.push_back(
      {0, fmt::format("timezone: there is no \"{}\"; write timezone = \"Europe/London\"",
                      config.timezone)});
}

}  // namespace crier
