#include "publish/preflight.h"

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

}  // namespace crier
