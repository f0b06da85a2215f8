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

}  // namespace
}  // namespace crier
