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
    return make_plan(fresh, {feed, text_template, "en-GB", rules, config, SysTime{},
                             [&](const DeliveryId& id) { return delivered.contains(id.value); }});
  }

  Template text_template = *Template::parse("{{prefix}}{{title}} {{link}}");
  std::map<AccountId, TextRules> rules;
  Config config;
  FeedConfig feed;
  Fresh fresh;
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

}  // namespace
}  // namespace crier
