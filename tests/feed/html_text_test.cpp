#include "feed/html_text.h"

#include <gtest/gtest.h>

#include "feed/item_text.h"

namespace crier {
namespace {

TEST(HtmlText, GivesWhatAReaderWouldSee) {
  EXPECT_EQ(html_to_text("<p>Bin <b>collections</b> change.</p><p>From Monday</p>"),
            "Bin collections change. From Monday");
  EXPECT_EQ(html_to_text("one<br>two<br/>three"), "one two three");
  EXPECT_EQ(html_to_text("<ul><li>a</li><li>b</li></ul>"), "a b");
  EXPECT_EQ(html_to_text("un<em>believ</em>able"), "unbelievable");
  EXPECT_EQ(html_to_text("  plain \n text "), "plain text");
  EXPECT_EQ(html_to_text("a<!-- hidden -->b<!-->c"), "abc");
}

TEST(HtmlText, HidesScriptsAndStyles) {
  EXPECT_EQ(html_to_text("a<script>if (1 < 2) alert('</b>')</script>b"), "a b");
  EXPECT_EQ(html_to_text("a<STYLE type='x'>p { }</style >b"), "a b");
  EXPECT_EQ(html_to_text("a<script src='x'/>b"), "a b");
}

TEST(HtmlText, DecodesEveryKindOfEntity) {
  EXPECT_EQ(html_to_text("caf&eacute; &pound;5 &#8212; &#x2019;s &hellip; &Aacute;"),
            "caf\xC3\xA9 \xC2\xA3"
            "5 \xE2\x80\x94 \xE2\x80\x99s \xE2\x80\xA6 \xC3\x81");
  EXPECT_EQ(html_to_text("&CounterClockwiseContourIntegral; &notanentity; &"),
            "\xE2\x88\xB3 &notanentity; &");
  EXPECT_EQ(html_to_text("a&nbsp;&nbsp;b"), "a b");
  EXPECT_EQ(html_to_text("don&#146;t"), "don\xE2\x80\x99t");
  EXPECT_EQ(html_to_text("&#xD800;&#0;&#99999999;"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(HtmlText, DecodesWhatWasEncodedTwice) {
  EXPECT_EQ(html_to_text("Fish &amp;amp; chips"), "Fish & chips");
  EXPECT_EQ(html_to_text("council&amp;lsquo;s view"), "council\xE2\x80\x98s view");
  EXPECT_EQ(html_to_text("&lt;p&gt;Have your &amp;lsquo;say&amp;rsquo;&lt;/p&gt;"),
            "Have your \xE2\x80\x98say\xE2\x80\x99");
}

TEST(HtmlText, KeepsATagThatIsTalkedAbout) {
  EXPECT_EQ(html_to_text("<p>Use the &lt;b&gt; tag</p>"), "Use the <b> tag");
}

TEST(HtmlText, KeepsWhatOnlyLooksLikeATag) {
  EXPECT_EQ(html_to_text("Fish & Chips <3"), "Fish & Chips <3");
  EXPECT_EQ(html_to_text("a < b and c > d"), "a < b and c > d");
  EXPECT_EQ(html_to_text("List<String> in Java"), "List<String> in Java");
  EXPECT_EQ(html_to_text("cut off <b and never closed"), "cut off <b and never closed");
  EXPECT_EQ(html_to_text("Q&A, AT&T, R&D 5&6"), "Q&A, AT&T, R&D 5&6");
  EXPECT_EQ(html_to_text("?a=1&copy=2"), "?a=1&copy=2");
}

TEST(HtmlText, EndsATagWhereItEnds) {
  EXPECT_EQ(html_to_text("<a href=\"x>y\" title='<b>'>link</a> text"), "link text");
  EXPECT_EQ(html_to_text("<a href=\"x>link</a> text"), "link text");
  EXPECT_EQ(html_to_text("<o:p>Word</o:p> <my-card>card</my-card>"), "Word card");
}

TEST(HtmlText, DropsWhatNobodySees) {
  EXPECT_EQ(html_to_text("super\xC2\xADstore \xE2\x80\x8Bx\xEF\xBB\xBF"), "superstore x");
  EXPECT_EQ(html_to_text(std::string("a\0b", 3)), "ab");
}

TEST(HtmlText, IsSafeAndQuickForHostileText) {
  std::string deep;
  for (int i = 0; i < 200000; ++i) deep += "<div>";
  EXPECT_EQ(html_to_text(deep + "deep"), "deep");
  EXPECT_EQ(html_to_text(std::string(200000, '<')), std::string(200000, '<'));
  std::string comments;
  for (int i = 0; i < 100000; ++i) comments += "<!--";
  EXPECT_LE(html_to_text(comments).size(), comments.size());
  std::string entities;
  for (int i = 0; i < 100000; ++i) entities += "&a" + std::to_string(i);
  EXPECT_EQ(html_to_text(entities), entities);
  std::string quotes = "<a ";
  for (int i = 0; i < 100000; ++i) quotes += "x=\"<a ";
  EXPECT_FALSE(html_to_text(quotes + ">").size() > quotes.size() + 1);
}

TEST(PlainText, DecodesOnlyCompleteReferences) {
  EXPECT_EQ(plain_to_text("It&#8217;s Q&A &amp; more &copy 2026 <b>"),
            "It\xE2\x80\x99s Q&A & more &copy 2026 <b>");
}

TEST(MakePlain, ChangesNothingTheSecondTime) {
  Item item;
  item.title = {"<b>Fish</b> &amp;amp; chips &lt;now&gt;", Text::Kind::html};
  item.summary = {"5 &lt; 6 &amp; <i>7</i>", Text::Kind::plain};
  make_plain(item);
  EXPECT_EQ(item.title.value, "Fish & chips <now>");
  EXPECT_EQ(item.summary.value, "5 < 6 & <i>7</i>");
  const Item before = item;
  make_plain(item);
  EXPECT_EQ(item.title.value, before.title.value);
  EXPECT_EQ(item.summary.value, before.summary.value);
}

}  // namespace
}  // namespace crier
