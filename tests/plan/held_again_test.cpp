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

TEST(HeldAgain, IsWhatHasTheSameGuidOrLinkOrTitleAndLeftTheFeed) {
  const Item before = item("1", "https://a.example/1", "Clerk");
  const Names itself{"1 Clerk"};
  EXPECT_EQ(replaced({before}, {coming(item("2", "https://a.example/2", "Clerk"))}), itself);
  EXPECT_EQ(replaced({before}, {coming(item("2", "https://a.example/1", "Cook"))}), itself);
  EXPECT_EQ(replaced({before}, {coming(item("1", "https://a.example/2", "Cook"))}), itself);
  EXPECT_EQ(replaced({before}, {coming(item("2", "https://a.example/2", "Cook"))}), Names{});
}

TEST(HeldAgain, IsNothingThatIsStillInTheFeed) {
  const Item before = item("1", "https://a.example/1", "Clerk");
  EXPECT_EQ(replaced({before}, {coming(item("2", "https://a.example/2", "Clerk"))}, {before}),
            Names{});
  Item edited = before;
  edited.title.value = "Clerk, part time";
  EXPECT_EQ(replaced({before}, {coming(item("2", "https://a.example/2", "Clerk"))}, {edited}),
            Names{});
}

TEST(HeldAgain, IsToldByNoNameThatSeveralHave) {
  const Item one = item("1", "https://a.example/alerts", "Road closed");
  const Item two = item("2", "https://a.example/alerts", "Ice");
  EXPECT_EQ(replaced({one, two}, {coming(item("3", "https://a.example/alerts", "Flood"))}), Names{})
      << "one page for all";
  EXPECT_EQ(replaced({one}, {coming(item("3", "https://a.example/alerts", "Flood")),
                             coming(item("4", "https://a.example/alerts", "Storm"))}),
            Names{});
}

TEST(HeldAgain, IsNothingOfAnItemThatIsNotHeld) {
  FreshItem news = coming(item("2", "https://a.example/2", "Clerk"));
  news.hold.clear();
  EXPECT_EQ(replaced({item("1", "https://a.example/1", "Clerk")}, {news}), Names{});
}

TEST(HeldAgain, IsAnItemWithoutGuidWhoseTitleChanged) {
  EXPECT_EQ(replaced({item("", "https://a.example/1", "Three warnings")},
                     {coming(item("", "https://a.example/1", "Four warnings"))}),
            Names{"https://a.example/1 Three warnings"});
}

}  // namespace
}  // namespace crier
