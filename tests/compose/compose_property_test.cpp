#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>

#include "compose/compose.h"
#include "compose/measure.h"
#include "core/utf8.h"
#include "support/fake_clock.h"

namespace crier {
namespace {

/// Made-up texts of every script and trick, the same on every run.
class Generator {
 public:
  std::size_t below(std::size_t limit) {
    const std::string bytes = random_.bytes(4);
    std::size_t value = 0;
    for (const char c : bytes) value = value * 256 + static_cast<unsigned char>(c);
    return value % limit;
  }

  std::string text(std::size_t max_pieces) {
    static const std::array<std::string, 24> pieces{
        "council",
        " ",
        " ",
        " ",
        "Gymraeg tŷ ŵyl",
        "👨‍👩‍👧‍👦",
        "🏴󠁧󠁢󠁷󠁬󠁳󠁿",
        "🇬🇧",
        "e\u0301",
        "市议会",
        "한국어",
        "مجلس البلدية",
        "עירייה",
        "हिन्दी",
        "ไทย",
        "– ",
        ", ",
        ". ",
        "(see ",
        "@jobs@social.example.gov.uk ",
        "#Tag ",
        "https://www.example.gov.uk/a_(b)/c?d=1 ",
        "{{link}}",
        "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"};
    std::string out;
    for (std::size_t i = below(max_pieces + 1); i > 0; --i) out += pieces.at(below(pieces.size()));
    return out;
  }

 private:
  SeededRandom random_;
};

/// Where the kept start of a shortened text ends in the whole one, or npos.
bool is_start_on_boundary(const std::string& kept, const std::string& whole) {
  if (!whole.starts_with(kept)) return false;
  const std::vector<std::size_t> ends = grapheme_ends(whole);
  return kept.empty() || std::ranges::find(ends, kept.size()) != ends.end();
}

TEST(ComposeProperty, EveryPostFitsAndKeepsPrefixAndLinkWhole) {
  const std::array<std::string_view, 4> templates{
      "{{prefix}}{{title}} {{link}}", "{{prefix}}{{title}}\n\n{{summary}}\n\n{{link}}",
      "{{title}}{{#summary}}: {{summary}}{{/summary}} {{link}} {{categories}}",
      "{{link}} {{title}}{{title}}"};
  Generator generator;
  int made = 0;
  for (int i = 0; i < 3'000; ++i) {
    const Result<Template> parsed =
        Template::parse(templates.at(generator.below(templates.size())));
    ASSERT_TRUE(parsed.has_value());
    Item item;
    item.title.value = generator.text(30);
    item.summary.value = generator.text(60);
    if (generator.below(8) != 0)
      item.link = "https://www.example.gov.uk/" + std::string(generator.below(60), 'p');
    item.categories = {generator.text(3), generator.text(3)};
    TextRules rules;
    rules.unit = static_cast<TextRules::Unit>(generator.below(3));
    rules.limit = generator.below(400);
    if (generator.below(2) == 0) rules.link_weight = 23;
    rules.remote_mentions_short = generator.below(2) == 0;
    if (generator.below(4) == 0) {
      rules.unit = TextRules::Unit::weighted;
      rules.entities = TextRules::Entities::x;
      rules.mentions = TextRules::Mentions::entities;
    }

    const Result<Post> post = compose(item, {*parsed, "Newydd: ", ""}, rules);
    if (!post) {
      EXPECT_EQ(post.error().kind, ErrorKind::invalid);
      continue;
    }
    ++made;
    EXPECT_LE(measure(post->text, rules), rules.limit) << post->text;
    EXPECT_TRUE(is_utf8(post->text));
    EXPECT_FALSE(post->text.empty());
    EXPECT_NE(post->text.find(item.link), std::string::npos) << post->text;
    EXPECT_EQ(post->link, item.link);
  }
  EXPECT_GT(made, 2'000);
}

TEST(ComposeProperty, ATitleIsCutOnlyBetweenWhatIsSeenAsCharacters) {
  const Result<Template> parsed = Template::parse("{{title}}");
  ASSERT_TRUE(parsed.has_value());
  Generator generator;
  for (int i = 0; i < 2'000; ++i) {
    Item item;
    item.title.value = generator.text(30);
    TextRules rules;
    rules.limit = 1 + generator.below(80);
    const Result<Post> post = compose(item, {*parsed, "", ""}, rules);
    if (!post) continue;
    const std::string whole = collapse_space(item.title.value);
    if (post->text == whole) continue;
    ASSERT_TRUE(post->text.ends_with("…")) << post->text;
    std::string kept = post->text.substr(0, post->text.size() - 3);
    if (kept.ends_with(' ')) kept.pop_back();
    EXPECT_TRUE(is_start_on_boundary(kept, whole)) << kept << "\n" << whole;
  }
}

}  // namespace
}  // namespace crier
