// A ledger that is older than its accounts: a restored backup, a cache that was not saved.
#include <gtest/gtest.h>

#include "support/ledger_words.h"
#include "support/newsroom.h"

namespace crier {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr const char* statuses = "https://social.example.gov.uk/api/v1/accounts/7/statuses";

class OlderLedger : public ::testing::Test {
 protected:
  OlderLedger() {
    room.add_item("Gritter driver");
    room.run();
    announce({"Librarian"});
    backup = read_file(room.config.state);
  }

  void announce(const std::vector<std::string>& titles) {
    for (const std::string& title : titles) {
      room.add_item(title);
      room.clock.advance(hours{1});
      room.run();
    }
  }
  /// The day after.
  void restore() {
    write_file(room.config.state, backup);
    room.clock.advance(hours{24});
    room.site.asked.clear();
  }
  void only_mastodon() { room.config.feeds[0].accounts = {{"town-hall"}}; }
  /// A post that somebody wrote by hand.
  void say_by_hand(const std::string& text) {
    room.mastodon.statuses.push_back(
        {std::to_string(100 + room.mastodon.statuses.size()), text, "", room.clock.now()});
  }

  [[nodiscard]] std::size_t looks() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        room.site.asked, [](const Request& r) { return r.url.starts_with(statuses); }));
  }
  [[nodiscard]] std::vector<Delivery> held() const {
    return SqliteStore(room.config.state, SqliteStore::Access::read)
        .history({{}, {}, Stage::held, {}, {}, 99});
  }
  void release() {
    crier::release(SqliteStore(room.config.state, SqliteStore::Access::write), {"jobs"},
                   room.clock.now());
  }
  void expect_each_once(std::size_t items) const {
    EXPECT_EQ(room.on_mastodon().size(), items);
    for (const auto& [text, times] : room.on_mastodon()) EXPECT_EQ(times, 1) << text;
    EXPECT_EQ(room.in_outbox().size(), items);
    for (const auto& [text, times] : room.in_outbox()) EXPECT_EQ(times, 1) << text;
  }

  Newsroom room;
  std::string backup;
};

TEST_F(OlderLedger, TakesInWhatWasSaidSinceAndSaysWhatIsNew) {
  announce({"Lifeguard", "Planner", "Warden", "Clerk", "Baths attendant"});
  restore();
  room.add_item("Mayor");
  const RunReport report = room.run();
  EXPECT_EQ(report.totals.found, 10U);
  EXPECT_EQ(report.totals.posted, 2U);
  ASSERT_EQ(report.taken_in.size(), 2U);
  EXPECT_EQ(report.taken_in[1].account.value, "town-hall");
  EXPECT_EQ(report.taken_in[1].posts, 5U);
  EXPECT_EQ(report.taken_in[1].titles,
            (std::vector<std::string>{"Lifeguard", "Planner", "Warden"}));
  EXPECT_FALSE(report.needs_person());
  expect_each_once(7);
  EXPECT_EQ(looks(), 1U);
  const RunReport again = room.run();
  EXPECT_TRUE(again.taken_in.empty());
  EXPECT_EQ(looks(), 1U) << "a run that posts nothing asks nothing";
  expect_each_once(7);
}

TEST_F(OlderLedger, AFeedThatFailsInTheFirstRunRepeatsNothingLater) {
  announce({"Lifeguard", "Planner"});
  FeedConfig other = room.config.feeds[0];
  other.id = {"news"};
  other.url = "https://www.example.gov.uk/news.xml";
  std::string news = "<item><title>Old news</title><guid>n0</guid></item>";
  room.site.on("GET " + other.url, [&](const Request&) -> Result<Response> {
    return FakeSite::respond(200, "<rss version='2.0'><channel>" + news + "</channel></rss>");
  });
  room.config.feeds.push_back(other);
  restore();
  int outage = 1;
  room.site.on("GET https://www.example.gov.uk/jobs.xml", [&](const Request&) -> Result<Response> {
    if (outage-- > 0) return FakeSite::respond(503, "");
    return FakeSite::respond(200, room.rss());
  });
  outage = 2;
  room.run();
  news = "<item><title>News</title><guid>n1</guid></item>" + news;
  room.clock.advance(hours{2});
  room.run();
  EXPECT_EQ(room.on_mastodon().count("New job: News "), 0U);
  room.clock.advance(hours{24});
  room.run();
  room.run();
  for (const auto& [text, times] : room.on_mastodon()) EXPECT_EQ(times, 1) << text;
  EXPECT_EQ(room.on_mastodon().size(), 4U);
}

TEST_F(OlderLedger, WhatLimitsLeaveForLaterIsTakenInAtOnce) {
  announce({"Lifeguard", "Planner", "Warden"});
  restore();
  room.config.feeds[0].max_per_run = 1;
  const RunReport report = room.run();
  EXPECT_EQ(report.totals.found, 6U);
  room.run();
  expect_each_once(4);
}

TEST_F(OlderLedger, ALinkToAnOlderFileIsAnOlderLedger) {
  announce({"Lifeguard"});
  const auto file = room.dir.path() / "restored.db";
  write_file(file, backup);
  std::filesystem::create_symlink(file, room.dir.path() / "link.db");
  room.config.state = room.dir.path() / "link.db";
  room.clock.advance(hours{1});
  EXPECT_EQ(room.run().totals.found, 2U);
  expect_each_once(2);
}

TEST_F(OlderLedger, UnderASecondNameItIsTheSameLedger) {
  std::filesystem::create_hard_link(room.config.state, room.dir.path() / "second.db");
  announce({"Lifeguard"});
  room.config.state = room.dir.path() / "second.db";
  announce({"Planner"});
  expect_each_once(3);
  EXPECT_TRUE(held().empty());
}

TEST_F(OlderLedger, WhoHasNoListIsHeldWhatAnotherAccountHasAlready) {
  announce({"Lifeguard"});
  restore();
  // The outbox can be read, and the sign-in of the other one may not.
  room.site.on(std::string("GET ") + statuses, [](const Request&) -> Result<Response> {
    return FakeSite::respond(403, R"({"error":"This action is outside the authorized scopes"})");
  });
  room.add_item("Planner");
  const RunReport report = room.run();
  expect_each_once(3);
  ASSERT_EQ(held().size(), 1U);
  EXPECT_EQ(held()[0].account.value, "town-hall");
  EXPECT_NE(held()[0].error->message.find("noticeboard has it already"), std::string::npos);
  EXPECT_TRUE(report.needs_person());
}

TEST_F(OlderLedger, AnAccountThatDoesNotTellHoldsNothingBack) {
  for (const int status : {401, 403, 404, 429, 500, 503}) {
    SCOPED_TRACE(status);
    room.site.on(std::string("GET ") + statuses, [=](const Request&) -> Result<Response> {
      return FakeSite::respond(status, "{}");
    });
    announce({fmt::format("Item {}", status)});
  }
  expect_each_once(7);
}

TEST_F(OlderLedger, WhereNothingVouchesForTheLedgerAnOutageOfTheListIsWaitedForForAnHour) {
  only_mastodon();
  announce({"Lifeguard"});
  restore();
  int status = 503;
  room.site.on(std::string("GET ") + statuses,
               [&](const Request&) -> Result<Response> { return FakeSite::respond(status, "{}"); });
  PublishOptions options;
  options.may_be_older = true;
  EXPECT_EQ(room.run(options).totals.deferred, 1U);
  EXPECT_EQ(room.mastodon.statuses.size(), 2U);
  status = 403;
  EXPECT_EQ(room.run(options).totals.posted, 1U) << "a sign-in that may not read never will";
  announce({"Planner"});
  status = 503;
  room.add_item("Warden");
  EXPECT_EQ(room.run(options).totals.posted, 0U);
  room.clock.advance(minutes{59});
  EXPECT_EQ(room.run(options).totals.posted, 0U);
  room.clock.advance(minutes{1});
  EXPECT_EQ(room.run(options).totals.posted, 1U) << "an outage holds nothing back for ever";
}

TEST_F(OlderLedger, APersonDecidesOnceAboutWhatWasWrittenByHand) {
  only_mastodon();
  room.add_item("Lifeguard");
  say_by_hand("We look for somebody who can swim! https://www.example.gov.uk/jobs/2");
  const RunReport report = room.run();
  EXPECT_TRUE(report.needs_person());
  EXPECT_EQ(room.mastodon.statuses.size(), 2U);
  ASSERT_EQ(held().size(), 1U);
  EXPECT_NE(held()[0].error->message.find("same page in other words"), std::string::npos)
      << held()[0].error->message;
  EXPECT_TRUE(report.taken_in.empty()) << "nothing says that the ledger is an older one";
  room.run();
  EXPECT_EQ(held().size(), 1U);
  release();
  room.run();
  EXPECT_TRUE(held().empty());
  EXPECT_EQ(room.mastodon.statuses.size(), 3U);
}

TEST_F(OlderLedger, ARepeatedAlertIsNewsInALedgerThatKnowsTheFirst) {
  only_mastodon();
  room.config.feeds[0].text_template = "{{prefix}}{{title}}";
  room.config.feeds[0].on_suspect = OnSuspect::post;
  announce({"Tip closed"});
  room.clock.advance(hours{24 * 30});
  announce({"Tip closed"});
  EXPECT_EQ(room.on_mastodon()["New job: Tip closed"], 2);
}

TEST_F(OlderLedger, ARepeatedAlertIsNewsWhereTheFirstIsForgotten) {
  only_mastodon();
  room.config.feeds[0].text_template = "{{prefix}}{{title}}";
  room.config.keep_history = hours{24 * 30};
  announce({"Tip closed"});
  room.items.clear();
  room.guid_prefix = "later-";
  room.add_item("What stays");
  room.clock.advance(hours{24 * 32});
  room.run();
  room.clock.advance(hours{24 * 2});
  room.run();
  announce({"Tip closed"});
  EXPECT_EQ(room.on_mastodon()["New job: Tip closed"], 2);
}

TEST_F(OlderLedger, TwoAccountsOnOneServerAreAskedEachForItsOwn) {
  Account second = room.config.accounts[0];
  second.id = {"libraries"};
  room.config.accounts.push_back(second);
  Credentials credentials = room.tokens.kept["town-hall"];
  credentials.account_id = "8";
  room.tokens.kept["libraries"] = credentials;
  room.site.on("GET https://social.example.gov.uk/api/v1/accounts/8/statuses",
               [](const Request&) -> Result<Response> { return FakeSite::respond(200, "[]"); });
  announce({"Lifeguard"});
  restore();
  room.config.feeds[0].accounts = {{"town-hall"}, {"libraries"}};
  const RunReport report = room.run();
  EXPECT_EQ(report.totals.found, 1U);
  EXPECT_EQ(report.totals.posted, 1U) << "the other account has not said it";
}

TEST_F(OlderLedger, ARunForOneAccountHoldsOnTheOthersWhatItFinds) {
  announce({"Lifeguard"});
  restore();
  room.site.on(std::string("GET ") + statuses,
               [](const Request&) -> Result<Response> { return FakeSite::respond(403, "{}"); });
  PublishOptions options;
  options.accounts = {{"noticeboard"}};
  room.run(options);
  room.run();
  room.run();
  expect_each_once(2);
}

TEST_F(OlderLedger, WhatAnEarlierRunHasSentInVainAndIsThereIsNoSignOfAge) {
  only_mastodon();
  room.add_item("Lifeguard");
  // Its server makes the post, and says that it refuses it for now.
  room.mastodon.after = [](const Request&) -> std::optional<Result<Response>> {
    return Result<Response>(FakeSite::respond(422, R"({"error":"try later"})"));
  };
  room.run();
  room.mastodon.after = nullptr;
  for (int i = 0; i < 3; ++i) {
    room.clock.advance(hours{1});
    EXPECT_TRUE(room.run().taken_in.empty());
  }
  EXPECT_EQ(room.mastodon.statuses.size(), 2U);
}

TEST_F(OlderLedger, ARunThatMayNotPostYetAsksNothing) {
  only_mastodon();
  announce({"Lifeguard"});
  restore();
  pause(SqliteStore(room.config.state, SqliteStore::Access::write), {"town-hall"},
        room.clock.now() + hours{2});
  room.run();
  EXPECT_EQ(looks(), 0U);
  room.clock.advance(hours{3});
  EXPECT_EQ(room.run().totals.found, 1U);
}

}  // namespace
}  // namespace crier
