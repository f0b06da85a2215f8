#include <gtest/gtest.h>

#include "compose/entities_of.h"

namespace crier {
namespace {

using Strings = std::vector<std::string>;
constexpr auto mastodon = TextRules::Entities::mastodon;

Strings urls(std::string_view text) { return values_of(text, mastodon, Entity::Kind::url); }
Strings tags(std::string_view text) { return values_of(text, mastodon, Entity::Kind::hashtag); }
Strings mentions(std::string_view text) { return values_of(text, mastodon, Entity::Kind::mention); }

TEST(MastodonLinks, NeedAScheme) {
  EXPECT_EQ(urls("gov.uk https://gov.uk http://a.uk gemini://a.uk"),
            (Strings{"https://gov.uk", "http://a.uk", "gemini://a.uk"}));
}

TEST(MastodonLinks, MayHoldCharactersOfAnyScript) {
  EXPECT_EQ(urls("https://a.uk/市议会?ŵ=ŷ”"), Strings{"https://a.uk/市议会?ŵ=ŷ”"});
  EXPECT_EQ(urls("https://a.uk/市、議。"), Strings{"https://a.uk/市、議。"});
}

TEST(MastodonLinks, LeaveTheSentenceItsPunctuation) {
  EXPECT_EQ(urls("(https://a.uk/b_(c)). https://a.uk/d... <https://a.uk/e>"),
            (Strings{"https://a.uk/b_(c)", "https://a.uk/d", "https://a.uk/e"}));
}

TEST(MastodonLinks, ThatStandInsideAnotherAreNone) {
  EXPECT_EQ(urls("gov.uk/https://a.uk"), Strings{});
}

TEST(MastodonTags, StandBehindASpaceAndNeedALetter) {
  EXPECT_EQ(tags("#jobs (#no a#no #2024 #2024a ＃wide #ŵyl! #a_b #a·b #·a"),
            (Strings{"jobs", "2024a", "wide", "ŵyl", "a_b", "a·b"}));
}

TEST(MastodonTags, LeaveALinkBehindThemItsScheme) {
  EXPECT_EQ(tags("#jobshttps://a.uk"), Strings{"jobs"});
}

TEST(MastodonMentions, MayNameAServer) {
  EXPECT_EQ(mentions("@jobs @jobs@a.uk. (@town.hall@b-c.uk) x@no =@no /@no"),
            (Strings{"jobs", "jobs@a.uk", "town.hall@b-c.uk"}));
}

TEST(MastodonMentions, OfHostsOverALengthAreNone) {
  EXPECT_EQ(mentions("@a@" + std::string(254, 'b')), Strings{});
}

}  // namespace
}  // namespace crier
