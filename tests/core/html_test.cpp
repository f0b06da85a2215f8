#include "core/html.h"

#include <gtest/gtest.h>

namespace crier {
namespace {

TEST(Html, ReadsTextAsTextBetweenQuotesToo) {
  EXPECT_EQ(html_escaped("a<b> & \"c\" 'd'"), "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;");
  EXPECT_EQ(html_escaped("state=a\tb\n"), "state=a\tb\n") << "what a form carries stays what it is";
}

TEST(Html, MakesVisibleWhatWouldTurnAStrangersWords) {
  const std::string turned = html_shown("a\xE2\x80\xAE<b");
  EXPECT_EQ(turned.find("\xE2\x80\xAE"), std::string::npos);
  EXPECT_NE(turned.find("&lt;b"), std::string::npos);
  EXPECT_EQ(html_shown("one\ntwo"), "one\ntwo");
  EXPECT_EQ(html_shown("\xFF").find('\xFF'), std::string::npos);
}

TEST(Html, EscapesBothSidesOfALink) {
  EXPECT_EQ(html_link("https://a.example/?x=1&y=\"", "<A>"),
            "<a href=\"https://a.example/?x=1&amp;y=&quot;\" rel=\"nofollow noopener noreferrer\">"
            "&lt;A&gt;</a>");
}

}  // namespace
}  // namespace crier
