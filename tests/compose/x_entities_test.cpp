#include <gtest/gtest.h>

#include "compose/entities_of.h"

namespace crier {
namespace {

using Strings = std::vector<std::string>;
constexpr auto x = TextRules::Entities::x;

Strings urls(std::string_view text) { return values_of(text, x, Entity::Kind::url); }
Strings tags(std::string_view text) { return values_of(text, x, Entity::Kind::hashtag); }
Strings mentions(std::string_view text) { return values_of(text, x, Entity::Kind::mention); }
Strings cashtags(std::string_view text) { return values_of(text, x, Entity::Kind::cashtag); }

TEST(XUrls, NeedNoSchemeWhereTheTopLevelDomainIsKnown) {
  EXPECT_EQ(urls("see gov.uk, bbc.co.uk/wales or readme.md"),
            (Strings{"gov.uk", "bbc.co.uk/wales", "readme.md"}));
  EXPECT_EQ(urls("see minutes.docx and council.invalid"), Strings{});
  EXPECT_EQ(urls("Notices.Bins.Closed at 10.30"), Strings{});
}

TEST(XUrls, NeedATopLevelDomainBehindASchemeToo) {
  EXPECT_EQ(urls("https://example.gov.uk/a http://localhost/a http://127.0.0.1/"),
            Strings{"https://example.gov.uk/a"});
  EXPECT_EQ(urls("HTTPS://EXAMPLE.GOV.UK/A"), Strings{"HTTPS://EXAMPLE.GOV.UK/A"});
}

TEST(XUrls, KnowTopLevelDomainsOfOtherScripts) {
  EXPECT_EQ(urls("https://例え.みんな https://совет.РФ/д https://a.vermögensberater"),
            (Strings{"https://例え.みんな", "https://совет.РФ/д", "https://a.vermögensberater"}));
  EXPECT_EQ(urls("https://xn--r8jz45g.xn--zckzah/"), Strings{"https://xn--r8jz45g.xn--zckzah/"});
}

TEST(XUrls, WithoutASchemeAreTheirPlainPartAlone) {
  EXPECT_EQ(urls("市市gov.uk/a 例え.みんな"), (Strings{"gov.uk/a"}));
}

TEST(XUrls, EndWhereATopLevelDomainDoes) {
  EXPECT_EQ(urls("gov.ukの案内"), Strings{"gov.uk"});
  EXPECT_EQ(urls("gov.uk1 gov.uk@home gov.uk-x"), Strings{});
  EXPECT_EQ(urls("http://a.co.foo"), Strings{"http://a.co.foo"});
}

TEST(XUrls, LeaveTheSentenceItsPunctuation) {
  EXPECT_EQ(urls("(https://a.uk/b.) https://a.uk/c, “https://a.uk/d”"),
            (Strings{"https://a.uk/b", "https://a.uk/c", "https://a.uk/d"}));
  EXPECT_EQ(urls("https://a.uk/?q=1. https://a.uk?b=c!"),
            (Strings{"https://a.uk/?q=1", "https://a.uk?b=c"}));
}

TEST(XUrls, KeepTwoPairsOfBrackets) {
  EXPECT_EQ(urls("https://a.uk/b_(c) https://a.uk/b_(c_(d))e https://a.uk/(((b)))"),
            (Strings{"https://a.uk/b_(c)", "https://a.uk/b_(c_(d))e", "https://a.uk/"}));
}

TEST(XUrls, AreNotLongerThan4096Characters) {
  const std::string start = "https://example.gov.uk/";
  const std::string fits = start + std::string(4096 - 8 - start.size(), 'a');
  EXPECT_EQ(urls(fits), Strings{fits});
  EXPECT_EQ(urls(fits + "a"), Strings{});
}

TEST(XUrls, HaveNoLabelOver63Characters) {
  const std::string label(63, 'a');
  EXPECT_EQ(urls("https://" + label + ".uk"), Strings{"https://" + label + ".uk"});
  EXPECT_EQ(urls("https://a" + label + ".uk"), Strings{});
  std::string umlauts;
  for (int i = 0; i < 57; ++i) umlauts += "ü";
  EXPECT_EQ(urls("https://" + umlauts + ".uk"), Strings{"https://" + umlauts + ".uk"});
  EXPECT_EQ(urls("https://" + umlauts + "üüüüüüü.uk"), Strings{});
}

TEST(XUrls, DoNotBeginInsideAWord) {
  EXPECT_EQ(urls("xhttps://a.uk #https://a.uk @a.uk $a.uk -a.uk _a.uk"), Strings{});
  EXPECT_EQ(urls("jobs@example.gov.uk"), Strings{});
}

TEST(XUrls, OfItsOwnShortenerEndBehindTheirName) {
  EXPECT_EQ(urls("https://t.co/aB1/more https://t.co/aB1?amp=1"),
            (Strings{"https://t.co/aB1", "https://t.co/aB1?amp=1"}));
  EXPECT_EQ(urls("https://t.co/" + std::string(41, 'a')), Strings{});
}

TEST(XUrls, TellWhereTheyStandInBytes) {
  const auto found = find_entities("ŵ https://a.uk/ŵ.", x);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].begin, 3U);
  EXPECT_EQ(found[0].end, 18U);
}

TEST(XUrls, AreFoundQuicklyInTextWithoutEnd) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "市";
  EXPECT_EQ(urls(text + "."), Strings{});
  text.clear();
  for (int i = 0; i < 100'000; ++i) text += "a.";
  EXPECT_EQ(urls(text), Strings{});
  EXPECT_EQ(urls("https://a.uk/" + std::string(100'000, '(')), Strings{"https://a.uk/"});
}

TEST(XHashtags, NeedALetter) {
  EXPECT_EQ(tags("#jobs #2024 #2024a #_ #ŵyl #市议会 #हिन्दी"),
            (Strings{"jobs", "2024a", "ŵyl", "市议会", "हिन्दी"}));
}

TEST(XHashtags, StandBehindNoLetterAndNoAmpersand) {
  EXPECT_EQ(tags("a#b &#38; (#c) .#d ✌#e ✌️#f"), (Strings{"c", "d", "e", "f"}));
}

TEST(XHashtags, EndBeforeAHyphenAndAreNoneBeforeAnother) {
  EXPECT_EQ(tags("#park-life #a#b #http://a.uk ＃wide"), (Strings{"park", "wide"}));
}

TEST(XMentions, NameAnAccountOrAList) {
  EXPECT_EQ(mentions("@council, ＠gov RT @a_1: .@b @c/jobs-2 @d/2"),
            (Strings{"council", "gov", "a_1", "b", "c/jobs-2", "d"}));
}

TEST(XMentions, AreNoneInAnAddressOrBeforeAnAccent) {
  EXPECT_EQ(mentions("jobs@example.org @josé @user@host @a://b"), Strings{});
  EXPECT_EQ(mentions("https://a.uk/@user"), Strings{});
}

TEST(XMentions, HaveTwentyCharactersAtMost) {
  EXPECT_EQ(mentions("@" + std::string(25, 'a')), Strings{std::string(20, 'a')});
}

TEST(XCashtags, AreUpToSixLettersBehindASpace) {
  EXPECT_EQ(cashtags("$TSLA $brk.a, ($GBP) $100 $ABCDEFG a$B"), (Strings{"TSLA", "brk.a"}));
}

TEST(XEntities, DoNotOverlap) {
  EXPECT_EQ(linked_words("https://a.uk/#b @c.uk #d.uk", x),
            (Strings{"https://a.uk/#b", "@c", "#d"}));
}

}  // namespace
}  // namespace crier
