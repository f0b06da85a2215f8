#include "plan/plan.h"

#include <gtest/gtest.h>

namespace crier {
namespace {

/// A feed with two accounts, and one fresh item.
class PlanTest : public ::testing::Test {
 protected:
  PlanTest() {
    config.accounts = {{{"town-hall"}, "mastodon", "https://social.example.gov.uk", "cy", {}},
                       {{"noticeboard"}, "outbox", "", "", {}}};
    feed.id = {"jobs"};
    feed.prefix = "New job: ";
    feed.accounts = {{"town-hall"}, {"noticeboard"}};
    FreshItem one;
    one.item.guid = "job-1";
    one.item.title = {"Librarian", Text::Kind::plain};
    one.item.link = "https://www.example.gov.uk/jobs/1";
    one.identity = {"job-1", {"job-1", "https://www.example.gov.uk/jobs/1"}};
    fresh.items = {one};
    rules[{"town-hall"}] = {TextRules::Unit::graphemes, 500, 23, true};
    rules[{"noticeboard"}] = {TextRules::Unit::graphemes, 45, 23, false};
  }

  Plan make(const std::set<std::string>& delivered = {}) {
    PlanQuestion asked{
        feed, text_template, "en-GB", rules, config, SysTime{}, [&](const DeliveryId& id) {
          return delivered.contains(id.value);
        }};
    if (question) question(asked);
    return make_plan(fresh, asked);
  }

  Template text_template = *Template::parse("{{prefix}}{{title}} {{link}}");
  std::map<AccountId, TextRules> rules;
  Config config;
  FeedConfig feed;
  Fresh fresh;
  std::function<void(PlanQuestion&)> question;  ///< what a test asks beside
};

TEST_F(PlanTest, WritesOnePostForEachAccountUnderItsOwnRules) {
  fresh.items[0].item.title.value = "A job whose title is rather long";
  const Plan plan = make();
  ASSERT_EQ(plan.deliveries.size(), 2U);
  EXPECT_EQ(plan.deliveries[0].post.text,
            "New job: A job whose title is rather long https://www.example.gov.uk/jobs/1");
  EXPECT_NE(plan.deliveries[1].post.text.find("…"), std::string::npos);
  EXPECT_NE(plan.deliveries[1].post.text.find("https://www.example.gov.uk/jobs/1"),
            std::string::npos);
}

TEST_F(PlanTest, GivesTheSameIdHoweverOftenItPlans) {
  EXPECT_EQ(make().deliveries[0].id, make().deliveries[0].id);
  EXPECT_NE(make().deliveries[0].id, make().deliveries[1].id);
}

TEST_F(PlanTest, LeavesOutWhatAnAccountHasAnnouncedUnderAnyOfItsNames) {
  const Plan plan =
      make({delivery_id({"jobs"}, "https://www.example.gov.uk/jobs/1", {"town-hall"}).value});
  ASSERT_EQ(plan.deliveries.size(), 1U);
  EXPECT_EQ(plan.deliveries[0].account.value, "noticeboard");
  ASSERT_EQ(plan.skipped.size(), 1U);
  EXPECT_FALSE(plan.skipped[0].reason.empty());
}

TEST_F(PlanTest, TwoItemsOfOneNameHaveAnIdEachAndTheSecondWaitsForAPerson) {
  fresh.items.push_back(fresh.items[0]);
  fresh.items[1].item.title.value = "Lifeguard";
  feed.accounts = {{"town-hall"}};
  const Plan plan = make();
  ASSERT_EQ(plan.deliveries.size(), 2U);
  EXPECT_NE(plan.deliveries[0].id, plan.deliveries[1].id);
  EXPECT_EQ(plan.deliveries[0].stage, Stage::planned);
  EXPECT_EQ(plan.deliveries[1].stage, Stage::held);
  EXPECT_FALSE(plan.deliveries[1].error->message.empty());
  EXPECT_EQ(plan.deliveries[1].id, make().deliveries[1].id) << "however often it is planned";
}

TEST_F(PlanTest, WordsThatOneFeedHasTwiceAreSaidOnceAndTheOtherIsTold) {
  fresh.items.push_back(fresh.items[0]);
  fresh.items[1].identity = {"job-2", {"job-2"}};
  feed.accounts = {{"town-hall"}};
  for (const char* hold : {"", "an old date"}) {
    fresh.items[0].hold = fresh.items[1].hold = hold;
    const Plan plan = make();
    EXPECT_EQ(plan.deliveries.size(), 1U);
    ASSERT_EQ(plan.skipped.size(), 1U);
    EXPECT_TRUE(plan.skipped[0].reason.starts_with("the feed has the same post twice"));
  }
}

TEST_F(PlanTest, KeepsWhatCannotBeWrittenAsARefusalWithItsReason) {
  feed.prefix = std::string(200, 'x') + " ";
  const Plan plan = make();
  EXPECT_EQ(plan.deliveries[1].stage, Stage::rejected);
  EXPECT_FALSE(plan.deliveries[1].error->message.empty());
}

TEST_F(PlanTest, TakesTheLanguageFromTheFeedsConfigThenTheAccountThenTheFeed) {
  EXPECT_EQ(make().deliveries[0].post.language, "cy");
  EXPECT_EQ(make().deliveries[1].post.language, "en-GB");
  feed.language = "fr";
  EXPECT_EQ(make().deliveries[0].post.language, "fr");
}

TEST_F(PlanTest, WhatTheLedgerKeepsOfAnItemIsBounded) {
  Item& item = fresh.items[0].item;
  item.guid = std::string(5'000'000, 'g');
  item.title.value = std::string(5'000'000, 't');
  item.images.assign(1'000, {"https://www.example.gov.uk/1.jpg", std::string(1'000'000, 'a')});
  const Plan plan = make();
  for (const Delivery& delivery : plan.deliveries) {
    EXPECT_LE(delivery.item_id.size() + delivery.item_title.size(), 16'000U);
    EXPECT_LE(delivery.post.text.size(), 16'100U);
    EXPECT_LE(delivery.post.images.size(), 20U);
    for (const Image& image : delivery.post.images) EXPECT_LE(image.alt.size(), 24'100U);
  }
  EXPECT_TRUE(plan.deliveries[0].item_title.ends_with("…"));
}

TEST_F(PlanTest, HoldsWhereEverybodyReadsItALinkThatNobodyOutsideCanOpen) {
  question = [](PlanQuestion& asked) {
    asked.is_public = [](const AccountId& id) { return id.value == "town-hall"; };
  };
  for (const char* link : {"http://default/node/12", "http://localhost:8080/node/13",
                           "http://10.1.2.3/node/14", "https://cms.council.internal/1"}) {
    fresh.items[0].item.link = link;
    config.allow_private_addresses = false;
    const Plan plan = make();
    EXPECT_EQ(plan.deliveries[0].stage, Stage::held) << link;
    EXPECT_NE(plan.deliveries[0].error->message.find(link), std::string::npos) << link;
    EXPECT_EQ(plan.deliveries[1].stage, Stage::planned) << "a file is nobody's public";
    config.allow_private_addresses = true;
    EXPECT_EQ(make().deliveries[0].stage, Stage::planned) << link;
  }
  config.allow_private_addresses = false;
  fresh.items[0].item.link = "https://www.example.gov.uk/jobs/1";
  EXPECT_EQ(make().deliveries[0].stage, Stage::planned);
  fresh.items[0].item.link.clear();
  EXPECT_EQ(make().deliveries[0].stage, Stage::planned);
}

TEST_F(PlanTest, TellsOfALinkThatNobodyCanOpenBesideAnotherReasonToHold) {
  question = [](PlanQuestion& asked) { asked.is_public = [](const AccountId&) { return true; }; };
  config.allow_private_addresses = false;
  fresh.items[0].hold = "it is months old";
  fresh.items[0].item.link = "http://localhost/1";
  const std::string why = make().deliveries[0].error->message;
  EXPECT_NE(why.find("it is months old; and its link http://localhost/1"), std::string::npos)
      << why;
}

TEST_F(PlanTest, KnowsWordsThatAnEarlierVersionSaidWithoutBreakingTheirMentions) {
  rules.at({"town-hall"}).mentions = TextRules::Mentions::entities;
  feed.accounts = {{"town-hall"}};
  fresh.items[0].item.title.value = "thanks @mayor";
  fresh.items[0].item.link = "https://www.example.gov.uk/jobs/1.";
  question = [](PlanQuestion& asked) {
    asked.said = [](const AccountId&, const std::string& text) -> std::optional<SameWords> {
      if (text != "New job: thanks @mayor https://www.example.gov.uk/jobs/1.") return std::nullopt;
      return SameWords{Stage::published, SysTime{}};
    };
  };
  const Plan plan = make();
  ASSERT_EQ(plan.deliveries.size(), 1U);
  EXPECT_EQ(plan.deliveries[0].stage, Stage::held);
}

}  // namespace
}  // namespace crier
