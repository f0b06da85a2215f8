#include "compose/links.h"

#include <gtest/gtest.h>

#include <string>

namespace crier {
namespace {

std::vector<std::string> links_in(std::string_view text) {
  std::vector<std::string> found;
  for (const LinkSpan& link : find_links(text)) {
    found.emplace_back(text.substr(link.begin, link.end - link.begin));
  }
  return found;
}

using Strings = std::vector<std::string>;

TEST(Links, EndAtWhiteSpaceOfAnyKind) {
  EXPECT_EQ(links_in("see https://www.example.gov.uk/a?b=1#c now"),
            Strings{"https://www.example.gov.uk/a?b=1#c"});
  EXPECT_EQ(links_in("see http://example.gov.uk/a\nnow"), Strings{"http://example.gov.uk/a"});
  EXPECT_EQ(links_in("see http://example.gov.uk/a\u00A0now"), Strings{"http://example.gov.uk/a"});
  EXPECT_EQ(links_in("see http://example.gov.uk/a\u3000now"), Strings{"http://example.gov.uk/a"});
}

TEST(Links, LeaveTheSentenceItsPunctuation) {
  for (const char* tail :
       {".", ",", ";", ":", "!", "?", "\"", "'", "»", "…", "”", ")", ".)", "…»"}) {
    EXPECT_EQ(links_in("“https://example.gov.uk/a" + std::string(tail)),
              Strings{"https://example.gov.uk/a"})
        << tail;
  }
  EXPECT_EQ(links_in("(at https://example.gov.uk.)"), Strings{"https://example.gov.uk"});
}

TEST(Links, KeepBracketsThatTheyOpenAndCloseThemselves) {
  EXPECT_EQ(links_in("https://example.gov.uk/a_(b)_c"), Strings{"https://example.gov.uk/a_(b)_c"});
  EXPECT_EQ(links_in("(https://example.gov.uk/a_(b))"), Strings{"https://example.gov.uk/a_(b)"});
  EXPECT_EQ(links_in("https://example.gov.uk/a(b"), Strings{"https://example.gov.uk/a"});
}

TEST(Links, KeepASlashAtTheirEnd) {
  EXPECT_EQ(links_in("https://example.gov.uk/a/."), Strings{"https://example.gov.uk/a/"});
}

TEST(Links, NeedAHostWithATopLevelDomain) {
  EXPECT_EQ(links_in("http://localhost/a http://127.0.0.1:8000/a http:///a https:// http://a..uk/"),
            Strings{});
  EXPECT_EQ(links_in("https://例え.テスト/a https://xn--r8jz45g.xn--zckzah/"),
            (Strings{"https://例え.テスト/a", "https://xn--r8jz45g.xn--zckzah/"}));
}

TEST(Links, KeepTheirPort) {
  EXPECT_EQ(links_in("https://example.gov.uk:8443/a"), Strings{"https://example.gov.uk:8443/a"});
  EXPECT_EQ(links_in("https://example.gov.uk: yes"), Strings{"https://example.gov.uk"});
}

TEST(Links, DoNotBeginInsideAWord) {
  EXPECT_EQ(links_in("xhttps://example.gov.uk #https://example.gov.uk"), Strings{});
  EXPECT_EQ(links_in("ftp://example.gov.uk //example.gov.uk example.gov.uk"), Strings{});
}

TEST(Links, MayBeWrittenInCapitals) {
  EXPECT_EQ(links_in("HTTPS://EXAMPLE.GOV.UK/A"), Strings{"HTTPS://EXAMPLE.GOV.UK/A"});
}

TEST(Links, AreFoundOneAfterTheOther) {
  EXPECT_EQ(links_in("https://a.uk,https://b.uk/ (https://c.uk)"),
            (Strings{"https://a.uk", "https://b.uk/", "https://c.uk"}));
  EXPECT_EQ(links_in("https://a.uk/)https://b.uk/(x)y https://c.uk/)z"),
            (Strings{"https://a.uk/", "https://b.uk/(x)y", "https://c.uk/"}))
      << "several stand in one word";
}

TEST(Links, EndBeforeABracketWhosePartnerIsFurtherAwayThanAnyAddressHasIt) {
  const std::string near(900, 'x'), far(2'000, 'x');
  EXPECT_EQ(links_in("https://a.uk/(" + near + ")"), Strings{"https://a.uk/(" + near + ")"});
  EXPECT_EQ(links_in("https://a.uk/(" + far + ")"), Strings{"https://a.uk/"});
}

}  // namespace
}  // namespace crier
