#include "compose/defuse.h"

#include <gtest/gtest.h>

#include "compose/compose.h"
#include "compose/entities_of.h"
#include "compose/measure.h"

namespace crier {
namespace {

constexpr TextRules x{TextRules::Unit::weighted,    280, 23, false, TextRules::Entities::x, 0,
                      TextRules::Mentions::entities};
constexpr TextRules bluesky{TextRules::Unit::graphemes, 500, 23, true};

TextRules by_words() {
  TextRules rules{TextRules::Unit::utf16, 4096, {}, false, TextRules::Entities::none};
  rules.mentions = TextRules::Mentions::words;
  return rules;
}

TextRules mastodon() {
  TextRules rules{TextRules::Unit::graphemes, 500, 23, true};
  rules.mentions = TextRules::Mentions::entities;
  return rules;
}

using Strings = std::vector<std::string>;

Result<Post> composed(std::string_view text_template, std::string prefix, std::string title,
                      std::string link, const TextRules& rules = x, Strings mentions = {}) {
  const Result<Template> parsed = Template::parse(text_template);
  EXPECT_TRUE(parsed.has_value());
  Item item;
  item.title.value = std::move(title);
  item.link = std::move(link);
  return compose(item, {*parsed, std::move(prefix), "", std::move(mentions)}, rules);
}

Strings mentions(std::string_view text) {
  return values_of(text, TextRules::Entities::x, Entity::Kind::mention);
}
Strings cashtags(std::string_view text) {
  return values_of(text, TextRules::Entities::x, Entity::Kind::cashtag);
}

TEST(Defuse, LetsAFeedMentionNobodyOnX) {
  const auto post = composed("{{prefix}}{{title}} {{link}}",
                             "New: ", "thanks @mayor, ＠gov, RT @a/b", "https://a.uk/1");
  ASSERT_TRUE(post.has_value());
  EXPECT_EQ(mentions(post->text), Strings{});
  EXPECT_EQ(post->text, "New: thanks @\u200Bmayor, ＠\u200Bgov, RT @\u200Ba/b https://a.uk/1");
}

TEST(Defuse, KeepsWhomThePersonWhoSetItUpNames) {
  const auto post =
      composed("{{prefix}}{{title}} via @Council", "@press ", "@mayor and @council", "");
  ASSERT_TRUE(post.has_value());
  EXPECT_EQ(mentions(post->text), (Strings{"press", "council", "Council"}));
}

TEST(Defuse, LeavesLinksAlone) {
  const auto post = composed("{{title}} {{link}}", "", "see https://a.uk/@mayor/1 or a.uk/@b/",
                             "http://127.0.0.1/@mayor/2");
  ASSERT_TRUE(post.has_value());
  EXPECT_EQ(post->text, "see https://a.uk/@mayor/1 or a.uk/@b/ http://127.0.0.1/%40mayor/2")
      << "X links no number, and calls whom it finds in what it does not link";
}

TEST(Defuse, AnItemsOwnLinkCallsNobodyAndLeadsToTheSamePage) {
  struct Case {
    const char *link, *want;
  };
  for (const Case& c : {
           Case{"https://a.gov.uk/a?x=1,@police", "https://a.gov.uk/a?x=1,%40police"},
           Case{"https://a.gov.uk/a;@b@c.org#.@d", "https://a.gov.uk/a;%40b@c.org#.%40d"},
           Case{"https://a.gov.uk/a?x=1,@police\u00E9", "https://a.gov.uk/a?x=1,%40police\u00E9"},
           Case{"https://a.gov.uk/@police", "https://a.gov.uk/@police"},
           Case{"https://a.gov.uk/a?by=@police&to=me@police",
                "https://a.gov.uk/a?by=@police&to=me@police"},
       }) {
    const auto post = composed("{{title}} {{link}}", "", "News", c.link, mastodon());
    ASSERT_TRUE(post.has_value());
    EXPECT_EQ(post->text, std::string("News ") + c.want);
    EXPECT_EQ(post->link, c.want);
    EXPECT_EQ(values_of(post->text, TextRules::Entities::mastodon, Entity::Kind::url),
              Strings{c.want})
        << "Mastodon links all of it";
  }
}

TEST(Defuse, WhereALinkIsReadForNoNamesItStaysAsItIs) {
  const char* link = "https://a.gov.uk/a?x=1,@police";
  for (const TextRules& rules : {x, bluesky, by_words()}) {
    EXPECT_EQ(composed("{{link}}", "", "", link, rules)->text, link);
  }
}

TEST(Defuse, ALinkInATitleCallsNobodyOnMastodonEither) {
  const auto post = composed("{{title}} {{link}}", "",
                             "See https://b.uk/a,@admin or https://b.uk/x;@police @admin\u00E9",
                             "https://a.gov.uk/1", mastodon(), {"@police"});
  ASSERT_TRUE(post.has_value());
  EXPECT_EQ(post->text,
            "See https://b.uk/a,%40admin or https://b.uk/x;@police @\u200Badmin\u00E9 "
            "https://a.gov.uk/1");
}

/// `bytes` of a text that says the same over and over.
std::string endless(std::string_view part, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += part;
  return text;
}

TEST(Defuse, ATitleOfNamesAndLinksWithoutEndIsComposedAsAnyOther) {
  // Work or memory that grew with links times names, or with names times bytes, would have no end.
  TextRules webhook = by_words();
  webhook.limit = 10'000;
  for (const std::string_view part :
       {"@a a.uk ", "@[", "@a ", "https://a.uk/)", "https://a.uk/(", "https://a.uk/1 @a "}) {
    const auto post =
        composed("{{title}} {{link}}", "", endless(part, 400'000), "https://a.uk/1", webhook);
    ASSERT_TRUE(post.has_value()) << part;
    EXPECT_LE(measure(post->text, webhook), webhook.limit) << part;
    EXPECT_TRUE(post->text.ends_with(" https://a.uk/1")) << part;
  }
}

TEST(Defuse, MegabytesOfNamesAndLinksAreAllBroken) {
  const std::string text = endless("@a a.uk @b ", 2'000'000);
  const std::string said = defused(text, "", "", by_words());
  EXPECT_TRUE(said.starts_with("@\u200Ba a.uk @\u200Bb @\u200Ba"));
  EXPECT_TRUE(said.ends_with("@\u200Bb "));
  EXPECT_TRUE(undefused(said) == text);
}

TEST(Defuse, LeavesAddressesAlone) {
  const auto post = composed("{{title}}", "", "write to jobs@example.gov.uk", "");
  ASSERT_TRUE(post.has_value());
  EXPECT_EQ(post->text, "write to jobs@example.gov.uk");
}

TEST(Defuse, BreaksCashtagsOfAFeedAndAllButOneOfOurs) {
  const auto feed = composed("{{title}}", "", "Shares of $TSLA", "");
  ASSERT_TRUE(feed.has_value());
  EXPECT_EQ(cashtags(feed->text), Strings{});
  const auto own = composed("{{title}} $GBP $EUR", "", "Rates", "");
  ASSERT_TRUE(own.has_value());
  EXPECT_EQ(cashtags(own->text), Strings{"GBP"});
}

TEST(Defuse, DoesNothingWhereTheNetworkReadsNoMentions) {
  const auto post = composed("{{title}}", "", "thanks @mayor", "", bluesky);
  ASSERT_TRUE(post.has_value());
  EXPECT_EQ(post->text, "thanks @mayor");
}

TEST(Defuse, AFeedsWordsCallNobodyWhereverANameWouldBeReadAsOne) {
  struct Case {
    const char *title, *words, *mastodon;
  };
  for (const Case& c : {
           Case{"@admin", "@\u200Badmin", "@\u200Badmin"},
           Case{"(@admin)/.@gov", "(@\u200Badmin)/.@\u200Bgov", "(@\u200Badmin)/.@\u200Bgov"},
           Case{"@a@b.org", "@\u200Ba@b.org", "@\u200Ba@b.org"},
           Case{"＠admin", "＠\u200Badmin", "＠admin"},
           Case{"@[1234567]", "@\u200B[1234567]", "@[1234567]"},
           Case{"@Müller @市長", "@\u200BMüller @\u200B市長", nullptr},
           Case{"mail bins@x.org.uk or jö@x.org", "mail bins@x.org.uk or jö@x.org",
                "mail bins@x.org.uk or jö@x.org"},
           Case{"3 @ 2 pm, a@, @", "3 @ 2 pm, a@, @", "3 @ 2 pm, a@, @"},
           Case{"see https://t.me/@admin and a.uk/@b", "see https://t.me/@admin and a.uk/@b",
                "see https://t.me/@admin and a.uk/@b"},
       }) {
    EXPECT_EQ(composed("{{title}}", "", c.title, "", by_words())->text, c.words);
    if (c.mastodon != nullptr) {
      EXPECT_EQ(composed("{{title}}", "", c.title, "", mastodon())->text, c.mastodon);
    }
  }
}

TEST(Defuse, KeepsWhomFeedsTomlNames) {
  for (const TextRules& rules : {x, by_words(), mastodon()}) {
    const auto post =
        composed("{{title}} via @Council", "", "@police and @policeman thank @council", "", rules,
                 {"@police", "@fire"});
    ASSERT_TRUE(post.has_value());
    EXPECT_EQ(post->text, "@police and @\u200Bpoliceman thank @council via @Council");
  }
  const auto post = composed("{{title}}", "", "@[12] @[34]", "", by_words(), {"@[12]"});
  EXPECT_EQ(post->text, "@[12] @\u200B[34]");
}

TEST(Defuse, IsUndoneWhereWordsAreCompared) {
  EXPECT_EQ(undefused("@\u200Bmayor ＠\u200Bgov $\u200BTSLA a\u200Bb"),
            "@mayor ＠gov $TSLA a\u200Bb");
}

TEST(Defuse, CountsWhatItPutsIn) {
  std::string title;
  for (int i = 0; i < 60; ++i) title += "@mayor" + std::to_string(i) + " ";
  const auto post = composed("{{title}} {{link}}", "", title, "https://a.uk/1");
  ASSERT_TRUE(post.has_value());
  EXPECT_TRUE(fits(post->text, x)) << measure(post->text, x);
  EXPECT_GT(measure(post->text, x), 260U);
  EXPECT_EQ(mentions(post->text), Strings{});
}

TEST(Defuse, SeesAMentionThatOnlyShorteningMakes) {
  // "@a@b" is none; a cut behind the "a" would make it one.
  for (std::size_t limit = 5; limit < 40; ++limit) {
    TextRules rules = x;
    rules.limit = limit;
    const auto post =
        composed("{{title}}", "", "Hello there @mayor@council@clerk and all", "", rules);
    if (post) {
      EXPECT_EQ(mentions(post->text), Strings{}) << post->text;
      EXPECT_TRUE(fits(post->text, rules)) << post->text;
    }
  }
}

}  // namespace
}  // namespace crier
