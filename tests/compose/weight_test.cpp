#include <gtest/gtest.h>

#include <string>

#include "compose/measure.h"

namespace crier {
namespace {

constexpr TextRules x{TextRules::Unit::weighted, 280, 23, false, TextRules::Entities::x, 0};
constexpr TextRules bluesky{
    TextRules::Unit::graphemes, 300, std::nullopt, false, TextRules::Entities::bluesky, 3000,
    TextRules::Mentions::inert, true};

TEST(Weight, IsOneForLatinAndItsLikeAndTwoForTheRest) {
  EXPECT_EQ(measure("Tŷ Cyngor – “£1”", x), 16U);
  EXPECT_EQ(measure("…€•→", x), 8U);
  EXPECT_EQ(measure("市议会", x), 6U);
  EXPECT_EQ(measure("한국", x), 4U);
  EXPECT_EQ(measure("", x), 0U);
}

TEST(Weight, IsOfTheComposedForm) {
  EXPECT_EQ(measure("e\u0301", x), 1U);
  EXPECT_EQ(measure("\u1112\u1161\u11AB", x), 2U);
}

TEST(Weight, OfALinkIs23) {
  EXPECT_EQ(measure("https://a.uk", x), 23U);
  EXPECT_EQ(measure("gov.uk", x), 23U);
  EXPECT_EQ(measure("Go: https://a.uk/" + std::string(3000, 'a') + ".", x), 28U);
  EXPECT_EQ(measure("http://localhost/", x), 17U);
}

TEST(Weight, OfAnEmojiIsTwoHoweverManyItIsMadeOf) {
  for (const char* emoji :
       {"😀", "❤️", "👍🏽", "👨‍👩‍👧‍👦", "👩🏿‍🚒", "🏳️‍🌈",
        "🏴󠁧󠁢󠁷󠁬󠁳󠁿", "🇬🇧", "1️⃣", "⛹️‍♀️", "🏃🏾‍♀️",
        "©️", "☝️"}) {
    EXPECT_EQ(measure(emoji, x), 2U) << emoji;
  }
  EXPECT_EQ(measure("©", x), 1U);
  EXPECT_EQ(measure("☺︎", x), 4U);
  EXPECT_EQ(measure("🇬", x), 2U);
  EXPECT_EQ(measure("🇽🇽", x), 4U);
}

TEST(Weight, OfAnEmojiThatXDoesNotKnowYetIsThatOfItsParts) {
  EXPECT_EQ(measure("❤️‍🔥", x), 5U);
}

TEST(Fits, NotWhereXRefusesACharacter) {
  EXPECT_TRUE(fits("Bins", x));
  EXPECT_FALSE(fits("Bins\uFEFF", x));
  EXPECT_FALSE(fits("Bins\uFFFE", x));
  EXPECT_FALSE(fits("Bins\uFFFF", x));
}

TEST(Fits, ToTheLastCharacter) {
  EXPECT_TRUE(fits(std::string(280, 'a'), x));
  EXPECT_FALSE(fits(std::string(281, 'a'), x));
  EXPECT_TRUE(fits(std::string(300, 'a'), bluesky));
  EXPECT_FALSE(fits(std::string(301, 'a'), bluesky));
}

TEST(Fits, NotOverTheBytesOnBlueskyHoweverFewTheCharacters) {
  std::string families;
  for (int i = 0; i < 121; ++i) families += "👨‍👩‍👧‍👦";  // 25 bytes each
  EXPECT_EQ(measure(families, bluesky), 121U);
  EXPECT_FALSE(fits(families, bluesky));
  EXPECT_TRUE(fits(families.substr(25), bluesky));
}

TEST(Graphemes, OfAConjunctAreOneOnBluesky) {
  const std::string word = "क्षेत्र";
  EXPECT_EQ(measure(word, bluesky), 2U);
  EXPECT_EQ(measure(word, {TextRules::Unit::graphemes, 500, 23, true}), 4U);
  EXPECT_EQ(measure("क्\u200Cष", bluesky), 2U);
}

}  // namespace
}  // namespace crier
