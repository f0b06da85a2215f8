#include "plan/held_again.h"

#include <gtest/gtest.h>

#include "plan/fresh.h"

namespace crier {
namespace {

Item item(const std::string& guid, const std::string& link, const std::string& title) {
  Item made;
  if (!guid.empty()) made.guid = guid;
  made.link = link;
  made.title = {title, Text::Kind::plain};
  return made;
}

FreshItem coming(const Item& item) {
  FreshItem fresh;
  fresh.item = item;
  fresh.hold = "a person must look";
  return fresh;
}

/// What of `before` gives way to each of `fresh`, where `others` are in the feed as well.
std::vector<std::string> replaced(const std::vector<Item>& before, std::vector<FreshItem> fresh,
                                  const std::vector<Item>& others = {}) {
  std::vector<Delivery> held;
  for (const Item& one : before) {
    Delivery& delivery = held.emplace_back();
    delivery.id = {display_id(one) + " " + one.title.value};
    delivery.account = {"town-hall"};
    delivery.item_id = display_id(one);
    delivery.item_link = one.link;
    delivery.item_title = one.title.value;
    delivery.item_date = one.published;
  }
  find_held_again(fresh, others, held);
  std::vector<std::string> all;
  for (const FreshItem& one : fresh) {
    for (const HeldVersion& version : one.replaces) {
      EXPECT_EQ(version.account.value, "town-hall");
      all.push_back(version.delivery.value);
    }
  }
  return all;
}

using Names = std::vector<std::string>;

TEST(HeldAgain, IsWhatHasTwoOfGuidAndLinkAndTitleInCommonAndLeftTheFeed) {
  const Item before = item("1", "https://a.example/1", "Clerk");
  const Names itself{"1 Clerk"};
  EXPECT_EQ(replaced({before}, {coming(item("2", "https://a.example/1", "Clerk"))}), itself);
  EXPECT_EQ(replaced({before}, {coming(item("1", "https://a.example/2", "Clerk"))}), itself);
  EXPECT_EQ(replaced({before}, {coming(item("1", "https://a.example/1", "Cook"))}), itself);
}

TEST(HeldAgain, IsNothingThatHasButOneOfThemInCommon) {
  Item before = item("1", "https://a.example/1", "Severe weather warning");
  before.published = SysTime{std::chrono::hours{24}};
  EXPECT_EQ(
      replaced({before}, {coming(item("2", "https://a.example/2", "Severe weather warning"))}),
      Names{})
      << "a title that comes again";
  EXPECT_EQ(replaced({before}, {coming(item("2", "https://a.example/1", "Cook"))}), Names{})
      << "one page for all";
  EXPECT_EQ(replaced({before}, {coming(item("1", "https://a.example/2", "Cook"))}), Names{})
      << "a guid that is used again";
  const Item road = item("", "https://a.example/alerts", "Road closed: Mill Lane");
  const Item school = item("", "https://a.example/alerts", "School closed: Abbey");
  EXPECT_EQ(replaced({road}, {coming(school)}), Names{}) << "without guids";
}

TEST(HeldAgain, IsTheSameTitleUnderTheSameDate) {
  Item before = item("1", "https://a.example/?token=8", "Clerk");
  before.published = SysTime{std::chrono::hours{24}};
  Item again = item("2", "https://a.example/?token=9", "Clerk");
  again.published = before.published;
  EXPECT_EQ(replaced({before}, {coming(again)}), Names{"1 Clerk"});
  again.published = SysTime{std::chrono::hours{48}};
  EXPECT_EQ(replaced({before}, {coming(again)}), Names{});
  EXPECT_EQ(replaced({item("", "https://a.example/?token=8", "Cook")},
                     {coming(item("", "https://a.example/?token=9", "Cook"))}),
            Names{"https://a.example/?token=8 Cook"})
      << "without guids and dates";
}

TEST(HeldAgain, IsNothingThatIsStillInTheFeed) {
  const Item before = item("1", "https://a.example/1", "Clerk");
  EXPECT_EQ(replaced({before}, {coming(item("2", "https://a.example/1", "Clerk"))}, {before}),
            Names{});
  Item edited = before;
  edited.title.value = "Clerk, part time";
  EXPECT_EQ(replaced({before}, {coming(item("2", "https://a.example/1", "Clerk"))}, {edited}),
            Names{});
  const Item plain = item("", "", "Bins & recycling");
  Item in_feed = item("", "", "Bins &amp; recycling");
  in_feed.title.kind = Text::Kind::html;
  EXPECT_EQ(replaced({plain}, {coming(plain)}, {in_feed}), Names{})
      << "the feed's title has markup, and the ledger's has none";
}

TEST(HeldAgain, IsToldByNoNamesThatSeveralHave) {
  const Item one = item("1", "https://a.example/alerts", "Flood");
  const Item two = item("2", "https://a.example/alerts", "Flood");
  EXPECT_EQ(replaced({one, two}, {coming(item("3", "https://a.example/alerts", "Flood"))}),
            Names{});
  EXPECT_EQ(replaced({one}, {coming(item("3", "https://a.example/alerts", "Flood")),
                             coming(item("4", "https://a.example/alerts", "Flood"))}),
            Names{});
}

TEST(HeldAgain, IsNothingOfAnItemThatIsNotHeld) {
  FreshItem news = coming(item("2", "https://a.example/2", "Clerk"));
  news.hold.clear();
  EXPECT_EQ(replaced({item("1", "https://a.example/2", "Clerk")}, {news}), Names{});
}

}  // namespace
}  // namespace crier
