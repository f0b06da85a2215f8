#include "compose/shorten.h"

#include <gtest/gtest.h>

#include <string>

#include "compose/measure.h"
#include "core/utf8.h"

namespace crier {
namespace {

std::string shortened(std::string_view text, std::size_t limit, TextRules rules = {}) {
  rules.limit = limit;
  return shorten(text, [&](const std::string& part) { return measure(part, rules) <= rules.limit; })
      .value_or("nothing");
}

TEST(Shorten, CutsBetweenWords) {
  EXPECT_EQ(shortened("Road closed for resurfacing", 12), "Road closed…");
  EXPECT_EQ(shortened("Road closed for resurfacing", 11), "Road…");
  EXPECT_EQ(shortened("Road closed for resurfacing", 26), "Road closed for…");
}

TEST(Shorten, CutsInsideAWordOnlyWhereLittleElseWouldBeLeft) {
  const std::string word = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch";
  EXPECT_EQ(shortened("Ger " + word, 50), "Ger Llanfairpwllgwyngyllgogerychwyrndrobwllllanty…");
  EXPECT_EQ(shortened("Mae'r orsaf ar gau yn " + word, 50), "Mae'r orsaf ar gau yn…");
}

TEST(Shorten, TakesOffWhatLooksUnfinished) {
  EXPECT_EQ(shortened("Road closed, for resurfacing", 14), "Road closed…");
  EXPECT_EQ(shortened("Road closed – for resurfacing", 16), "Road closed…");
  EXPECT_EQ(shortened("Road closed. For resurfacing", 16), "Road closed…");
}

TEST(Shorten, CutsAWordWithoutEndBetweenCharacters) {
  EXPECT_EQ(shortened("Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch", 15),
            "Llanfairpwllgw…");
}

TEST(Shorten, CutsChineseBetweenCharacters) {
  EXPECT_EQ(shortened("市议会将于星期二举行公众咨询会议", 8), "市议会将于星期…");
}

TEST(Shorten, NeverCutsInsideWhatIsSeenAsOneCharacter) {
  EXPECT_EQ(
      shortened("👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", 3),
      "👨‍👩‍👧👨‍👩‍👧…");
  EXPECT_EQ(
      shortened("👨‍👩‍👧👨‍👩‍👧", 30, {TextRules::Unit::bytes, 0, {}, false}),
      "👨‍👩‍👧…");
  EXPECT_EQ(shortened("e\u0301e\u0301e\u0301", 2), "e\u0301…");
}

TEST(Shorten, KeepsALinkWholeOrLeavesItOut) {
  EXPECT_EQ(shortened("See https://www.example.gov.uk/roads for more", 40),
            "See https://www.example.gov.uk/roads …");
  EXPECT_EQ(shortened("See https://www.example.gov.uk/roads for more", 30), "See…");
  EXPECT_EQ(shortened("https://www.example.gov.uk/roads for more", 30), "nothing");
}

TEST(Shorten, GivesNothingWhereNotEvenOneCharacterFits) {
  EXPECT_EQ(shortened("Road", 1), "nothing");
  EXPECT_EQ(shortened("Road", 0), "nothing");
  EXPECT_EQ(shortened("", 10), "nothing");
  EXPECT_EQ(shortened("....... -- ....", 5), "nothing");
}

TEST(Shorten, IsQuickWithDotsWithoutEnd) {
  EXPECT_EQ(shortened(std::string(20'000, '.') + "x", 500), "nothing");
}

}  // namespace
}  // namespace crier
