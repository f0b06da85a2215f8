#include "compose/compose.h"

#include <gtest/gtest.h>

#include <string>

#include "compose/measure.h"

namespace crier {
namespace {

constexpr TextRules mastodon{TextRules::Unit::graphemes, 500, 23, true};
constexpr std::string_view usual = "{{prefix}}{{title}} {{link}}";
constexpr const char* job = "https://www.example.gov.uk/jobs/1042";

struct Case {
  std::string title = {}, summary = {}, link = {};
  std::string prefix = "New job: ";
  std::string_view text_template = usual;
  TextRules rules = mastodon;
  std::vector<std::string> categories = {};
};

Result<Post> composed(const Case& given) {
  const Result<Template> parsed = Template::parse(given.text_template);
  EXPECT_TRUE(parsed.has_value());
  Item item;
  item.title.value = given.title;
  item.summary.value = given.summary;
  item.link = given.link;
  item.categories = given.categories;
  return compose(item, {*parsed, given.prefix, "en-GB"}, given.rules);
}

std::string text_of(const Case& given) {
  const Result<Post> post = composed(given);
  return post ? post->text : "ERROR " + post.error().message;
}

TextRules at_most(std::size_t limit) { return {TextRules::Unit::graphemes, limit, 23, true}; }

TEST(Compose, PutsThePrefixBeforeTheTitleAndTheLinkBehindIt) {
  EXPECT_EQ(text_of({"Gardener", "", job}),
            "New job: Gardener https://www.example.gov.uk/jobs/1042");
}

TEST(Compose, CarriesLanguageAndImagesAlong) {
  const Result<Template> parsed = Template::parse(usual);
  ASSERT_TRUE(parsed.has_value());
  Item item;
  item.title.value = "Swydd newydd";
  item.link = job;
  item.images.push_back({"https://www.example.gov.uk/a.jpg", "Gardd"});
  const Result<Post> post = compose(item, {*parsed, "", "cy"}, mastodon);
  ASSERT_TRUE(post.has_value());
  EXPECT_EQ(post->language, "cy");
  ASSERT_EQ(post->images.size(), 1U);
  EXPECT_EQ(post->images[0].alt, "Gardd");
}

TEST(Compose, NamesTheLinkOnlyIfItStandsInTheText) {
  EXPECT_EQ(composed({"Gardener", "", job})->link, job);
  EXPECT_EQ(composed({.title = "Gardener", .link = job, .text_template = "{{title}}"})->link, "");
  EXPECT_EQ(composed({"Gardener", "", ""})->link, "");
}

TEST(Compose, ShortensTheTitleAtAWordAndNeverTheLink) {
  EXPECT_EQ(text_of({.title = "Gardener (part time) in the parks of the north of the county",
                     .link = job,
                     .rules = at_most(61)}),
            "New job: Gardener (part time) in the… https://www.example.gov.uk/jobs/1042");
}

TEST(Compose, ShortensTheSummaryBeforeTheTitle) {
  const std::string_view text = "{{prefix}}{{title}}\n\n{{summary}}\n\n{{link}}";
  const std::string summary =
      "Help us to look after the flower beds, lawns and trees of the county.";
  EXPECT_EQ(text_of({"Gardener", summary, job, "New job: ", text, at_most(80)}),
            "New job: Gardener\n\nHelp us to look after the "
            "flower…\n\nhttps://www.example.gov.uk/jobs/1042");
  EXPECT_EQ(text_of({"Gardener", summary, job, "New job: ", text, at_most(45)}),
            "New job: Gardener\n\nhttps://www.example.gov.uk/jobs/1042");
  EXPECT_EQ(text_of({"Gardener in the parks", summary, job, "New job: ", text, at_most(45)}),
            "New job: Gardener…\n\nhttps://www.example.gov.uk/jobs/1042");
}

TEST(Compose, LeavesTheSummaryOutWhereOnlyScrapsOfItFit) {
  EXPECT_EQ(text_of({"Gardener", "Help us to look after the flower beds", job,
                     "New job: ", "{{prefix}}{{title}}: {{summary}} {{link}}", at_most(60)}),
            "New job: Gardener: https://www.example.gov.uk/jobs/1042");
}

TEST(Compose, DropsTheCategoriesBeforeItCutsTheTitle) {
  const Case given{
      "Gardener in the parks",   "", job, "", "{{title}} {{link}} {{categories}}", at_most(50),
      {"Parks", " ", "Open air"}};
  EXPECT_EQ(text_of(given), "Gardener in the parks https://www.example.gov.uk/jobs/1042");
  Case roomy = given;
  roomy.rules = mastodon;
  EXPECT_EQ(text_of(roomy),
            "Gardener in the parks https://www.example.gov.uk/jobs/1042 Parks, Open air");
}

TEST(Compose, LetsTheSummaryStandInForAMissingTitle) {
  EXPECT_EQ(text_of({"", "We seek a gardener.", job}),
            "New job: We seek a gardener. https://www.example.gov.uk/jobs/1042");
  EXPECT_EQ(
      text_of({"", "We seek a gardener.", job, "", "{{title}}: {{summary}} {{link}}", mastodon}),
      "We seek a gardener.: https://www.example.gov.uk/jobs/1042");
  EXPECT_EQ(text_of({"", "We seek a gardener for the parks", job, "New job: ", usual, at_most(50)}),
            "New job: We seek a… https://www.example.gov.uk/jobs/1042");
}

TEST(Compose, PostsALinkAloneWhenThereIsNothingElse) {
  EXPECT_EQ(text_of({"", "", job}), "New job: https://www.example.gov.uk/jobs/1042");
}

TEST(Compose, RefusesAnItemWithNothingToSay) {
  EXPECT_EQ(composed({"", "", ""}).error().kind, ErrorKind::invalid);
  EXPECT_NE(text_of({"", "", ""}).find("nothing is left to say"), std::string::npos);
  EXPECT_NE(text_of({"Gardener", "", "", std::string(500, 'x'), usual, mastodon})
                .find("nothing is left to say"),
            std::string::npos);
}

TEST(Compose, RefusesAPrefixAndLinkThatAreLongerThanAPost) {
  EXPECT_EQ(composed({.title = "Gardener", .link = job, .rules = at_most(20)}).error().kind,
            ErrorKind::invalid);
  EXPECT_NE(text_of({.title = "Gardener", .link = job, .rules = at_most(20)})
                .find("take 32 of 20 characters"),
            std::string::npos);
}

TEST(Compose, LeavesTheTitleOutWhereOnlyPrefixAndLinkFit) {
  EXPECT_EQ(text_of({.title = "Gardener", .link = job, .rules = at_most(32)}),
            "New job: https://www.example.gov.uk/jobs/1042");
}

TEST(Compose, TakesTheWordsOfATitleForNoTemplate) {
  EXPECT_EQ(text_of({"{{link}} {{{prefix}}} {{#x}} <b>&amp;", "", job}),
            "New job: {{link}} {{{prefix}}} {{#x}} <b>&amp; https://www.example.gov.uk/jobs/1042");
}

TEST(Compose, KeepsALongLinkWholeWhereLinksHaveAWeight) {
  const std::string link = "https://www.example.gov.uk/" + std::string(3000, 'a');
  EXPECT_EQ(text_of({"Gardener", "", link}), "New job: Gardener " + link);
}

TEST(Compose, MakesNoMegabytePostOfOneEndlessCharacter) {
  std::string tower = "Z";
  for (int i = 0; i < 500'000; ++i) tower += "\u0301";
  const Result<Post> post = composed({"Gardener " + tower + " wanted", "", job});
  ASSERT_TRUE(post.has_value());
  EXPECT_EQ(post->text, "New job: Gardener… https://www.example.gov.uk/jobs/1042");
}

TEST(Compose, IsQuickWithATitleOfMegabytes) {
  std::string title = "Gardener";
  title.resize(20'000'000, 'r');
  const Result<Post> post = composed({title, "", job});
  ASSERT_TRUE(post.has_value());
  EXPECT_EQ(measure(post->text, mastodon), 500U);
}

}  // namespace
}  // namespace crier
