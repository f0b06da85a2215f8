#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "feed/parse.h"
#include "plan/fresh.h"

// Each file of tests/golden/identity/pairs holds a rule, and a feed that is read before and after
// something happened to it ("read 2026-11-30T09:30:00Z", then its items). The first reading is
// history. Below the items of each later one stands what is to become of them: "new: TITLE",
// "held: TITLE" with the reason in the line below, "known: TITLE"; of an item without a title, its
// text. What is not listed is known. All councils are invented.

namespace crier {
namespace {

namespace fs = std::filesystem;

struct Reading {
  SysTime at;
  std::string items;
  std::multimap<std::string, std::string> want;  ///< title: "new", or why it is held
  std::vector<std::string> known;
};

struct Pair {
  std::string rule;
  std::vector<Reading> readings;
};

bool take_prefix(std::string& line, std::string_view prefix) {
  if (!line.starts_with(prefix)) return false;
  line.erase(0, prefix.size());
  return true;
}

Pair read_pair(const fs::path& path) {
  std::ifstream in(path);
  Pair pair;
  std::string line, held;
  while (std::getline(in, line)) {
    if (line.empty()) continue;
    if (take_prefix(line, "Rule: ")) {
      pair.rule = line;
    } else if (take_prefix(line, "read ")) {
      pair.readings.push_back({from_iso8601(line).value_or(SysTime{}), {}, {}, {}});
    } else if (pair.readings.empty()) {
      ADD_FAILURE() << path << ": " << line;
    } else if (take_prefix(line, "new: ")) {
      pair.readings.back().want.emplace(line, "new");
    } else if (take_prefix(line, "known: ")) {
      pair.readings.back().known.push_back(line);
    } else if (take_prefix(line, "held: ")) {
      held = line;
    } else if (take_prefix(line, "  because ")) {
      pair.readings.back().want.emplace(held, line);
    } else {
      pair.readings.back().items += line + "\n";
    }
  }
  return pair;
}

std::string label(const Item& item) {
  return item.title.value.empty() ? item.summary.value : item.title.value;
}

std::vector<fs::path> files() {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(CRIER_SOURCE_DIR "/tests/golden/identity/pairs"))
    found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

std::string name_of_file(const testing::TestParamInfo<fs::path>& info) {
  std::string name = info.param.stem().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

class PairOfReadings : public testing::TestWithParam<fs::path> {};

TEST_P(PairOfReadings, FollowsItsRule) {
  const Pair pair = read_pair(GetParam());
  ASSERT_NE(pair.rule, "");
  ASSERT_GE(pair.readings.size(), 2U);
  FeedConfig config;
  std::set<std::string, std::less<>> memory;
  bool first_time = true;
  for (const Reading& reading : pair.readings) {
    ASSERT_NE(reading.at, SysTime{}) << "read 2026-11-30T09:30:00Z";
    auto feed = parse_feed(
        "<rss version=\"2.0\"><channel><title>News</title>" + reading.items + "</channel></rss>",
        {"https://www.example.gov.uk/feed.xml", ""});
    ASSERT_TRUE(feed) << feed.error().message;
    std::set<std::string> there;
    for (const Item& item : feed->items) there.insert(label(item));
    FreshQuestion question{config, first_time, false, 0, false, reading.at, {}};
    question.known = [&](std::string_view name) { return memory.find(name) != memory.end(); };
    const Fresh fresh = find_fresh(*std::move(feed), question);
    memory.insert(fresh.names.begin(), fresh.names.end());
    first_time = false;
    std::multimap<std::string, std::string> got;
    std::set<std::string> chosen;
    for (const FreshItem& one : fresh.items) {
      got.emplace(label(one.item), one.hold.empty() ? "new" : one.hold);
      EXPECT_TRUE(chosen.insert(one.identity.chosen).second) << one.identity.chosen;
    }
    EXPECT_EQ(got, reading.want) << pair.rule << "\nread " << to_iso8601(reading.at);
    EXPECT_TRUE(fresh.passed_over.empty());
    for (const std::string& title : reading.known) {
      EXPECT_TRUE(there.contains(title)) << "there is no item " << title;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Identity, PairOfReadings, testing::ValuesIn(files()), name_of_file);

}  // namespace
}  // namespace crier
