// What would cost more than the month's budget waits in the ledger, and goes out when it is paid
// for.
#include <gtest/gtest.h>

#include "publish/preflight.h"
#include "publish/status.h"
#include "support/ledger_words.h"
#include "support/signed_in.h"

namespace crier {
namespace {

constexpr std::chrono::hours day{24};

/// A newsroom with an account at X that pays $0.20 for each post.
class PaidNewsroom : public ::testing::Test {
 protected:
  void SetUp() override {
    sign_in_to_x(room, "ex");
    room.config.feeds[0].accounts = {{"ex"}};
    room.config.feeds[0].fuse.percent = 0;
    room.config.feeds[0].stale_after = 365 * day;
    room.add_item("Old job");
    room.run();
  }
  void add(int items) {
    for (int i = 0; i < items; ++i) room.add_item("Job " + std::to_string(room.items.size()));
  }
  void budget(const std::string& millionths, const std::string& reserve = "0") {
    room.config.accounts.back().settings["monthly_budget"] = millionths;
    room.config.accounts.back().settings["budget_reserve"] = reserve;
  }
  [[nodiscard]] std::int64_t spent() const {
    const Month month = month_of(room.clock.now());
    return SqliteStore(room.config.state, SqliteStore::Access::read)
        .spent({"ex"}, month.from, month.to);
  }
  [[nodiscard]] AccountStatus status() const {
    const SqliteStore store(room.config.state, SqliteStore::Access::read);
    for (const AccountStatus& one : take_status(room.config, store, room.clock.now()).accounts) {
      if (one.name.value == "ex") return one;
    }
    return {};
  }

  Newsroom room;
  FakeX x{room.site, room.clock};
};

TEST_F(PaidNewsroom, PostingStopsBeforeTheBudgetIsPassed) {
  budget("500000");
  add(5);
  const RunReport first = room.run();
  EXPECT_EQ(x.posts.size(), 2U) << "two posts of one run count together";
  EXPECT_EQ(first.waiting, 3U);
  EXPECT_FALSE(first.needs_person());
  ASSERT_EQ(first.spending.size(), 1U);
  EXPECT_EQ(first.spending[0].posts, 2U);
  EXPECT_EQ(first.spending[0].run, 400'000);
  EXPECT_EQ(first.spending[0].spent, 400'000);
  EXPECT_EQ(first.spending[0].waiting, 3U);
  room.run();
  EXPECT_EQ(x.posts.size(), 2U);
  room.clock.advance(31 * day);
  room.run();
  EXPECT_EQ(x.posts.size(), 4U) << "another month, another budget";
  room.clock.advance(31 * day);
  room.run();
  EXPECT_EQ(x.posts.size(), 5U);
  EXPECT_EQ(room.open_deliveries(), 0U) << "nothing is lost";
  for (const auto& [text, times] : x.published()) EXPECT_EQ(times, 1) << text;
}

TEST_F(PaidNewsroom, ARaisedBudgetIsHeededAtOnce) {
  budget("200000");
  add(2);
  room.run();
  EXPECT_EQ(x.posts.size(), 1U);
  budget("400000");
  room.run();
  EXPECT_EQ(x.posts.size(), 2U);
}

TEST_F(PaidNewsroom, StatusSaysWhatWaitsAndUntilWhen) {
  budget("200000");
  add(2);
  room.run();
  const AccountStatus now = status();
  EXPECT_EQ(now.over_budget, 1U);
  ASSERT_TRUE(now.spending);
  EXPECT_EQ(now.spending->spent, 200'000);
  EXPECT_EQ(to_iso8601(now.spending->month.to), "2026-04-01T00:00:00Z");
  const auto open = SqliteStore(room.config.state, SqliteStore::Access::read).open();
  ASSERT_EQ(open.size(), 1U);
  ASSERT_TRUE(open[0].error);
  EXPECT_NE(open[0].error->message.find("until 2026-04-01"), std::string::npos);
  const int attempts = open[0].attempts;
  room.run();
  EXPECT_EQ(SqliteStore(room.config.state, SqliteStore::Access::read).open()[0].attempts, attempts)
      << "told once, not in every run";
}

TEST_F(PaidNewsroom, TheReserveIsForUrgentFeeds) {
  FeedConfig alerts = room.config.feeds[0];
  alerts.id = {"alerts"};
  alerts.url = "https://www.example.gov.uk/alerts.xml";
  alerts.urgent = true;
  alerts.prefix = "Alert: ";
  room.config.feeds.push_back(alerts);
  int floods = 0;
  room.site.on("GET https://www.example.gov.uk/alerts.xml", [&](const Request&) {
    std::string items;
    for (int i = floods; i >= 0; --i) {
      items += fmt::format(
          "<item><title>Flood {0}</title><link>https://www.example.gov.uk/a/{0}</link>"
          "<guid>a{0}</guid></item>",
          i);
    }
    return Result<Response>(FakeSite::respond(
        200, "<rss version=\"2.0\"><channel><title>Alerts</title>" + items + "</channel></rss>"));
  });
  room.run();
  budget("600000", "400000");
  add(3);
  room.run();
  EXPECT_EQ(x.posts.size(), 1U);
  floods = 3;
  room.run();
  ASSERT_EQ(x.posts.size(), 3U) << "two alerts, though older posts wait";
  EXPECT_NE(x.posts[1].text.find("Alert: Flood"), std::string::npos);
  EXPECT_EQ(spent(), 600'000);
  EXPECT_EQ(room.open_deliveries(), 3U);
}

TEST_F(PaidNewsroom, APostInDoubtCountsAsSpent) {
  budget("400000");
  x.after = [](const Request&) -> std::optional<Result<Response>> {
    return Result<Response>(fail(ErrorKind::uncertain, "no answer"));
  };
  x.shows_after = std::chrono::hours{1};
  add(3);
  room.run();
  EXPECT_EQ(x.posts.size(), 1U);
  EXPECT_EQ(spent(), 200'000);
}

TEST_F(PaidNewsroom, WhatIsRefusedCostsNothing) {
  budget("400000");
  x.before = [](const Request&) -> std::optional<Result<Response>> {
    return Result<Response>(FakeSite::respond(
        400, R"({"title":"Invalid Request","detail":"Your Tweet text is too long."})"));
  };
  add(3);
  const RunReport report = room.run();
  EXPECT_EQ(report.totals.rejected, 3U);
  EXPECT_EQ(spent(), 0);
}

TEST_F(PaidNewsroom, WhatIsSentAgainIsPaidForOnce) {
  int times = 0;
  x.before = [&times](const Request&) -> std::optional<Result<Response>> {
    if (++times > 1) return std::nullopt;
    return Result<Response>(FakeSite::respond(503, ""));
  };
  add(1);
  room.run();
  room.clock.advance(std::chrono::minutes{30});
  room.run();
  EXPECT_EQ(x.posts.size(), 1U);
  EXPECT_EQ(times, 2);
  EXPECT_EQ(spent(), 200'000);
}

TEST_F(PaidNewsroom, ADryRunSaysWhatItWouldCost) {
  budget("500000");
  add(1);
  room.run();
  add(3);
  PublishOptions dry;
  dry.dry_run = true;
  const RunReport report = room.run(dry);
  ASSERT_EQ(report.spending.size(), 1U);
  const SpendingReport& money = report.spending[0];
  EXPECT_EQ(money.posts, 1U);
  EXPECT_EQ(money.run, 200'000);
  EXPECT_EQ(money.spent, 200'000);
  EXPECT_EQ(money.waiting, 2U);
  EXPECT_EQ(money.monthly, 500'000);
  EXPECT_EQ(x.posts.size(), 1U);
}

TEST_F(PaidNewsroom, AForgottenPostIsStillPaidForThisMonth) {
  add(1);
  room.run();
  prune(SqliteStore(room.config.state, SqliteStore::Access::write), room.clock.now() + day);
  EXPECT_EQ(spent(), 200'000);
}

TEST(AccountSettings, AreLookedAtByTheirNetworkBeforeAnythingIsSent) {
  Config config;
  config.accounts = {{{"hook"}, "webhook", "", "", {{"template", "{\"a\":{{text}}}"}}},
                     {{"good"}, "webhook", "", "", {{"template", "{\"a\":\"{{text}}\"}"}}},
                     {{"channel"}, "telegram", "", "", {{"chat", "council"}}},
                     {{"ex"}, "x", "", "", {}}};
  std::vector<ConfigProblem> problems;
  check_accounts(config, problems);
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_TRUE(problems[0].message.starts_with("accounts.hook: template: "));
  EXPECT_TRUE(problems[1].message.starts_with("accounts.channel: chat: "));
}

TEST(BudgetSettings, AReserveIsAPartOfTheBudget) {
  const auto problems_of = [](const std::map<std::string, std::string>& settings) {
    Config config;
    config.accounts = {{{"ex"}, "x", "", "", settings}};
    std::vector<ConfigProblem> problems;
    check_budgets(config, problems);
    return problems.size();
  };
  EXPECT_EQ(problems_of({}), 0U);
  EXPECT_EQ(problems_of({{"monthly_budget", "10"}, {"budget_reserve", "10"}}), 0U);
  EXPECT_EQ(problems_of({{"monthly_budget", "10"}, {"budget_reserve", "11"}}), 1U);
  EXPECT_EQ(problems_of({{"budget_reserve", "1"}}), 1U);
}

}  // namespace
}  // namespace crier
