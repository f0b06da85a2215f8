#include "compose/measure.h"

#include <gtest/gtest.h>

#include <string>

namespace crier {
namespace {

constexpr TextRules plain{};
constexpr TextRules mastodon{TextRules::Unit::graphemes, 500, 23, true};

TEST(Measure, CountsInTheUnitOfTheNetwork) {
  const std::string family = "👨‍👩‍👧";
  EXPECT_EQ(measure(family, {TextRules::Unit::graphemes, 500, {}, false}), 1U);
  EXPECT_EQ(measure(family, {TextRules::Unit::code_points, 500, {}, false}), 5U);
  EXPECT_EQ(measure(family, {TextRules::Unit::bytes, 500, {}, false}), 18U);
  EXPECT_EQ(measure("", plain), 0U);
}

TEST(Measure, CountsALinkByItsWeightHoweverLong) {
  EXPECT_EQ(measure("https://a.uk", mastodon), 23U);
  EXPECT_EQ(measure("Go: https://example.gov.uk/" + std::string(400, 'a') + ".", mastodon),
            4U + 23U + 1U);
  EXPECT_EQ(measure("https://a.uk https://b.uk", mastodon), 47U);
}

TEST(Measure, CountsALinkInFullWhereTheNetworkHasNoWeight) {
  EXPECT_EQ(measure("https://a.uk", plain), 12U);
}

TEST(Measure, CountsWhatIsNoLinkToTheNetworkInFull) {
  EXPECT_EQ(measure("http://127.0.0.1:8000/" + std::string(400, 'a'), mastodon), 422U);
}

TEST(Measure, CountsARemoteMentionAsItsUserName) {
  EXPECT_EQ(measure("@jobs@social.example.gov.uk", mastodon), 5U);
  EXPECT_EQ(measure("hi @jobs@social.example.gov.uk!", mastodon), 9U);
  EXPECT_EQ(measure("@jobs @town.hall@a.uk.", mastodon), 5U + 1U + 10U + 1U);
  EXPECT_EQ(measure("@jobs@social.example.gov.uk", plain), 27U);
}

TEST(Measure, CountsAnAddressThatIsNoMentionInFull) {
  EXPECT_EQ(measure("jobs@example.gov.uk", mastodon), 19U);
  EXPECT_EQ(measure("@@a.uk @ @", mastodon), 10U);
  EXPECT_EQ(measure("@jobs@", mastodon), 6U);
  EXPECT_EQ(measure("https://a.uk/@jobs@b.uk", {TextRules::Unit::graphemes, 500, {}, true}), 23U);
}

TEST(Measure, CountsAnAccentBehindALinkWithItsLetter) {
  EXPECT_EQ(measure("https://a.uk)\u0301", mastodon), 24U);
}

TEST(Measure, CountsAnEmojiByItsBytesWhereTheNetworkDoes) {
  constexpr TextRules threads{
      TextRules::Unit::code_points_emoji_bytes, 500, {}, false, TextRules::Entities::none};
  EXPECT_EQ(measure("Caf\xC3\xA9 Gwynedd", threads), 12U) << "a letter is one, whatever its bytes";
  EXPECT_EQ(measure("🚧", threads), 4U);
  EXPECT_EQ(measure("Road 🚧 closed", threads), 16U);
  EXPECT_EQ(measure("👨‍👩‍👧", threads), 18U) << "with what joins them";
  EXPECT_EQ(measure("⚠️", threads), 6U) << "with its variation selector";
  EXPECT_EQ(measure("日本語 ŵ", threads), 5U);
  EXPECT_EQ(measure("https://www.example.gov.uk/a", threads), 28U) << "a link is as long as it is";
  EXPECT_EQ(measure("", threads), 0U);
  EXPECT_TRUE(fits(std::string(500, 'a'), threads));
  EXPECT_FALSE(fits(std::string(498, 'a') + "🚧", threads));
}

}  // namespace
}  // namespace crier
