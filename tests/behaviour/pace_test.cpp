// What is over a limit waits in the ledger, is never marked as done, and goes out in its time.
#include <gtest/gtest.h>

#include "support/ledger_words.h"
#include "support/newsroom.h"

namespace crier {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// A newsroom that has seen its feed, and then gained some items.
class PacedNewsroom : public ::testing::Test {
 protected:
  void SetUp() override {
    room.add_item("Old job");
    room.run();
    room.config.feeds[0].fuse.percent = 0;
  }
  void add(int items) {
    for (int i = 0; i < items; ++i) room.add_item("Job " + std::to_string(room.items.size()));
  }
  Pace& pace() { return room.config.accounts[0].pace; }
  [[nodiscard]] std::size_t posted() const { return room.mastodon.statuses.size(); }

  Newsroom room;
};

TEST_F(PacedNewsroom, WhatIsOverTheCapOfARunGoesOutInTheNextOnes) {
  pace().per_run = 2;
  add(5);
  const RunReport first = room.run();
  EXPECT_EQ(posted(), 2U);
  EXPECT_EQ(first.waiting, 3U);
  EXPECT_FALSE(first.needs_person());
  room.run();
  EXPECT_EQ(posted(), 4U);
  room.run();
  EXPECT_EQ(posted(), 5U);
  EXPECT_EQ(room.open_deliveries(), 0U);
  for (const auto& [text, times] : room.on_mastodon()) EXPECT_EQ(times, 1) << text;
}

TEST_F(PacedNewsroom, WhatWaitsAndIsNotTriedIsNamedWithItsReasonAndItsTime) {
  room.mastodon.before = [](const Request&) -> std::optional<Result<Response>> {
    return FakeSite::respond(429, R"({"error":"Too many requests"})", {{"Retry-After", "3600"}});
  };
  add(1);
  EXPECT_TRUE(room.run().waits.empty()) << "it is among the posts of this run";
  const RunReport report = room.run();
  EXPECT_TRUE(report.posts.empty());
  EXPECT_EQ(report.waiting, 1U);
  ASSERT_EQ(report.waits.size(), 1U);
  EXPECT_EQ(report.waits[0].title, "Job 1");
  EXPECT_EQ(report.waits[0].account.value, room.config.accounts[0].id.value);
  ASSERT_TRUE(report.waits[0].until);
  EXPECT_GT(*report.waits[0].until, room.clock.now());
  EXPECT_NE(report.waits[0].why.find("Too many requests"), std::string::npos)
      << report.waits[0].why;
}

TEST_F(PacedNewsroom, TheHourlyLimitHoldsAcrossRuns) {
  pace().per_hour = 3;
  add(5);
  room.run();
  room.run();
  EXPECT_EQ(posted(), 3U);
  room.clock.advance(hours{1});
  room.run();
  EXPECT_EQ(posted(), 5U);
}

TEST_F(PacedNewsroom, TheDailyLimitHoldsAcrossRuns) {
  pace().per_day = 1;
  add(2);
  room.run();
  room.clock.advance(hours{23});
  room.run();
  EXPECT_EQ(posted(), 1U);
  room.clock.advance(hours{1});
  room.run();
  EXPECT_EQ(posted(), 2U);
}

TEST_F(PacedNewsroom, AShortGapIsSleptOver) {
  pace().min_gap = seconds{20};
  add(3);
  room.run();
  ASSERT_EQ(posted(), 3U);
  EXPECT_GE(room.mastodon.statuses[2].created_at - room.mastodon.statuses[0].created_at,
            seconds{40});
}

TEST_F(PacedNewsroom, ALongGapIsLeftToALaterRun) {
  pace().min_gap = minutes{10};
  add(2);
  room.run();
  EXPECT_EQ(posted(), 1U);
  room.clock.advance(minutes{10});
  room.run();
  EXPECT_EQ(posted(), 2U);
}

TEST_F(PacedNewsroom, AnAccountWithoutLimitsDoesNotWaitForOneThatHasThem) {
  pace().per_run = 1;
  add(3);
  room.run();
  EXPECT_EQ(posted(), 1U);
  EXPECT_EQ(room.in_outbox().size(), 3U);
}

TEST_F(PacedNewsroom, AFeedsOwnLimitIsPerAccountAndLosesNothing) {
  room.config.feeds[0].max_per_run = 1;
  add(2);
  room.run();
  EXPECT_EQ(posted(), 1U);
  EXPECT_EQ(room.in_outbox().size(), 1U);
  room.run();
  EXPECT_EQ(posted(), 2U);
  EXPECT_EQ(room.in_outbox().size(), 2U);
}

TEST_F(PacedNewsroom, TheOldestGoesOutFirst) {
  pace().per_run = 1;
  add(3);
  room.run();
  ASSERT_EQ(posted(), 1U);
  EXPECT_NE(room.mastodon.statuses[0].text.find("Job 1 "), std::string::npos);
}

TEST_F(PacedNewsroom, APostInDoubtIsLookedForWhateverTheLimits) {
  room.mastodon.honours_key = false;
  room.mastodon.after = [](const Request&) -> std::optional<Result<Response>> {
    return Result<Response>(fail(ErrorKind::uncertain, "the connection closed before the answer"));
  };
  add(1);
  room.run();
  room.mastodon.after = nullptr;
  pace().per_day = 1;
  add(1);
  room.clock.advance(minutes{20});
  room.run();
  EXPECT_EQ(posted(), 1U) << "found, not sent again; and the newer one keeps the pace";
  room.clock.advance(hours{24});
  room.run();
  EXPECT_EQ(posted(), 2U);
  EXPECT_EQ(room.open_deliveries(), 0U);
}

TEST_F(PacedNewsroom, WhatHasWaitedTooLongIsRefusedAloudAndCanBeBroughtBack) {
  pace().per_day = 1;
  add(3);
  room.run();
  room.clock.advance(hours{24 * 8});
  const RunReport late = room.run();
  EXPECT_EQ(posted(), 1U);
  EXPECT_EQ(late.totals.rejected, 2U);
  EXPECT_TRUE(late.needs_person());
  SqliteStore store(room.config.state, SqliteStore::Access::write);
  const auto refused = store.history({{}, {}, Stage::rejected, {}, {}, 9});
  ASSERT_EQ(refused.size(), 2U);
  EXPECT_NE(refused[0].error->message.find("no news any more"), std::string::npos);
  reopen(store, refused[0].id, room.clock.now());
  EXPECT_EQ(store.open().size(), 1U);
}

TEST_F(PacedNewsroom, ADryRunRefusesNothing) {
  pace().per_day = 1;
  add(3);
  room.run();
  room.clock.advance(hours{24 * 8});
  PublishOptions dry;
  dry.dry_run = true;
  room.run(dry);
  EXPECT_EQ(room.open_deliveries(), 2U);
}

TEST_F(PacedNewsroom, NothingNewBeginsOnceTheServerCountsNoRequestAsLeft) {
  room.mastodon.after = [&](const Request&) -> std::optional<Result<Response>> {
    return Result<Response>(
        FakeSite::respond(200, R"({"id":"1","url":"https://social.example.gov.uk/@council/1"})",
                          {{"X-RateLimit-Remaining", "0"},
                           {"X-RateLimit-Reset", to_iso8601(room.clock.now() + minutes{5})}}));
  };
  add(3);
  const RunReport report = room.run();
  EXPECT_EQ(posted(), 1U) << "the one under way ends, the next does not begin";
  EXPECT_FALSE(report.needs_person());
  room.mastodon.after = nullptr;
  room.clock.advance(minutes{4});
  room.run();
  EXPECT_EQ(posted(), 1U);
  room.clock.advance(minutes{1});
  room.run();
  EXPECT_EQ(posted(), 3U);
}

TEST_F(PacedNewsroom, AServerThatAskedForAPauseIsAskedNothing) {
  add(1);
  room.run();
  room.clock.advance(hours{23});
  room.mastodon.before = [](const Request&) -> std::optional<Result<Response>> {
    return Result<Response>(FakeSite::respond(429, "slow down", {{"Retry-After", "7200"}}));
  };
  add(1);
  room.run();
  room.mastodon.before = nullptr;
  room.clock.advance(minutes{90});  // what was learned of the server is a day old by now
  add(1);
  room.site.asked.clear();
  room.run();
  for (const Request& request : room.site.asked)
    EXPECT_TRUE(request.url.starts_with("https://www.example.gov.uk/")) << request.url;
  room.clock.advance(minutes{30});
  room.run();
  EXPECT_EQ(posted(), 3U);
}

TEST_F(PacedNewsroom, APauseIsKeptEvenWhileAPostIsInDoubt) {
  room.mastodon.honours_key = false;
  room.mastodon.after = [](const Request&) -> std::optional<Result<Response>> {
    return Result<Response>(FakeSite::respond(503, "", {{"Retry-After", "7200"}}));
  };
  add(1);
  room.run();
  room.mastodon.after = nullptr;
  room.site.asked.clear();
  room.clock.advance(hours{1});
  room.run();
  for (const Request& request : room.site.asked)
    EXPECT_TRUE(request.url.starts_with("https://www.example.gov.uk/")) << request.url;
  room.clock.advance(hours{1});
  room.run();
  EXPECT_EQ(posted(), 1U);
  EXPECT_EQ(room.open_deliveries(), 0U);
}

TEST_F(PacedNewsroom, ARefusedRepeatDoesNotMakeTheFirstSendForgotten) {
  room.mastodon.honours_key = false;
  int sends = 0;
  FakeMastodon::Status late;
  room.mastodon.before = [&](const Request& request) -> std::optional<Result<Response>> {
    if (++sends > 1) return Result<Response>(FakeSite::respond(429, "", {{"Retry-After", "60"}}));
    late = {"900", nlohmann::json::parse(request.body).value("status", ""), "", room.clock.now()};
    return Result<Response>(fail(ErrorKind::uncertain, "the connection closed before the answer"));
  };
  add(1);
  room.run();
  room.clock.advance(minutes{20});
  room.run();  // not there: sent again, and refused
  EXPECT_EQ(sends, 2);
  room.mastodon.statuses.push_back(late);  // the first one arrives after all
  room.mastodon.before = nullptr;
  room.clock.advance(hours{2});
  room.run();
  EXPECT_EQ(posted(), 1U);
  EXPECT_EQ(room.open_deliveries(), 0U);
}

}  // namespace
}  // namespace crier
