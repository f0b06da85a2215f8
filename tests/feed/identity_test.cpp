#include "feed/identity.h"

#include <gtest/gtest.h>

namespace crier {
namespace {

Item item(std::optional<std::string> guid, std::string link, std::string title,
          const char* published = nullptr) {
  Item out;
  out.guid = std::move(guid);
  out.link = std::move(link);
  out.title.value = std::move(title);
  if (published != nullptr) out.published = from_iso8601(published);
  return out;
}

std::string name(const Item& one, Rung rung) { return identify({one})[0][rung]; }

TEST(Identity, ClimbsFromGuidToLinkToDatedTitleToText) {
  const auto names =
      identify({item("22320", "https://e.gov.uk/a", "A"), item({}, "https://e.gov.uk/b", "B"),
                item({}, "", "C", "2026-03-02T09:00:00Z"), item("  ", "", "D")});
  EXPECT_EQ(names[0].best(), "guid:22320");
  EXPECT_EQ(names[1].best(), "link:e.gov.uk/b");
  EXPECT_EQ(names[2].best(), "dated:2026-03-02T09:00:00Z C");
  EXPECT_TRUE(names[3].best().starts_with("text:"));
}

TEST(Identity, HasANameOnEveryRungThatTheItemCanClimb) {
  const auto names = identify({item("7 at http://www.e.gov.uk", "https://e.gov.uk/a",
                                    "24/01234/FUL: 1 High Street", "2026-03-02T09:00:00Z")})[0];
  EXPECT_EQ(names[Rung::guid], "guid:7 at e.gov.uk");
  EXPECT_EQ(names[Rung::link], "link:e.gov.uk/a");
  EXPECT_EQ(names[Rung::title], "title:24/01234/FUL: 1 High Street");
  EXPECT_EQ(names[Rung::dated], "dated:2026-03-02T09:00:00Z 24/01234/FUL: 1 High Street");
  EXPECT_EQ(names[Rung::reference], "ref:24/01234/FUL");
  EXPECT_EQ(names[Rung::node], "node:7 at");
  EXPECT_FALSE(names.has(Rung::text));
}

TEST(Identity, KnowsAGuidAgainAfterAMoveToHttpsOrFromWww) {
  const std::string want = name(item("22320 at http://www.example.gov.uk", "", "A"), Rung::guid);
  for (const char* guid :
       {"22320 at https://www.example.gov.uk", "22320 at https://example.gov.uk",
        "22320 at https://example.gov.uk:443/", " 22320 at HTTPS://Example.gov.uk\n"}) {
    EXPECT_EQ(name(item(guid, "", "A"), Rung::guid), want) << guid;
  }
  EXPECT_NE(name(item("22321 at http://www.example.gov.uk", "", "A"), Rung::guid), want);
}

TEST(Identity, KeepsTheNumberOfAGuidWhenTheHostChanges) {
  EXPECT_EQ(name(item("22320 at http://old.gov.uk", "", "A"), Rung::node),
            name(item("22320 at https://new.gov.uk", "", "A"), Rung::node));
  EXPECT_EQ(name(item("https://old.gov.uk/node/7", "", "A"), Rung::node), "node:/node/7");
  EXPECT_EQ(name(item("job-1", "", "A"), Rung::node), "");
  EXPECT_EQ(name(item("news of http://old.gov.uk", "", "A"), Rung::node), "")
      << "nothing of the item itself is left";
}

TEST(Identity, TakesAGuidThatIsAnAddressForALink) {
  const auto names = identify({item("http://www.e.gov.uk/a/", "https://e.gov.uk/a", "A")})[0];
  EXPECT_EQ(names[Rung::guid], "link:e.gov.uk/a");
  EXPECT_FALSE(names.has(Rung::link)) << "it says the same";
}

TEST(Identity, TakesNoNameThatTwoItemsShare) {
  const auto names =
      identify({item("same", "https://e.gov.uk/a", "A"), item("same", "https://e.gov.uk/b", "B"),
                item("same", "https://e.gov.uk/b", "C")});
  EXPECT_EQ(names[0].best(), "link:e.gov.uk/a");
  EXPECT_TRUE(names[1].best().starts_with("text:"));
  EXPECT_NE(names[1].best(), names[2].best());
  for (const ItemNames& each : names) EXPECT_FALSE(each.has(Rung::guid));
}

TEST(Identity, KeepsATitleThatTwoItemsShareAsEvidence) {
  const auto names = identify(
      {item("1", "https://e.gov.uk/1", "Storytime"), item("2", "https://e.gov.uk/2", "Storytime")});
  EXPECT_TRUE(names[0].has(Rung::title));
  EXPECT_TRUE(names[0].shares_title);
}

TEST(Identity, TakesAnItemGivenTwiceForOne) {
  const auto names =
      identify({item("g", "https://e.gov.uk/a", "A"), item("g", "https://e.gov.uk/a", "A")});
  EXPECT_EQ(names[0].best(), "guid:g");
  EXPECT_EQ(names[1].best(), "guid:g");
}

TEST(Identity, TellsTwoOfOneTitleApartByDate) {
  const auto names = identify({item({}, "", "Council meeting", "2026-03-02T09:00:00Z"),
                               item({}, "", "Council meeting", "2026-04-02T09:00:00Z")});
  EXPECT_NE(names[0].best(), names[1].best());
}

TEST(Identity, TellsTwoOfOneTitleAndAddressApartByTheirText) {
  Item first = item({}, "https://weather.example/", "Yellow warning of wind");
  first.summary.value = "valid from 1500 Tue";
  Item second = first;
  second.summary.value = "valid from 0600 Thu";
  const auto names = identify({first, second});
  EXPECT_NE(names[0].best(), names[1].best());
}

TEST(Identity, DoesNotSeeWhiteSpaceInTitles) {
  const Item neat = item("1", "", "Bin day changes", "2026-03-02T09:00:00Z");
  const Item untidy = item("1", "", "\n  Bin day\tchanges ", "2026-03-02T09:00:00Z");
  EXPECT_EQ(name(neat, Rung::title), name(untidy, Rung::title));
  EXPECT_EQ(name(neat, Rung::dated), name(untidy, Rung::dated));
  EXPECT_NE(name(neat, Rung::title), name(item("1", "", "Bin Day changes"), Rung::title));
}

TEST(Identity, KnowsAnItemByItsTextWhenThereIsNothingElse) {
  Item only_text;
  only_text.summary.value = "Only description";
  const auto names = identify({only_text, Item()});
  EXPECT_TRUE(names[0].best().starts_with("text:"));
  EXPECT_EQ(names[1].best(), "");
}

TEST(Identity, KnowsAnItemByTextAndDateWhenThereIsNothingElse) {
  Item first, second;
  first.summary.value = "Flood warning in force";
  first.published = from_iso8601("2026-03-02T09:00:00Z");
  second = first;
  second.published = from_iso8601("2026-03-09T09:00:00Z");
  const auto names = identify({first, second});
  EXPECT_TRUE(names[0].best().starts_with("dated:2026-03-02T09:00:00Z "));
  EXPECT_NE(names[0].best(), names[1].best());
}

TEST(Identity, NamesTheLongestWordsOfATitleUnderItsDate) {
  const auto names = word_names(
      item("1", "", "12 places left: Swimming for the over 60s, at 9", "2026-03-02T09:08:07Z"));
  EXPECT_EQ(names, (std::vector<std::string>{
                       "word:2026-03-02T09:08:07Z swimming", "word:2026-03-02T09:08:07Z places",
                       "word:2026-03-02T09:08:07Z left", "word:2026-03-02T09:08:07Z over",
                       "word:2026-03-02T09:08:07Z 60s", "word:2026-03-02T09:08:07Z for",
                       "word:2026-03-02T09:08:07Z the"}));
  EXPECT_TRUE(word_names(item("1", "", "Swimming")).empty()) << "without a date they say nothing";
}

TEST(Identity, KeepsADateThatTwoItemsShareAsEvidence) {
  const auto names = identify({item("1", "https://e.gov.uk/1", "A", "2026-03-02T09:00:00Z"),
                               item("2", "https://e.gov.uk/2", "B", "2026-03-02T09:00:00Z")});
  EXPECT_TRUE(names[0].has(Rung::stamp));
  EXPECT_TRUE(names[0].shares_stamp);
}

TEST(Identity, HasANameThatNoOtherItemHas) {
  const Item one = item("1", "https://e.gov.uk/1", "A", "2026-03-02T09:00:00Z");
  Item other = one;
  EXPECT_EQ(whole_name(one), whole_name(other));
  other.summary.value = "text";
  EXPECT_NE(whole_name(one), whole_name(other));
}

TEST(Identity, SaysWhatIsOddAboutTheNamesOfAFeed) {
  Item nameless, text;
  text.summary.value = "Flood warning in force";
  std::vector<std::string> codes;
  for (const Warning& each :
       odd_names({nameless, text, item("same", "https://e.gov.uk/a", "A"),
                  item("same", "https://e.gov.uk/b", "B"), item({}, "https://e.gov.uk/c", "C"),
                  item({}, "https://e.gov.uk/c", "D")})) {
    codes.push_back(each.code);
  }
  EXPECT_EQ(codes, (std::vector<std::string>{"no-names", "text-only", "same-guid", "same-link"}));
  EXPECT_TRUE(odd_names({item("1", "https://e.gov.uk/a", "A")}).empty());
}

TEST(Identity, FindsAnItemUnderWhatAnotherProgramKeptOfIt) {
  for (const char* id : {"http://www.e.gov.uk/jobs/7", "job-7", "7 at http://www.e.gov.uk"}) {
    EXPECT_EQ(names_of_id(id).at(0), name(item(id, "", "A"), Rung::guid)) << id;
  }
  EXPECT_EQ(names_of_id("https://e.gov.uk/jobs/7"),
            std::vector{name(item({}, "http://www.e.gov.uk/jobs/7", "A"), Rung::link)});
  EXPECT_EQ(names_of_id("7 at http://www.e.gov.uk").size(), 2U);
  EXPECT_TRUE(names_of_id(" \r\n").empty());
}

TEST(Identity, TakesEveryOddIdForSomething) {
  for (const char* id :
       {"://", "http://", "https://?", "http://:80", "at http://", "x://y", "7 at ://",
        "http://http://e.gov.uk/7", "#", "/", "?", "\xC3\xA9 at http://\xC3\xA9.example/7"}) {
    ASSERT_FALSE(names_of_id(id).empty()) << id;
    EXPECT_NE(names_of_id(id)[0], "") << id;
    (void)identify({item(id, id, id)});
  }
}

TEST(NormalisedLink, IsOneForAllSpellingsOfAnAddress) {
  const std::string want = "example.gov.uk/news/a?id=7";
  for (const char* link :
       {"https://www.example.gov.uk/news/a?id=7", "http://example.gov.uk/news/a/?id=7",
        "https://EXAMPLE.gov.uk:443/news/a?utm_source=rss&id=7&utm_medium=feed",
        "http://www.example.gov.uk:80/news/a?id=7", "https://example.gov.uk/news/a?&id=7&"}) {
    EXPECT_EQ(normalised_link(link), want) << link;
  }
  EXPECT_EQ(normalised_link("https://example.gov.uk"), normalised_link("http://example.gov.uk/"));
}

TEST(NormalisedLink, ForgetsTheVisitAndHowTheReaderCame) {
  const std::string want = "example.gov.uk/news?id=7";
  for (const char* link : {"https://example.gov.uk/news?PHPSESSID=ab12&id=7",
                           "https://example.gov.uk/news?id=7&fbclid=x",
                           "https://example.gov.uk/news;jsessionid=0A1B?id=7",
                           "https://example.gov.uk/news?id=7&JSESSIONID=1",
                           "https://example.gov.uk/news?CFID=1&CFTOKEN=2&id=7",
                           "https://example.gov.uk/news?gclid=x&id=7",
                           "https://example.gov.uk/news?mc_cid=1&mc_eid=2&id=7",
                           "https://example.gov.uk/news?ASPSESSIONIDQQBCQR=X&id=7",
                           "https://example.gov.uk/news?sid=0123456789abcdef0123&id=7"}) {
    EXPECT_EQ(normalised_link(link), want) << link;
  }
}

TEST(NormalisedLink, KeepsWhatMayTellTwoPagesApart) {
  for (const char* link : {"example.gov.uk/story?sid=7", "example.gov.uk/index.html",
                           "example.gov.uk/Default.aspx", "example.gov.uk/a;b=1"}) {
    EXPECT_EQ(normalised_link("https://" + std::string(link)), link);
  }
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
