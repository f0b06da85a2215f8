#include "core/url.h"

#include <gtest/gtest.h>

#include <map>

namespace crier {
namespace {

std::string resolved(std::string_view base, std::string_view reference) {
  return resolve_link(base, reference).value_or("(nothing)");
}

// Source: the examples of RFC 3986 section 5.4.
TEST(ResolveLink, FollowsTheStandardsExamples) {
  const std::string base = "http://a/b/c/d;p?q";
  const std::map<std::string, std::string> examples{
      {"g", "http://a/b/c/g"},       {"./g", "http://a/b/c/g"},
      {"g/", "http://a/b/c/g/"},     {"/g", "http://a/g"},
      {"//g", "http://g/"},          {"?y", "http://a/b/c/d;p?y"},
      {"g?y", "http://a/b/c/g?y"},   {"#s", "http://a/b/c/d;p?q#s"},
      {"g#s", "http://a/b/c/g#s"},   {"g?y#s", "http://a/b/c/g?y#s"},
      {";x", "http://a/b/c/;x"},     {"g;x=1/../y", "http://a/b/c/y"},
      {"", "http://a/b/c/d;p?q"},    {".", "http://a/b/c/"},
      {"./", "http://a/b/c/"},       {"..", "http://a/b/"},
      {"../g", "http://a/b/g"},      {"../..", "http://a/"},
      {"../../../g", "http://a/g"},  {"/./g", "http://a/g"},
      {"/../g", "http://a/g"},       {"g.", "http://a/b/c/g."},
      {"..g", "http://a/b/c/..g"},   {"./../g", "http://a/b/g"},
      {"g/./h", "http://a/b/c/g/h"}, {"g?y/../x", "http://a/b/c/g?y/../x"},
      {"http:g", "http://a/b/c/g"},
  };
  for (const auto& [reference, want] : examples) {
    EXPECT_EQ(resolved(base, reference), want) << reference;
  }
}

TEST(ResolveLink, LeavesAGoodLinkAsItIs) {
  for (const char* link :
       {"https://www.example.gov.uk/jobs?id=7&x=%20#top", "http://example.gov.uk/",
        "https://www.example.gov.uk/?guid=5f0d-11#?date=2026-03-02&id=a-b"}) {
    EXPECT_EQ(resolved("", link), link);
  }
}

TEST(ResolveLink, CutsUserNameAndPassword) {
  EXPECT_EQ(resolved("", "https://clerk:secret@example.gov.uk/a"), "https://example.gov.uk/a");
  EXPECT_EQ(resolved("https://clerk:secret@example.gov.uk/a", "b"), "https://example.gov.uk/b");
  EXPECT_EQ(resolved("", "https://a@b@example.gov.uk/"), "https://example.gov.uk/");
}

TEST(ResolveLink, GivesNothingButHttpAndHttps) {
  for (const char* link : {"javascript:alert(1)", "data:text/html,x", "file:///etc/passwd",
                           "mailto:clerk@example.gov.uk", "JavaScript:x", "urn:uuid:1",
                           "ftp://example.gov.uk/a", "gopher://127.0.0.1/x"}) {
    EXPECT_FALSE(resolve_link("https://example.gov.uk/", link)) << link;
  }
  EXPECT_FALSE(resolve_link("", "/jobs"));
  EXPECT_FALSE(resolve_link("file:///srv/feeds/a.xml", "b"));
  EXPECT_FALSE(resolve_link("urn:x", "b"));
}

TEST(ResolveLink, RefusesControlCharactersAndBrokenHosts) {
  EXPECT_FALSE(resolve_link("", "https://example.gov.uk/a\r\nX: y"));
  EXPECT_FALSE(resolve_link("", std::string_view("https://example.gov.uk/\0", 24)));
  EXPECT_FALSE(resolve_link("https://example.gov.uk/?\x01", ""));
  EXPECT_FALSE(resolve_link("", "https://"));
  EXPECT_FALSE(resolve_link("", "https:///path"));
  EXPECT_FALSE(resolve_link("", "https://exa mple.gov.uk/"));
  EXPECT_FALSE(resolve_link("", "https://example.gov.uk:notaport/"));
}

TEST(ResolveLink, EncodesWhatWouldEndALinkEarly) {
  EXPECT_EQ(resolved("", " https://Example.gov.uk/a b/<c>?q=\"d\" "),
            "https://example.gov.uk/a%20b/%3Cc%3E?q=%22d%22");
  EXPECT_EQ(resolved("", "https://example.gov.uk/caf\xC3\xA9"), "https://example.gov.uk/caf%C3%A9");
}

TEST(ParseUrl, TakesAnAddressApart) {
  const auto url = parse_url("HTTPS://clerk:pw@WWW.Example.gov.uk:8443/a/b?c=d#e");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->user, "clerk");
  EXPECT_EQ(url->password, "pw");
  EXPECT_EQ(url->host, "www.example.gov.uk");
  EXPECT_EQ(url->port, "8443");
  EXPECT_EQ(url->path, "/a/b");
  EXPECT_TRUE(url->has_query);
  EXPECT_EQ(url->query, "c=d");
  EXPECT_EQ(url->fragment, "e");
  EXPECT_FALSE(parse_url("not a url"));
  EXPECT_FALSE(parse_url("/a/path"));
}

TEST(OriginOf, NamesSchemeHostAndUnusualPort) {
  EXPECT_EQ(origin_of("https://Example.gov.uk:443/a?b"), "https://example.gov.uk");
  EXPECT_EQ(origin_of("http://example.gov.uk:80"), "http://example.gov.uk");
  EXPECT_EQ(origin_of("http://127.0.0.1:8080/x"), "http://127.0.0.1:8080");
  EXPECT_EQ(origin_of("nonsense"), "");
  EXPECT_EQ(origin_of("https://example.gov.uk:0/"), "") << "nothing listens there";
}

TEST(Loggable, ShowsNoUserQueryOrFragment) {
  EXPECT_EQ(loggable("https://clerk:pw@example.gov.uk/a?token=s3cret#x"),
            "https://example.gov.uk/a?…");
  EXPECT_EQ(loggable("https://example.gov.uk/a#b?c"), "https://example.gov.uk/a");
  EXPECT_EQ(loggable("feeds/jobs.xml?x"), "feeds/jobs.xml?…");
  EXPECT_EQ(loggable("https://a/\x1b[2J"), "https://a/\xEF\xBF\xBD[2J");
}

TEST(PercentEncode, EncodesAllButTheUnreserved) {
  EXPECT_EQ(percent_encode("aZ09-._~ /+\xC3\xA9"), "aZ09-._~%20%2F%2B%C3%A9");
}

TEST(FormEncode, JoinsEncodedPairs) {
  const std::map<std::string, std::string> pairs{{"a b", "1&2"}, {"c", ""}};
  EXPECT_EQ(form_encode(pairs), "a%20b=1%262&c=");
}

TEST(IsHttpUrl, KnowsTheTwoSchemesInAnyCase) {
  EXPECT_TRUE(is_http_url("HTTP://a"));
  EXPECT_TRUE(is_http_url("https://a"));
  EXPECT_FALSE(is_http_url("httpx://a"));
  EXPECT_FALSE(is_http_url("/a"));
}

}  // namespace
}  // namespace crier
