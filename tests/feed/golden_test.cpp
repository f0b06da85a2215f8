#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "feed/identity.h"
#include "feed/item_text.h"
#include "feed/parse.h"

// Each folder of tests/golden/feeds holds one feed as councils' systems write it (in.xml or
// in.json) and what crier understands (want.json). CRIER_UPDATE_GOLDEN=1 rewrites want.json; read
// the diff.

namespace crier {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string contents(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

Json date_json(const std::optional<SysTime>& date) {
  return date ? Json(to_iso8601(*date)) : Json(nullptr);
}

Json described(Feed feed) {
  const auto identities = identify(feed.items);
  Json items = Json::array();
  for (std::size_t i = 0; i < feed.items.size(); ++i) {
    Item& item = feed.items[i];
    make_plain(item);
    Json images = Json::array();
    for (const Image& image : item.images) images.push_back({image.url, image.alt});
    Json enclosures = Json::array();
    for (const Enclosure& each : item.enclosures) {
      enclosures.push_back({each.url, each.type, each.length});
    }
    items.push_back({{"identity", identities[i].best()},
                     {"id", item.guid ? Json(*item.guid) : Json(nullptr)},
                     {"title", item.title.value},
                     {"link", item.link},
                     {"published", date_json(item.published)},
                     {"updated", date_json(item.updated)},
                     {"summary", item.summary.value},
                     {"categories", item.categories},
                     {"images", std::move(images)},
                     {"enclosures", std::move(enclosures)}});
  }
  Json warnings = Json::array();
  for (const Warning& each : feed.warnings) warnings.push_back(each.code);
  return {{"format", feed.format},     {"title", feed.title},
          {"link", feed.link},         {"language", feed.language},
          {"items", std::move(items)}, {"warnings", std::move(warnings)}};
}

std::vector<fs::path> cases() {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(CRIER_SOURCE_DIR "/tests/golden/feeds")) {
    if (entry.is_directory()) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string name_of_case(const testing::TestParamInfo<fs::path>& info) {
  std::string name = info.param.filename().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

class GoldenFeed : public testing::TestWithParam<fs::path> {};

TEST_P(GoldenFeed, IsUnderstood) {
  const fs::path& folder = GetParam();
  const fs::path in = fs::exists(folder / "in.json") ? folder / "in.json" : folder / "in.xml";
  const auto feed = parse_feed(contents(in), {"https://www.example.gov.uk/feeds/feed.xml", ""});
  ASSERT_TRUE(feed) << feed.error().message;
  const std::string got = described(*feed).dump(1) + "\n";
  if (std::getenv("CRIER_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(folder / "want.json", std::ios::binary) << got;
    return;
  }
  EXPECT_EQ(got, contents(folder / "want.json"));
}

INSTANTIATE_TEST_SUITE_P(Councils, GoldenFeed, testing::ValuesIn(cases()), name_of_case);

}  // namespace
}  // namespace crier
