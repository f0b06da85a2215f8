#include "plan/fresh.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace crier {
namespace {

Item item(const std::string& guid, const std::string& title, const char* published = nullptr) {
  Item made;
  if (!guid.empty()) made.guid = guid;
  made.title = {title, Text::Kind::plain};
  if (!guid.empty()) made.link = "https://www.example.gov.uk/" + guid;
  if (published != nullptr) made.published = from_iso8601(published);
  return made;
}

/// What find_fresh says of a feed whose `known` names the ledger has.
Fresh ask(std::vector<Item> items, const std::set<std::string>& known, bool first_time = false,
          std::size_t backfill = 0, FirstRun first_run = FirstRun::skip) {
  FeedConfig config;
  config.id = {"jobs"};
  config.first_run = first_run;
  Feed feed;
  feed.items = std::move(items);
  FreshQuestion question{config, first_time, true, backfill, {}};
  question.known = [&](std::string_view name) {
    // What is known by its guid is known by its other names too.
    const std::string text(name);
    return std::any_of(known.begin(), known.end(), [&](const std::string& guid) {
      return text == "guid:" + guid || text == "link:example.gov.uk/" + guid;
    });
  };
  return find_fresh(std::move(feed), question);
}

std::vector<std::string> titles(const Fresh& fresh) {
  std::vector<std::string> all;
  for (const FreshItem& one : fresh.items) all.push_back(one.item.title.value);
  return all;
}

TEST(Fresh, AnnouncesNothingTheFirstTimeAFeedIsSeen) {
  const Fresh fresh = ask({item("2", "Lifeguard"), item("1", "Librarian")}, {}, true);
  EXPECT_TRUE(fresh.items.empty());
  EXPECT_EQ(fresh.unknown, 2U);
  EXPECT_EQ(fresh.passed_over.size(), 2U);
  EXPECT_FALSE(fresh.names.empty()) << "what is history must be remembered";
}

TEST(Fresh, AnnouncesWhatTheLedgerDoesNotKnow) {
  const Fresh fresh = ask({item("2", "Lifeguard"), item("1", "Librarian")}, {"1"});
  EXPECT_EQ(titles(fresh), std::vector<std::string>{"Lifeguard"});
  EXPECT_EQ(fresh.unknown, 1U);
}

TEST(Fresh, PutsTheOldestFirstByDate) {
  const Fresh fresh =
      ask({item("1", "first", "2026-03-01T09:00:00Z"), item("2", "second", "2026-03-02T09:00:00Z")},
          {});
  EXPECT_EQ(titles(fresh), (std::vector<std::string>{"first", "second"}));
}

TEST(Fresh, TakesAFeedWithoutDatesToBeginWithItsNewest) {
  EXPECT_EQ(titles(ask({item("2", "second"), item("1", "first")}, {})),
            (std::vector<std::string>{"first", "second"}));
}

TEST(Fresh, CallsAnItemNewHoweverOldItsDateIs) {
  EXPECT_EQ(ask({item("1", "drafted long ago", "2019-01-01T09:00:00Z")}, {}).items.size(), 1U);
}

TEST(Fresh, TakesTheNewestOneWhenTheConfigSaysLatest) {
  const Fresh fresh =
      ask({item("1", "older", "2026-03-01T09:00:00Z"), item("2", "newer", "2026-03-02T09:00:00Z")},
          {}, true, 0, FirstRun::latest);
  EXPECT_EQ(titles(fresh), std::vector<std::string>{"newer"});
}

TEST(Fresh, BackfillTakesTheNewestKnownOrNot) {
  EXPECT_EQ(titles(ask({item("3", "three"), item("2", "two"), item("1", "one")}, {"3", "2", "1"},
                       false, 2)),
            (std::vector<std::string>{"two", "three"}));
}

TEST(Fresh, PassesOverAnItemThatCouldNotBeRecognisedAgainAndSaysSo) {
  const Fresh fresh = ask({item("", "")}, {});
  EXPECT_TRUE(fresh.items.empty());
  EXPECT_EQ(fresh.passed_over.size(), 1U);
}

TEST(Fresh, TakesTheSameItemTwiceInAFeedForOne) {
  Item twin = item("", "Twin");
  EXPECT_EQ(ask({twin, twin}, {}).items.size(), 1U);
}

TEST(Fresh, TellsOnceOfAnItemThatIsKnownByItsLinkAloneUnderAnotherTitle) {
  Item evergreen = item("", "Road closed: High Street");
  evergreen.link = "https://www.example.gov.uk/alerts";
  FeedConfig config;
  Feed feed;
  feed.items = {evergreen};
  const FreshQuestion question{config, false, false, 0,
                               [](std::string_view name) { return name.starts_with("link:"); }};
  const Fresh fresh = find_fresh(feed, question);
  EXPECT_TRUE(fresh.items.empty());
  ASSERT_EQ(fresh.passed_over.size(), 1U);
  EXPECT_TRUE(fresh.passed_over[0].suspect);
  const FreshQuestion later{config, false, false, 0, [&](std::string_view name) {
                              return std::find(fresh.names.begin(), fresh.names.end(), name) !=
                                     fresh.names.end();
                            }};
  EXPECT_TRUE(find_fresh(feed, later).passed_over.empty());
}

TEST(Fresh, TakesAnItemWithANewGuidButKnownLinkAndTitleForNoNews) {
  FeedConfig config;
  Feed feed;
  feed.items = {item("https://www.example.gov.uk/node/7", "Librarian")};
  const FreshQuestion question{config, false, false, 0,
                               [](std::string_view name) { return !name.starts_with("guid:"); }};
  const Fresh fresh = find_fresh(feed, question);
  EXPECT_TRUE(fresh.items.empty());
  ASSERT_EQ(fresh.passed_over.size(), 1U);
  EXPECT_TRUE(fresh.passed_over[0].suspect);
  EXPECT_FALSE(fresh.names.empty()) << "told once";
}

TEST(Fresh, TellsOfAKnownGuidWithAnotherTitleAndLink) {
  FeedConfig config;
  Feed feed;
  feed.items = {item("alert", "Road closed: High Street")};
  const FreshQuestion question{config, false, false, 0,
                               [](std::string_view name) { return name.starts_with("guid:"); }};
  const Fresh fresh = find_fresh(feed, question);
  EXPECT_TRUE(fresh.items.empty());
  ASSERT_EQ(fresh.passed_over.size(), 1U);
  EXPECT_TRUE(fresh.passed_over[0].suspect);
}

TEST(Fresh, MakesTheTextOfWhatItAnnouncesPlain) {
  Item marked = item("1", "");
  marked.title = {"Fish &amp; <b>chips</b>", Text::Kind::html};
  EXPECT_EQ(titles(ask({marked}, {})), std::vector<std::string>{"Fish & chips"});
}

}  // namespace
}  // namespace crier
