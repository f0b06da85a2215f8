#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "feed/parse.h"
#include "plan/fresh.h"

// Each folder of tests/golden/identity holds one feed as a council's system writes it, fetched
// several times: 1.xml, 2.xml, … A comment in each says when. want.json says what is new, what is
// held and why, and where the fuse blew; the first snapshot is history. All councils are invented.
// CRIER_UPDATE_GOLDEN=1 rewrites want.json; read the diff.

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

/// When a snapshot was fetched: the date in a comment.
SysTime fetched_at(const std::string& bytes) {
  const std::string mark = "fetched ";
  const auto at = bytes.find(mark);
  if (at == std::string::npos) return {};
  return from_iso8601(bytes.substr(at + mark.size(), 20)).value_or(SysTime{});
}

Json described(const Fresh& fresh, bool first_time) {
  Json fresh_titles = Json::array();
  Json held = Json::object();
  for (const FreshItem& one : fresh.items) {
    if (one.hold.empty()) {
      fresh_titles.push_back(one.item.title.value);
    } else {
      held[one.item.title.value] = one.hold;
    }
  }
  Json said{{"items", fresh.total}};
  if (first_time) said["history"] = fresh.unknown;
  said["new"] = std::move(fresh_titles);
  said["held"] = std::move(held);
  said["fuse"] = fresh.fuse.has_value();
  return said;
}

std::vector<fs::path> cases() {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(CRIER_SOURCE_DIR "/tests/golden/identity")) {
    if (fs::exists(entry.path() / "1.xml")) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string name_of_case(const testing::TestParamInfo<fs::path>& info) {
  std::string name = info.param.filename().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

class GoldenIdentity : public testing::TestWithParam<fs::path> {};

TEST_P(GoldenIdentity, KnowsItsItemsAgain) {
  const fs::path& folder = GetParam();
  FeedConfig config;
  std::set<std::string, std::less<>> memory;
  bool fuse_is_blown = false;
  Json got = Json::array();
  for (int number = 1;; ++number) {
    const fs::path file = folder / (std::to_string(number) + ".xml");
    if (!fs::exists(file)) break;
    std::string bytes = contents(file);
    const SysTime now = fetched_at(bytes);
    ASSERT_NE(now, SysTime{}) << file << " must say: <!-- fetched 2026-03-02T09:00:00Z -->";
    auto feed = parse_feed(std::move(bytes), {"https://www.example.gov.uk/feed.xml", ""});
    ASSERT_TRUE(feed) << file << ": " << feed.error().message;
    const bool first_time = number == 1;
    const FreshQuestion question{
        config, first_time, false, 0, fuse_is_blown, now, [&](std::string_view name) {
          return memory.find(name) != memory.end();
        }};
    const Fresh fresh = find_fresh(*std::move(feed), question);
    memory.insert(fresh.names.begin(), fresh.names.end());
    fuse_is_blown = fuse_is_blown || fresh.fuse.has_value();
    got.push_back(described(fresh, first_time));
  }
  const std::string text = got.dump(1) + "\n";
  if (std::getenv("CRIER_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(folder / "want.json", std::ios::binary) << text;
    return;
  }
  EXPECT_EQ(text, contents(folder / "want.json"));
}

INSTANTIATE_TEST_SUITE_P(Councils, GoldenIdentity, testing::ValuesIn(cases()), name_of_case);

}  // namespace
}  // namespace crier
