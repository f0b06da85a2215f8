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
  EXPECT_EQ(post->text, "see https://a.uk/@mayor/1 or a.uk/@b/ http://127.0.0.1/@mayor/2");
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
