#include "feed/identity.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace crier {
namespace {

Item item(std::optional<std::string> guid, std::string link, std::string title) {
  Item out;
  out.guid = std::move(guid);
  out.link = std::move(link);
  out.title.value = std::move(title);
  return out;
}

TEST(Identity, ClimbsFromGuidToLinkToTitle) {
  const auto names =
      identify({item("22320 at http://www.example.gov.uk", "https://e.gov.uk/a", "A"),
                item(std::nullopt, "https://e.gov.uk/b", "B"), item(std::nullopt, "", "C"),
                item("  ", "", "D")});
  EXPECT_EQ(names[0].chosen, "guid:22320 at http://www.example.gov.uk");
  EXPECT_EQ(names[1].chosen, "link:e.gov.uk/b");
  EXPECT_EQ(names[2].chosen.rfind("title:", 0), 0U);
  EXPECT_EQ(names[3].chosen.rfind("title:", 0), 0U);
}

TEST(Identity, RemembersTheLowerRungsToo) {
  const auto names = identify({item("g", "https://e.gov.uk/a", "A")});
  ASSERT_EQ(names[0].names.size(), 3U);
  EXPECT_EQ(names[0].names[0], names[0].chosen);
  EXPECT_EQ(names[0].names[1], "link:e.gov.uk/a");
}

TEST(Identity, TakesNoNameThatTwoItemsShare) {
  const auto names =
      identify({item("same", "https://e.gov.uk/a", "A"), item("same", "https://e.gov.uk/b", "B"),
                item("same", "https://e.gov.uk/b", "C")});
  EXPECT_EQ(names[0].chosen, "link:e.gov.uk/a");
  EXPECT_EQ(names[1].chosen.rfind("title:", 0), 0U);
  EXPECT_NE(names[1].chosen, names[2].chosen);
  for (const auto& each : names) {
    EXPECT_EQ(std::count(each.names.begin(), each.names.end(), "guid:same"), 0);
  }
}

TEST(Identity, TakesAnItemGivenTwiceForOne) {
  const auto names =
      identify({item("g", "https://e.gov.uk/a", "A"), item("g", "https://e.gov.uk/a", "A")});
  EXPECT_EQ(names[0].chosen, "guid:g");
  EXPECT_EQ(names[1].chosen, "guid:g");
}

TEST(Identity, TellsTwoOfOneTitleApartByDate) {
  auto first = item(std::nullopt, "", "Council meeting");
  auto second = first;
  first.published = SysTime{std::chrono::seconds{1}};
  second.published = SysTime{std::chrono::seconds{2}};
  const auto names = identify({first, second});
  EXPECT_NE(names[0].chosen, names[1].chosen);
}

TEST(Identity, KnowsAnItemByItsTextWhenThereIsNothingElse) {
  Item only_text;
  only_text.summary.value = "Only description";
  const auto names = identify({only_text, Item()});
  EXPECT_EQ(names[0].chosen.rfind("text:", 0), 0U);
  EXPECT_EQ(names[1].chosen, "");
  EXPECT_TRUE(names[1].names.empty());
}

TEST(NormalisedLink, IsOneForAllSpellingsOfAnAddress) {
  const std::string want = "example.gov.uk/news/a?id=7";
  for (const char* link :
       {"https://www.example.gov.uk/news/a?id=7", "http://example.gov.uk/news/a/?id=7",
        "https://EXAMPLE.gov.uk:443/news/a?utm_source=rss&id=7&utm_medium=feed",
        "http://www.example.gov.uk:80/news/a?id=7"}) {
    EXPECT_EQ(normalised_link(link), want) << link;
  }
  EXPECT_EQ(normalised_link("https://example.gov.uk"), normalised_link("http://example.gov.uk/"));
}

// Weather warnings differ in nothing but what follows the hash.
TEST(NormalisedLink, KeepsTheFragment) {
  EXPECT_NE(normalised_link("https://weather.example/warnings#id=1"),
            normalised_link("https://weather.example/warnings#id=2"));
}

TEST(NormalisedLink, KeepsTheCaseOfThePath) {
  EXPECT_NE(normalised_link("https://example.gov.uk/A"),
            normalised_link("https://example.gov.uk/a"));
}

}  // namespace
}  // namespace crier
