#include "plan/fresh.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace crier {
namespace {

constexpr const char* today = "2026-03-02T09:00:00Z";

Item item(const std::string& guid, const std::string& title, const char* published = nullptr) {
  Item made;
  if (!guid.empty()) made.guid = guid;
  made.title = {title, Text::Kind::plain};
  if (!guid.empty()) made.link = "https://www.example.gov.uk/" + guid;
  if (published != nullptr) made.published = from_iso8601(published);
  return made;
}

Item without_guid(const std::string& link, const std::string& title,
                  const char* published = nullptr) {
  Item made = item("", title, published);
  made.link = "https://www.example.gov.uk/" + link;
  return made;
}

std::vector<std::string> titles(const Fresh& fresh) {
  std::vector<std::string> all;
  for (const FreshItem& one : fresh.items) all.push_back(one.item.title.value);
  return all;
}

/// A feed that is read now and then, and what is remembered of it.
class Reader {
 public:
  FeedConfig config;
  bool first_time = false, explain = true, fuse_is_blown = false, every_name = true,
       fuse_is_strict = false;
  std::size_t backfill = 0;
  SysTime now = *from_iso8601(today);
  std::set<std::string, std::less<>> memory;

  Fresh read(std::vector<Item> items) {
    Feed feed;
    feed.items = std::move(items);
    const FreshQuestion question{
        config,
        first_time,
        explain,
        backfill,
        fuse_is_blown,
        now,
        [&](std::string_view name) { return memory.find(name) != memory.end(); },
        every_name,
        fuse_is_strict};
    Fresh fresh = find_fresh(std::move(feed), question);
    memory.insert(fresh.names.begin(), fresh.names.end());
    return fresh;
  }
  /// Takes these items in as history.
  void knows(std::vector<Item> items) {
    first_time = true;
    (void)read(std::move(items));
    first_time = false;
  }
  /// What became of the one item: "new", "known", or why it is held.
  std::string says(const Item& one) {
    const Fresh fresh = read({one});
    if (fresh.items.empty()) return "known";
    return fresh.items[0].hold.empty() ? "new" : fresh.items[0].hold;
  }
};

TEST(Fresh, AnnouncesNothingTheFirstTimeAFeedIsSeen) {
  Reader reader;
  reader.first_time = true;
  const Fresh fresh = reader.read({item("2", "Lifeguard"), item("1", "Librarian")});
  EXPECT_TRUE(fresh.items.empty());
  EXPECT_TRUE(fresh.seeded);
  EXPECT_EQ(fresh.unknown, 2U);
  EXPECT_EQ(fresh.passed_over.size(), 2U);
  EXPECT_FALSE(fresh.names.empty()) << "what is history must be remembered";
}

TEST(Fresh, AnnouncesWhatTheLedgerDoesNotKnow) {
  Reader reader;
  reader.knows({item("1", "Librarian")});
  const Fresh fresh = reader.read({item("2", "Lifeguard"), item("1", "Librarian")});
  EXPECT_EQ(titles(fresh), std::vector<std::string>{"Lifeguard"});
  EXPECT_EQ(fresh.unknown, 1U);
  EXPECT_EQ(fresh.items[0].hold, "");
}

TEST(Fresh, SaysNothingTwice) {
  Reader reader;
  (void)reader.read({item("1", "Librarian")});
  const Fresh again = reader.read({item("1", "Librarian")});
  EXPECT_TRUE(again.items.empty());
  EXPECT_TRUE(again.names.empty()) << "nothing is left to remember";
}

TEST(Fresh, PutsTheOldestFirstByDate) {
  EXPECT_EQ(titles(Reader().read({item("1", "first", "2026-03-01T09:00:00Z"),
                                  item("2", "second", "2026-03-02T09:00:00Z")})),
            (std::vector<std::string>{"first", "second"}));
}

TEST(Fresh, TakesAFeedWithoutDatesToBeginWithItsNewest) {
  EXPECT_EQ(titles(Reader().read({item("2", "second"), item("1", "first")})),
            (std::vector<std::string>{"first", "second"}));
}

TEST(Fresh, TakesTheNewestOneWhenTheConfigSaysLatest) {
  Reader reader;
  reader.first_time = true;
  reader.config.first_run = FirstRun::latest;
  const Fresh fresh = reader.read(
      {item("1", "older", "2026-01-01T09:00:00Z"), item("2", "newer", "2026-01-02T09:00:00Z")});
  EXPECT_EQ(titles(fresh), std::vector<std::string>{"newer"});
  EXPECT_EQ(fresh.items[0].hold, "") << "it was asked for, however old it is";
}

TEST(Fresh, BackfillTakesTheNewestKnownOrNotAndHoldsNone) {
  Reader reader;
  const std::vector<Item> items{item("3", "three", "2020-01-03T09:00:00Z"),
                                item("2", "two", "2020-01-02T09:00:00Z"),
                                item("1", "one", "2020-01-01T09:00:00Z")};
  reader.knows({items[1], items[2]});
  reader.backfill = 2;
  const Fresh fresh = reader.read(items);
  EXPECT_EQ(titles(fresh), (std::vector<std::string>{"two", "three"}));
  for (const FreshItem& one : fresh.items) EXPECT_EQ(one.hold, "");
}

TEST(Fresh, PassesOverAnItemThatCouldNotBeRecognisedAgainAndSaysSo) {
  const Fresh fresh = Reader().read({item("", "")});
  EXPECT_TRUE(fresh.items.empty());
  EXPECT_EQ(fresh.passed_over.size(), 1U);
}

TEST(Fresh, TakesTheSameItemTwiceInAFeedForOne) {
  const Item twin = item("", "Twin");
  EXPECT_EQ(Reader().read({twin, twin}).items.size(), 1U);
}

TEST(Fresh, MakesTheTextOfWhatItAnnouncesPlain) {
  Item marked = item("1", "");
  marked.title = {"Fish &amp; <b>chips</b>", Text::Kind::html};
  EXPECT_EQ(titles(Reader().read({marked})), std::vector<std::string>{"Fish & chips"});
}

TEST(Known, IsAnItemWhoseTitleWasEdited) {
  Reader reader;
  reader.knows({item("7", "Road clsed", "2026-03-01T09:03:17Z")});
  EXPECT_EQ(reader.says(item("7", "Road closed", "2026-03-01T09:03:17Z")), "known");
  reader.memory.erase("guid:7");
  reader.memory.erase("link:example.gov.uk/7");
  EXPECT_EQ(reader.says(item("8", "Road closed", "2026-03-01T09:03:17Z")), "known")
      << "its new title was remembered";
}

TEST(Known, IsAnItemUnderAnotherTitleWhoseGuidIsItsAddress) {
  Reader reader;
  Item one = without_guid("road", "Road clsed", "2026-03-01T09:00:00Z");
  one.guid = one.link;
  reader.knows({one});
  one.title.value = "Road closed";
  const Fresh fresh = reader.read({one, item("8", "Bins", "2026-03-01T09:00:00Z")});
  ASSERT_EQ(fresh.items.size(), 1U) << "its publisher says that it is the same";
  EXPECT_EQ(fresh.items[0].item.title.value, "Bins");
}

TEST(Held, IsTheOnlyItemOfAFeedUnderAnotherTitleAtTheSameAddress) {
  Reader reader;
  Item alert = without_guid("alerts", "Road closed", "2026-03-01T09:00:00Z");
  alert.guid = alert.link;
  reader.knows({alert});
  alert.title.value = "Flood warning: leave now";
  alert.published = from_iso8601(today);
  EXPECT_EQ(reader.says(alert), "its address was seen before, with another title and date");
}

TEST(Fresh, KnowsNothingByAnAddressThatTwoItemsHadAtOnceBefore) {
  Reader reader;
  Item one = without_guid("alerts", "Road closed", "2026-03-01T09:00:00Z");
  one.guid = one.link;
  Item two = one;
  two.title.value = "Ice on the roads";
  reader.knows({one, two});
  EXPECT_EQ(reader.says(two), "known");
  Item other = one;
  other.title.value = "Flood warning: leave now";
  other.published = from_iso8601(today);
  EXPECT_EQ(reader.says(other), "new");
  EXPECT_EQ(reader.says(other), "known");
}

TEST(Fresh, KnowsNothingByAGuidThatTwoItemsHadAtOnceBefore) {
  Reader reader;
  Item one = item("alert", "Road closed", "2026-03-01T09:00:00Z");
  Item two = one;
  two.title.value = "Ice on the roads";
  reader.knows({one, two});
  Item other = one;
  other.title.value = "Flood warning: leave now";
  other.published = from_iso8601(today);
  EXPECT_EQ(reader.says(other), "new");
}

TEST(Known, NeedsNoMoreThanItsStrongNames) {
  const Item one = item("7", "24/01234/FUL - 1 High Street", today);
  FeedConfig config;
  std::size_t asked = 0;
  FreshQuestion question{config, false, false, 0, false, {}, [&](std::string_view) {
                           ++asked;
                           return true;
                         }};
  question.every_name = false;
  Feed feed;
  feed.items = {one};
  const Fresh fresh = find_fresh(feed, question);
  EXPECT_TRUE(fresh.items.empty());
  EXPECT_TRUE(fresh.names.empty()) << "what was not asked for is not new";
  EXPECT_EQ(asked, 3U);
  question.every_name = true;
  (void)find_fresh(feed, question);
  EXPECT_EQ(asked, 3U + 6U);
}

TEST(Known, IsAnItemAfterTheHostMoved) {
  Reader reader;
  Item before = item("", "Road closed", "2026-03-01T09:00:00Z");
  before.guid = "22 at http://old.gov.uk";
  before.link = "http://old.gov.uk/road";
  reader.knows({before});
  Item after = before;
  after.guid = "22 at https://new.gov.uk";
  after.link = "https://new.gov.uk/road";
  EXPECT_EQ(reader.says(after), "known") << "same title and date";
  reader.memory.clear();
  reader.knows({before});
  after.published = from_iso8601(today);
  EXPECT_EQ(
      reader.says(after),
      "its number (the guid's 22 at) and title were seen before, with another guid, link and date");
  before.published.reset();
  after.published.reset();
  reader.memory.clear();
  reader.knows({before});
  EXPECT_EQ(reader.says(after), "known")
      << "same number and title, and no date that says otherwise";
}

// Severe weather, closures: one page for all, under one title.
TEST(Held, IsAnItemWithoutAGuidWhoseLinkAndTitleComeAgainUnderAnotherDate) {
  Reader reader;
  reader.knows({without_guid("alerts", "Severe weather", "2026-01-01T09:00:00Z")});
  EXPECT_EQ(reader.says(without_guid("alerts", "Severe weather", "2026-03-01T09:00:00Z")),
            "its link and title were seen before, with another date");
}

// Else the answer to the next request is 304, and nobody is asked.
TEST(Known, IsForNowWhatIsDatedAnewByThisReadingAndItIsReadAgain) {
  Reader reader;
  reader.knows({without_guid("alerts", "Severe weather", "2026-01-01T09:00:00Z")});
  const Item first = without_guid("alerts", "Severe weather", "2026-03-02T08:50:00Z");
  EXPECT_FALSE(reader.read({first}).is_undecided) << "a person is asked";
  const Item second = without_guid("alerts", "Severe weather", "2026-03-02T08:59:00Z");
  const Fresh fresh = reader.read({second});
  EXPECT_TRUE(fresh.items.empty());
  EXPECT_TRUE(fresh.names.empty());
  EXPECT_TRUE(fresh.is_undecided);
  reader.now += std::chrono::hours{2};
  EXPECT_EQ(reader.says(second), "its link and title were seen before, with another date");
}

// A mended version adds names; a ledger without them knows what it knew.
TEST(Known, IsEverythingThatAnOlderVersionRemembered) {
  Reader reader;
  const std::vector<Item> items{item("1", "Librarian", "2026-03-01T09:00:00Z"),
                                without_guid("a", "Gardener", "2026-03-01T10:11:12Z"),
                                without_guid("b", "Lifeguard"), item("4", "Cook"),
                                item("", "Meeting", "2026-03-01T11:12:13Z")};
  reader.knows(items);
  std::erase_if(reader.memory, [](const std::string& name) {
    return name.starts_with("stamp:") || name.starts_with("word:") || name.starts_with("names:");
  });
  reader.every_name = false;
  EXPECT_TRUE(reader.read(items).items.empty());
  reader.every_name = true;
  EXPECT_TRUE(reader.read(items).items.empty());
  EXPECT_TRUE(reader.memory.contains("stamp:2026-03-01T09:00:00Z")) << "learned while it is there";
  EXPECT_TRUE(reader.memory.contains("word:2026-03-01T10:11:12Z gardener"));
}

TEST(Held, IsAnItemOfTextAndDateThatAnOlderVersionCouldNotRemember) {
  Reader reader;
  Item one;
  one.summary.value = "Flood warning in force";
  one.published = from_iso8601(today);
  EXPECT_EQ(reader.says(one),
            "it has neither guid, link nor title, and an earlier crier could not remember such "
            "items: it may have been there before");
  one.summary.value = "Roads are icy";
  one.published = *from_iso8601(today) + std::chrono::hours{1};
  EXPECT_EQ(reader.says(one), "new");
}

TEST(New, IsAnItemThatHasOnlyTextAndDate) {
  Reader reader;
  reader.knows({item("1", "Librarian")});
  Item one;
  one.summary.value = "Flood warning in force";
  one.published = from_iso8601(today);
  EXPECT_EQ(reader.says(one), "new");
  EXPECT_EQ(reader.says(one), "known");
}

// A delivery is named by it: the ledger would keep one of the two.
TEST(New, GoesByANameOfItsOwnWhereGuidsAreUsedAgainUnderOneTitleAndPage) {
  Reader reader;
  reader.config.on_suspect = OnSuspect::post;
  const auto notice = [](const std::string& guid, const std::string& title,
                         const std::string& text) {
    Item made = without_guid("roads", title);
    made.guid = guid;
    made.summary.value = text;
    return made;
  };
  reader.knows({notice("1", "Notice 1", "One"), notice("2", "Notice 2", "Two"),
                notice("3", "Notice 3", "Three")});
  const std::vector<Item> again{notice("1", "Road closed", "High Street"),
                                notice("2", "Road closed", "Mill Lane"),
                                notice("3", "Notice 3", "Three")};
  Reader twin = reader;
  const Fresh fresh = reader.read(again);
  ASSERT_EQ(fresh.items.size(), 2U);
  EXPECT_NE(fresh.items[0].identity.chosen, fresh.items[1].identity.chosen);
  EXPECT_EQ(twin.read(again).items[0].identity.chosen, fresh.items[0].identity.chosen)
      << "the same in another run";
}

TEST(Fresh, LearnsThatAFeedWithoutDatesRunsOldestFirst) {
  Reader reader;
  const Item one = item("1", "one"), two = item("2", "two"), three = item("3", "three");
  reader.knows({one});
  EXPECT_EQ(titles(reader.read({one, two, three})), (std::vector<std::string>{"two", "three"}));
  reader.backfill = 1;
  EXPECT_EQ(titles(reader.read({one, two, three})), std::vector<std::string>{"three"});
  reader.backfill = 0;
  (void)reader.read({item("4", "four"), one, two, three});
  reader.backfill = 1;
  EXPECT_EQ(titles(reader.read({item("4", "four"), one, two, three})),
            std::vector<std::string>{"four"})
      << "it grows at both ends, so the usual order is believed";
}

// Else a feed that dates its items anew in every answer would fill the ledger.
TEST(Known, IsNotRememberedUnderEveryDateThatItIsGiven) {
  Reader reader;
  reader.knows({item("7", "Bin collections", "2026-03-01T09:00:00Z")});
  reader.every_name = false;
  EXPECT_EQ(reader.read({item("7", "Bin collections", "2026-03-02T08:00:00Z")}).names,
            std::vector<std::string>{});
  EXPECT_FALSE(reader.read({item("7", "Bin days", "2026-03-02T08:00:00Z")}).names.empty())
      << "an edit is";
  reader.every_name = true;
  EXPECT_EQ(reader.read({item("7", "Bin collections", "2026-03-02T08:30:00Z")}).names,
            std::vector<std::string>{"dated:2026-03-02T08:30:00Z Bin collections"});
}

TEST(Known, IsARebuiltItemThatKeptItsDate) {
  Reader reader;
  Item one = without_guid("a", "Road closed", "2026-03-01T09:00:00Z");
  one.guid = "old-1";
  reader.knows({one});
  one.guid = "new-1";
  EXPECT_EQ(reader.says(one), "known");
}

TEST(Held, IsAPlanningApplicationWithItsNumberAndTitleUnderAnotherDate) {
  Reader reader;
  reader.knows({item("a", "24/01234/FUL - 1 High Street", "2026-02-01T09:00:00Z")});
  EXPECT_EQ(reader.says(item("b", "24/01234/FUL - 1 High Street", today)),
            "its reference number 24/01234/FUL and title were seen before, with another guid, link "
            "and date")
      << "a decision, or the same application after a move";
}

TEST(Held, IsAKnownGuidAndTitleWithAnotherLinkAndDate) {
  Reader reader;
  Item one = without_guid("jan", "Council meeting", "2026-01-05T09:00:00Z");
  one.guid = "1";
  reader.knows({one});
  Item other = without_guid("feb", "Council meeting", "2026-02-05T09:00:00Z");
  other.guid = "1";
  EXPECT_EQ(reader.says(other), "its guid and title were seen before, with another link and date");
}

TEST(Held, IsASecondItemOfTheSameTitleAndDayWhereDatesHaveNoTime) {
  Reader reader;
  reader.knows({item("a", "Teaching assistant", "2026-03-01T00:00:00Z")});
  EXPECT_EQ(reader.says(item("b", "Teaching assistant", "2026-03-01T00:00:00Z")),
            "its title and day were seen before, with another guid and link");
}

TEST(Known, IsAnUndatedItemByItsTextWhenItsAddressIsNoneOfItsOwnAnyMore) {
  Reader reader;
  Item first = without_guid("alerts", "Road closed");
  first.summary.value = "Mill Lane";
  reader.knows({first});
  Item second = without_guid("alerts", "School closed");
  second.summary.value = "Abbey Primary";
  EXPECT_EQ(titles(reader.read({second, first})), std::vector<std::string>{"School closed"});
  EXPECT_TRUE(reader.read({second, first}).items.empty());
}

TEST(New, IsATitleThatComesAgain) {
  Reader reader;
  reader.knows({item("1", "Council meeting", "2026-02-01T09:00:00Z")});
  EXPECT_EQ(reader.says(item("2", "Council meeting", today)), "new");
}

TEST(New, IsAnItemWithANewGuidAndANewTitleOnAKnownPage) {
  Reader reader;
  Item one = without_guid("alerts", "Road closed");
  one.guid = "1";
  reader.knows({one});
  one.guid = "2";
  one.title.value = "Road open again";
  EXPECT_EQ(reader.says(one), "new");
}

// A delivery's id is made from a name. Under the old item's name, the new one would be taken for
// said.
TEST(New, GoesByNoNameOfAnotherItem) {
  Reader reader;
  Item one = without_guid("alerts", "Road closed");
  reader.knows({one});
  one.guid = "2";
  one.title.value = "Road open again";
  const Fresh fresh = reader.read({one});
  ASSERT_EQ(fresh.items.size(), 1U);
  const Identity& identity = fresh.items[0].identity;
  EXPECT_EQ(identity.chosen, "guid:2");
  EXPECT_EQ(std::count(identity.names.begin(), identity.names.end(), "link:example.gov.uk/alerts"),
            0);
}

TEST(Held, IsAKnownGuidWithAnotherTitleAndLink) {
  Reader reader;
  reader.knows({item("alert", "Road closed", "2025-11-02T09:00:00Z")});
  Item other = without_guid("other", "School closed", today);
  other.guid = "alert";
  EXPECT_EQ(reader.says(other), "its guid was seen before, with another link, title and date");
  EXPECT_EQ(reader.says(other), "known") << "told once";
}

TEST(Held, IsAKnownLinkUnderAnotherTitleWithoutAGuid) {
  Reader reader;
  reader.knows({without_guid("alerts", "Road closed: Mill Lane")});
  const Item other = without_guid("alerts", "Road closed: High Street");
  EXPECT_EQ(reader.says(other), "its link was seen before, with another title");
  EXPECT_EQ(reader.says(other), "known") << "told once";
}

TEST(Held, IsANewGuidWithAKnownLinkAndTitle) {
  Reader reader;
  Item one = without_guid("alerts", "Road closed", "2026-02-20T09:00:00Z");
  one.guid = "1";
  reader.knows({one});
  one.guid = "2";
  one.published = from_iso8601(today);
  EXPECT_EQ(reader.says(one), "its link and title were seen before, with another guid and date");
}

TEST(Held, IsAKnownReferenceNumberWithAnotherTitle) {
  Reader reader;
  reader.knows({item("a", "24/01234/FUL - 1 High Street", "2026-02-01T09:00:00Z")});
  EXPECT_EQ(reader.says(item("b", "Appeal against 24/01234/FUL", today)),
            "its reference number 24/01234/FUL was seen before, with another guid, link, title and "
            "date");
}

TEST(Held, IsAnItemOfMoreThanAMonthBeforeTheNewestOfItsFeed) {
  Reader reader;
  const Item newest = item("0", "Newest", "2026-03-01T09:00:00Z");
  reader.knows({newest});
  const Fresh fresh = reader.read({newest, item("2", "Drafted last week", "2026-02-20T09:00:00Z"),
                                   item("1", "Drafted at Christmas", "2025-12-25T09:00:00Z")});
  ASSERT_EQ(fresh.items.size(), 2U);
  EXPECT_EQ(fresh.items[0].hold,
            "it is dated 2025-12-25, long before others of the feed, and was not in it before");
  EXPECT_EQ(fresh.items[1].hold, "");
}

TEST(Held, IsNotWhatComesNextInAFeedThatRestedForAYear) {
  Reader reader;
  const Item last = item("1", "Last year", "2025-01-07T09:00:00Z");
  reader.knows({last});
  const Fresh fresh = reader.read({item("2", "The next", "2025-01-09T09:00:00Z"), last});
  ASSERT_EQ(fresh.items.size(), 1U);
  EXPECT_EQ(fresh.items[0].hold, "");
}

TEST(Held, IsAnItemOfMoreThanAWeekAgoThatIsOlderThanAllThatIsKnown) {
  Reader reader;
  std::vector<Item> items;
  for (const char* guid : {"1", "2", "3", "4", "5"}) {
    items.push_back(item(guid, guid, "2026-02-25T09:00:00Z"));
  }
  reader.knows(items);
  items.push_back(item("6", "Slid in again", "2026-02-20T09:00:00Z"));
  const Fresh fresh = reader.read(items);
  ASSERT_EQ(fresh.items.size(), 1U);
  EXPECT_NE(fresh.items[0].hold, "");
  items.erase(items.begin());
  reader.memory.clear();
  reader.knows({items.begin(), items.begin() + 4});
  EXPECT_EQ(reader.read(items).items.at(0).hold, "") << "four are too few to tell";
}

TEST(Held, IsNoItemForADateInTheFuture) {
  EXPECT_EQ(Reader().says(item("1", "Summer concert", "2026-08-27T00:00:00Z")), "new");
}

TEST(Held, IsNothingWhenTheConfigSaysPost) {
  Reader reader;
  reader.config.on_suspect = OnSuspect::post;
  EXPECT_EQ(reader.says(item("1", "Old", "2020-01-01T09:00:00Z")), "new");
  reader.knows({without_guid("alerts", "Road closed: Mill Lane")});
  const Item other = without_guid("alerts", "Road closed: High Street");
  EXPECT_EQ(reader.says(other), "new");
  EXPECT_EQ(reader.says(other), "known");
}

TEST(Import, MakesWhatTheOtherProgramDidNotKnowNews) {
  Reader reader;
  reader.memory = {"guid:1", "link:example.gov.uk/2"};
  reader.first_time = true;
  const Fresh fresh =
      reader.read({item("3", "Gardener"), item("2", "Lifeguard"), item("1", "Librarian")});
  EXPECT_FALSE(fresh.seeded);
  EXPECT_EQ(titles(fresh), std::vector<std::string>{"Gardener"});
  EXPECT_EQ(fresh.items[0].hold, "");
  EXPECT_FALSE(fresh.items[0].is_old);
}

TEST(Import, DoubtsNothingForNamesThatTheListCouldNotHold) {
  Reader reader;
  reader.memory = {"link:example.gov.uk/a", "guid:1"};
  reader.first_time = true;
  EXPECT_TRUE(reader.read({without_guid("a", "Librarian"), item("1", "Lifeguard")}).items.empty());
  reader.first_time = false;
  EXPECT_TRUE(reader.read({without_guid("a", "Librarian"), item("1", "Lifeguard")}).items.empty());
}

std::vector<Item> many(const std::string& prefix, int count) {
  std::vector<Item> items;
  for (int i = 0; i < count; ++i) {
    const std::string number = prefix + std::to_string(i);
    items.push_back(item(number, "Item " + number, today));
  }
  return items;
}

TEST(Fuse, HoldsEverythingWhenMostOfAKnownFeedLooksNew) {
  Reader reader;
  reader.config.fuse = {50, 10};
  reader.knows(many("a", 12));
  const Fresh fresh = reader.read(many("b", 12));
  ASSERT_EQ(fresh.items.size(), 12U) << "nothing is lost";
  for (const FreshItem& one : fresh.items) EXPECT_EQ(one.hold, fuse_reason);
  ASSERT_TRUE(fresh.fuse);
  EXPECT_EQ(fresh.fuse->looks_new, 12U);
  EXPECT_EQ(fresh.fuse->of, 12U);
  EXPECT_EQ(fresh.fuse->samples.size(), 3U);
}

TEST(Fuse, HoldsEvenWhatTheConfigWouldPostInDoubt) {
  Reader reader;
  reader.config.fuse = {50, 10};
  reader.config.on_suspect = OnSuspect::post;
  reader.knows(many("a", 12));
  EXPECT_EQ(reader.read(many("b", 12)).items.at(0).hold, fuse_reason);
}

TEST(Fuse, StaysBlownUntilAPersonHasDecided) {
  Reader reader;
  reader.knows(many("a", 12));
  reader.fuse_is_blown = true;
  const Fresh fresh = reader.read({item("new", "Lifeguard", today)});
  EXPECT_EQ(fresh.items.at(0).hold, fuse_reason);
  EXPECT_FALSE(fresh.fuse) << "that was told before";
}

TEST(Fuse, CountsWhatABackfillAsksForAndLeavesItToThePlan) {
  Reader reader;
  reader.config.fuse = {50, 10};
  reader.backfill = 1;
  const Fresh fresh = reader.read(many("b", 10));
  EXPECT_TRUE(fresh.fuse) << "one that was asked for does not make nine others news";
  ASSERT_EQ(fresh.items.size(), 10U);
  EXPECT_TRUE(fresh.items.back().is_wanted);
}

TEST(Fuse, BlowsForFewItemsWhereTheFeedHasANewAddress) {
  Reader reader;
  reader.config.fuse = {50, 10};
  reader.knows(many("a", 5));
  EXPECT_FALSE(reader.read(many("b", 5)).fuse);
  reader.fuse_is_strict = true;
  EXPECT_TRUE(reader.read(many("c", 5)).fuse);
}

TEST(Fuse, BlowsForFewItemsWhereAllTheirTitlesAreOld) {
  Reader reader;
  const auto under = [](const std::string& prefix) {
    return std::vector<Item>{item(prefix + "1", "Librarian", today),
                             item(prefix + "2", "Lifeguard", today),
                             item(prefix + "3", "Cook", today)};
  };
  reader.knows(under("a"));
  std::vector<Item> later = under("b");
  for (Item& one : later) one.published = from_iso8601("2026-03-02T08:00:00Z");
  const Fresh fresh = reader.read(later);
  EXPECT_TRUE(fresh.fuse);
  for (const FreshItem& one : fresh.items) EXPECT_EQ(one.hold, fuse_reason);
}

TEST(Fuse, HasNoSayTheFirstTime) {
  Reader reader;
  reader.first_time = true;
  const Fresh fresh = reader.read(many("a", 30));
  EXPECT_FALSE(fresh.fuse);
  EXPECT_TRUE(fresh.items.empty());
}

TEST(Fuse, GuardsAnImportedFeedToo) {
  Reader reader;
  reader.config.fuse = {50, 10};
  reader.first_time = true;
  reader.memory = {"guid:b0"};
  EXPECT_TRUE(reader.read(many("b", 12)).fuse);
}

}  // namespace
}  // namespace crier
