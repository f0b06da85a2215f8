#include "network/mastodon/match.h"

#include <gtest/gtest.h>

namespace crier::mastodon {
namespace {

constexpr const char* link = "https://www.example.gov.uk/a?b=1&c=2";

TEST(Match, KnowsAPostAsMastodonShowsIt) {
  EXPECT_TRUE(is_same_post(
      "<p>New: “Pool” &lt;open&gt;<br />today <a href=\"https://www.example.gov.uk/a?b=1&amp;c=2\" "
      "target=\"_blank\"><span class=\"invisible\">https://www.</span><span>example.gov.uk/a</span>"
      "<span class=\"invisible\">?b=1&amp;c=2</span></a></p>",
      "New: “Pool” <open>\ntoday https://www.example.gov.uk/a?b=1&c=2", link));
}

TEST(Match, LooksPastWhatServersDoToPunctuationAndSpace) {
  EXPECT_TRUE(is_same_post("<p>Road closed – till 5&nbsp;pm</p><p>Thanks</p>",
                           "Road closed - till 5 pm\n\nThanks", ""));
  EXPECT_TRUE(is_same_post("It is <em>now</em> open", "It is *now* open", ""));
}

TEST(IsSamePost, KnowsAPostWhoseAngleBracketsWereTakenForTags) {
  EXPECT_TRUE(is_same_post("Gardener <b>full time</b> from 3   2",
                           "Gardener <b>full time</b> from 3 < 4 > 2", ""));
  EXPECT_TRUE(is_same_post("5 &lt; 6", "5 < 6", ""));
  EXPECT_TRUE(is_same_post("Prices <5 and <a href=\"https://example.gov.uk/p\">https://exam…</a>",
                           "Prices <5 and https://example.gov.uk/p", "https://example.gov.uk/p"));
  EXPECT_TRUE(is_same_post("<a href=\"x\">Form</a> open", "[Form](x) open", ""));
  EXPECT_FALSE(is_same_post("", "<b>", "")) << "nothing is no post";
  EXPECT_FALSE(is_same_post("Open", "<b>Shut</b> Open", ""));
}

TEST(Match, DoesNotMindWhereAServerEndsAnAddress) {
  EXPECT_TRUE(
      is_same_post("<p>Open <a href=\"https://example.gov.uk/what\">https://example.gov.uk/"
                   "what</a>!</p>",
                   "Open https://example.gov.uk/what!", "https://example.gov.uk/what!"));
  EXPECT_TRUE(
      is_same_post("<p><a href=\"https://example.gov.uk\"><span class=\"invisible\">https://"
                   "</span><span>example.gov.uk</span></a>’s new face</p>",
                   "https://example.gov.uk’s new face", ""));
}

TEST(Match, NeverTakesOneItemForAnotherThatHasTheSameLink) {
  const std::string anchor = "<a href=\"https://www.example.gov.uk/a?b=1&amp;c=2\">https://…</a>";
  EXPECT_TRUE(
      is_same_post("Warning of rain " + anchor, std::string("Warning of rain ") + link, link));
  EXPECT_FALSE(
      is_same_post("Warning of rain " + anchor, std::string("Warning of wind ") + link, link));
  EXPECT_FALSE(
      is_same_post("Warning of rain, 2nd " + anchor, std::string("Warning of rain ") + link, link));
}

TEST(Match, NeverTakesOneItemForAnotherThatHasTheSameWords) {
  EXPECT_FALSE(is_same_post("Plans <a href=\"https://www.example.gov.uk/b\">https://…</a>",
                            std::string("Plans ") + link, link));
  EXPECT_FALSE(is_same_post("Plans", std::string("Plans ") + link, link));
}

TEST(Match, ReadsHashtagsAndMentionsAsWords) {
  EXPECT_TRUE(is_same_post(
      "Ask <span class=\"h-card\"><a href=\"https://a.example/@pool\">@<span>pool"
      "</span></a></span> <a href=\"https://b.example/tags/Swim\">#<span>Swim</span></a>",
      "Ask @pool@a.example #Swim", ""));
  EXPECT_FALSE(
      is_same_post("<a href=\"https://b.example/tags/Swim\">#<span>Swim</span></a>", "#Run", ""));
}

TEST(Match, TakesALinkThatTheServerEncodedOrDidNotMakeClickable) {
  EXPECT_TRUE(
      is_same_post("Caff&#233; <a href='https://a.example/caf%C3%A9/'>https://a.example/café</a>",
                   "Caffé https://a.example/café", "https://a.example/café"));
  EXPECT_TRUE(is_same_post("Plans https://a.example/x", "Plans https://a.example/x",
                           "https://a.example/x"));
}

TEST(Match, ComparesComposedAndDecomposedLettersAlike) {
  EXPECT_TRUE(is_same_post("T\xC5\xB7", "Ty\xCC\x82", ""));
}

TEST(Match, RefusesTwoTextsWithoutWords) {
  EXPECT_FALSE(is_same_post("", "", ""));
  EXPECT_FALSE(is_same_post("<p>!</p>", "?", ""));
}

TEST(Match, SurvivesBrokenMarkup) {
  for (const char* content :
       {"<", "<a", "<a href=", "<a href=\"", "<a href=\"x", "</a>", "<a href=x", "&", "&#;", "&#x;",
        "&#99999999999;", "&#xD800;", "&amp", "<p", "\xFF\xC3"}) {
    EXPECT_FALSE(is_same_post(content, "Plans", "")) << content;
  }
}

}  // namespace
}  // namespace crier::mastodon
