#include <gtest/gtest.h>

#include "compose/entities_of.h"

namespace crier {
namespace {

using Strings = std::vector<std::string>;
constexpr auto bluesky = TextRules::Entities::bluesky;

Strings urls(std::string_view text) { return values_of(text, bluesky, Entity::Kind::url); }
Strings tags(std::string_view text) { return values_of(text, bluesky, Entity::Kind::hashtag); }
Strings mentions(std::string_view text) { return values_of(text, bluesky, Entity::Kind::mention); }

TEST(BlueskyLinks, GetASchemeWhereTheyHaveNone) {
  EXPECT_EQ(urls("see gov.uk/jobs or (https://a.uk)"),
            (Strings{"https://gov.uk/jobs", "https://a.uk"}));
  EXPECT_EQ(urls("minutes.docx a-b.uk"), Strings{});
}

TEST(BlueskyLinks, StandBehindASpaceOrABracketOnly) {
  EXPECT_EQ(urls("“https://a.uk” x/https://b.uk"), Strings{});
  EXPECT_EQ(urls("https://a.uk\nhttps://b.uk"), (Strings{"https://a.uk", "https://b.uk"}));
}

TEST(BlueskyLinks, LoseOneSignOfPunctuationAndAnUnopenedBracket) {
  EXPECT_EQ(
      urls("https://a.uk/b. https://a.uk/c... https://a.uk/d), https://a.uk/e_(f)"),
      (Strings{"https://a.uk/b", "https://a.uk/c..", "https://a.uk/d", "https://a.uk/e_(f)"}));
}

TEST(BlueskyLinks, MayHaveAnyHostBehindAScheme) {
  EXPECT_EQ(urls("http://localhost:3000 http://x"), (Strings{"http://localhost:3000", "http://x"}));
}

TEST(BlueskyLinks, AreKnownBySmallLetters) { EXPECT_EQ(urls("HTTPS://A.UK A.UK"), Strings{}); }

TEST(BlueskyTags, StandBehindASpaceAndLosePunctuationAtTheirEnd) {
  EXPECT_EQ(tags("#jobs, #park-life! (#no) a#no ＃wide #2024 #a😀"),
            (Strings{"jobs", "park-life", "wide", "a😀"}));
}

TEST(BlueskyTags, AreNotLongerThan64Characters) {
  std::string flags;
  for (int i = 0; i < 64; ++i) flags += "🇬🇧";
  EXPECT_EQ(tags("#" + flags), Strings{flags});
  EXPECT_EQ(tags("#x" + flags), Strings{});
}

TEST(BlueskyTags, MayBeginWithADollarSign) {
  EXPECT_EQ(tags("$tsla ($GBP) $100 $toolong a$b"), (Strings{"$TSLA", "$GBP"}));
}

TEST(BlueskyMentions, NameADomain) {
  EXPECT_EQ(mentions("@council.bsky.social, (@gov.uk) @council @a.test x@gov.uk"),
            (Strings{"council.bsky.social", "gov.uk", "a.test"}));
}

TEST(BlueskyEntities, TellWhereTheyStandInBytes) {
  const auto found = find_entities("ŵyl #ŵyl", bluesky);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].begin, 5U);
  EXPECT_EQ(found[0].end, 10U);
}

}  // namespace
}  // namespace crier
