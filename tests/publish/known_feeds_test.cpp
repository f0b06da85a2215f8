#include "publish/known_feeds.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>

#include "publish/polling.h"
#include "store/sqlite_store.h"
#include "support/ledger_words.h"
#include "support/temp_dir.h"

namespace crier {
namespace {

constexpr SysTime now{std::chrono::seconds{1'772'409'600}};  // 2026-03-02T00:00:00Z
constexpr std::chrono::hours day{24};
constexpr int never = -1;
constexpr const char* a = "https://www.example.gov.uk/a.xml";
constexpr const char* b = "https://www.example.gov.uk/b.xml";
constexpr const char* c = "https://new.example.gov.uk/c.xml";

struct Known {
  std::string name, url;
  int read_days_ago = 0;
  std::string read_at = url;
};
struct Named {
  std::string name, url;
};
struct Case {
  const char* rule;
  std::vector<Known> ledger;
  std::vector<Named> config;
  std::vector<std::string> renames;  ///< empty: each keeps its own, whatever its address is now
};
void PrintTo(const Case& each, std::ostream* out) { *out << each.rule; }

std::vector<Case> cases() {
  return {
      {"a feed goes on under a name that nobody had",
       {{"jobs", a}},
       {{"vacancies", a}},
       {"jobs > vacancies"}},
      {"two that exchange their names go on where they were",
       {{"events", b}, {"jobs", a}},
       {{"events", a}, {"jobs", b}},
       {"events > jobs", "jobs > events"}},
      {"a website that moves to an address that was tried under another name keeps its memory",
       {{"jobs", a, 0}, {"trial", c, 5}},
       {{"jobs", c}},
       {}},
      {"also where the trial was read later, because the feed has answered 304 since",
       {{"jobs", a, 20}, {"trial", c, 1}},
       {{"jobs", c}},
       {}},
      {"also in the next run, if the new address could not be read in the first",
       {{"jobs", c, 2, a}, {"trial", c, 1}},
       {{"jobs", c}},
       {}},
      {"also where the trial was never read",
       {{"jobs", a, 2}, {"trial", c, never}},
       {{"jobs", c}},
       {}},
      {"a renamed feed takes a name that another one had long ago",
       {{"jobs", a, 0}, {"news", b, 40}},
       {{"news", a}},
       {"jobs > news", "news > news.before"}},
      {"where both were read until now nobody can tell, and the side that holds is the safe one",
       {{"jobs", a, 0}, {"news", b, 0}},
       {{"news", a}},
       {}},
      {"a name whose feed was never read has no memory to keep",
       {{"jobs", a, 0}, {"news", b, never}},
       {{"news", a}},
       {"jobs > news", "news > news.before"}},
      {"a feed that gets back a name that it had goes on with its latest memory",
       {{"jobs", a, 9}, {"vacancies", a, 0}},
       {{"jobs", a}},
       {"jobs > jobs.before", "vacancies > jobs"}},
      {"the address tells where the other name is in feeds.toml still",
       {{"jobs", a, 0}, {"trial", c, 0}},
       {{"jobs", c}, {"trial", b}},
       {"jobs > jobs.before", "trial > jobs"}},
      {"what is put aside gets a name that is free, beside those of an earlier version",
       {{"jobs", a, 0}, {"news", b, 40}, {"news before", c, 90}, {"news.before", c, 90}},
       {{"news", a}},
       {"jobs > news", "news > news.before.2"}},
  };
}

class Renames : public testing::TestWithParam<Case> {
 protected:
  Renames() {
    for (const Known& known : GetParam().ledger) {
      FeedState state;
      state.id = {known.name};
      state.url = known.url;
      if (known.read_days_ago != never) {
        state.read_on = now - known.read_days_ago * day;
        state.seeded_at = now - 365 * day;
        state.found_at = place_of(known.read_at);
      }
      commit_plan(store, {{state, {}, {}}}, now);
    }
    for (const Named& named : GetParam().config) {
      FeedConfig& feed = config.feeds.emplace_back();
      feed.id = {named.name};
      feed.url = named.url;
    }
  }

  TempDir dir;
  SqliteStore store{dir.path() / "crier.db", SqliteStore::Access::write};
  Config config;
};
INSTANTIATE_TEST_SUITE_P(Each, Renames, testing::ValuesIn(cases()));

TEST_P(Renames, AreAsTheirRuleSaysAndSaidOfEachFeed) {
  const KnownFeeds known(config, store);
  std::vector<std::string> renames;
  for (const auto& [from, to] : known.renames) {
    renames.push_back(from.value + " > " + to.value);
    EXPECT_NE(known.notice(to).find("[feeds." + from.value + "]"), std::string::npos);
  }
  std::ranges::sort(renames);
  EXPECT_EQ(renames, GetParam().renames);
}

TEST_P(Renames, LeaveAFeedThatKeepsItsMemoryAtANewAddressToAStrictFuse) {
  const KnownFeeds known(config, store);
  if (!known.renames.empty()) return;
  const FeedConfig& feed = config.feeds.at(0);
  const FeedState& state = known.states.at(feed.id);
  EXPECT_TRUE(state.url != feed.url || state.found_at != place_of(feed.url));
}

}  // namespace
}  // namespace crier
