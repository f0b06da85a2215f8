#include <gtest/gtest.h>

#include "compose/compose.h"
#include "compose/entities_of.h"
#include "compose/links.h"

namespace crier {
namespace {

using Rules = TextRules::Entities;
constexpr std::array every{Rules::none, Rules::mastodon, Rules::bluesky, Rules::x};

std::vector<std::string> linked(std::string_view text, Rules rules) {
  if (rules != Rules::none) return values_of(text, rules, Entity::Kind::url);
  std::vector<std::string> found;
  for (const LinkSpan& link : find_links(text))
    found.emplace_back(text.substr(link.begin, link.end - link.begin));
  return found;
}

TEST(WholeLink, EveryNetworkLinksAllOfIt) {
  for (const char* link : {"https://f.org.uk/what-is-a-co.",
                           "https://f.org.uk/page[1]",
                           "https://f.org.uk/page?q[]=1&q[]=2",
                           "https://f.org.uk/a?x=1.",
                           "https://f.org.uk/(a)b)",
                           "https://f.org.uk/x;",
                           "https://f.org.uk/x'",
                           "https://f.org.uk/x*",
                           "https://f.org.uk/x,",
                           "https://f.org.uk/x:",
                           "https://f.org.uk/x!",
                           "https://f.org.uk/x?",
                           "https://f.org.uk/x#",
                           "https://f.org.uk/x$",
                           "https://f.org.uk/a?b=(c)",
                           "https://f.org.uk/(((a)))",
                           "https://f.org.uk/a%",
                           "https://f.org.uk/a|b",
                           "https://f.org.uk/x...",
                           "https://f.org.uk/ŵ!"}) {
    for (const Rules rules : every) {
      const std::string whole = whole_link(link, rules);
      const std::string text = "News: a title " + whole;
      EXPECT_EQ(linked(text, rules), std::vector<std::string>{whole}) << link;
    }
  }
}

TEST(WholeLink, EncodesNoMoreThanItMust) {
  EXPECT_EQ(whole_link("https://f.org.uk/what-is-a-co.", Rules::mastodon),
            "https://f.org.uk/what-is-a-co%2E");
  EXPECT_EQ(whole_link("https://f.org.uk/a?b=(c)", Rules::x), "https://f.org.uk/a?b=(c%29");
  EXPECT_EQ(whole_link("https://f.org.uk/a%", Rules::x), "https://f.org.uk/a%25");
  for (const char* link : {"https://f.org.uk/", "https://f.org.uk/a_(b)_(c)?u=http://g.org/x#y",
                           "https://f.org.uk/a%60b", "https://f.org.uk:8443/x@y~z"}) {
    for (const Rules rules : every) EXPECT_EQ(whole_link(link, rules), link);
  }
}

TEST(WholeLink, LeavesAnAddressThatNothingHelps) {
  for (const char* link :
       {"", "https://192.0.2.7/x.", "https://-f.org.uk/x", "https://intranet/x!"})
    EXPECT_EQ(whole_link(link, Rules::mastodon), link);
}

TEST(WholeLink, NothingHiddenStandsInIt) {
  EXPECT_EQ(whole_link("https://f.org.uk/a\u202Eb\u200Bc", Rules::mastodon),
            "https://f.org.uk/a%E2%80%AEb%E2%80%8Bc");
}

TEST(WholeLink, IsTheLinkThatThePostHasForItsOwn) {
  const Result<Template> parsed = Template::parse("{{title}} {{link}}");
  ASSERT_TRUE(parsed.has_value());
  Item item;
  item.title.value = "Co-ops";
  item.link = "https://f.org.uk/co.";
  const auto post = compose(item, {*parsed, "", ""}, TextRules{});
  ASSERT_TRUE(post.has_value());
  EXPECT_EQ(post->text, "Co-ops https://f.org.uk/co%2E");
  EXPECT_EQ(post->link, "https://f.org.uk/co%2E");
}

}  // namespace
}  // namespace crier
