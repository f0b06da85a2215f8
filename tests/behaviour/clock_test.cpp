// A clock that may be years off: what cannot be taken back is done when a server confirms it.
#include <gtest/gtest.h>

#include <fstream>

#include "publish/status.h"
#include "support/ledger_words.h"
#include "support/newsroom.h"

namespace crier {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr hours day{24};
constexpr hours ten_years{24 * 3652};

/// A room where one post waits for its account, before servers whose clock is right.
class UnsteadyClock : public ::testing::Test {
 protected:
  UnsteadyClock() {
    room.site.time = &truth;
    room.config.feeds[0].accounts = {{"town-hall"}};
    room.add_item("Gritter driver");
    room.run();
    room.mastodon.before = [](const Request&) -> std::optional<Result<Response>> {
      return Result<Response>(fail(ErrorKind::unavailable, "no connection"));
    };
    room.add_item("Librarian");
    room.run();
    EXPECT_EQ(room.open_deliveries(), 1U);
  }

  void pass(seconds time) {
    room.clock.advance(time);
    truth.advance(time);
  }
  std::size_t refused() {
    HistoryQuery query;
    query.stage = Stage::rejected;
    return SqliteStore(room.config.state, SqliteStore::Access::read).history(query).size();
  }

  Newsroom room;
  FakeClock truth;
};

TEST_F(UnsteadyClock, RefusesNothingWhenItIsTenYearsAheadAndSaysSo) {
  room.clock.set(truth.now() + ten_years);
  for (int i = 0; i < 2; ++i) {
    const RunReport report = room.run();
    EXPECT_EQ(refused(), 0U);
    EXPECT_EQ(room.open_deliveries(), 1U);
    EXPECT_TRUE(report.needs_person());
    EXPECT_NE(report.clock_problem.find("this machine's clock says 2036-"), std::string::npos)
        << report.clock_problem;
    EXPECT_NE(report.clock_problem.find("www.example.gov.uk says 2026-"), std::string::npos);
    ASSERT_EQ(report.posts.size(), 1U) << "said once";
    const auto& waits = std::get<Deferred>(*report.posts[0].delivered.outcome);
    EXPECT_NE(waits.why.message.find("neither posted nor refused"), std::string::npos);
  }
  room.clock.set(truth.now());
  room.mastodon.before = nullptr;
  pass(hours{1});
  const RunReport report = room.run();
  EXPECT_EQ(report.clock_problem, "");
  EXPECT_EQ(room.on_mastodon().size(), 1U);
}

TEST_F(UnsteadyClock, RefusesWhatIsStaleOnceAServerConfirmsIt) {
  pass(8 * day);
  room.site.tells_time = false;
  const RunReport unsure = room.run();
  EXPECT_EQ(refused(), 0U) << "no server has said what time it is";
  EXPECT_EQ(unsure.clock_problem, "");
  EXPECT_TRUE(unsure.needs_person()) << "it might wait for ever";
  EXPECT_EQ(unsure.totals.deferred, 1U);
  room.site.tells_time = true;
  const RunReport sure = room.run();
  EXPECT_EQ(refused(), 1U);
  EXPECT_TRUE(sure.needs_person());
  EXPECT_EQ(sure.posts.size(), 1U);
}

TEST_F(UnsteadyClock, IsConfirmedByOneServerAmongOthersThatAreWrongAndByA304) {
  FeedConfig wrong = room.config.feeds[0];
  wrong.id = {"wrong"};
  wrong.url = "https://wrong.example.org/feed.xml";
  room.config.feeds.push_back(wrong);
  room.site.on("GET https://wrong.example.org/feed.xml", [&](const Request&) -> Result<Response> {
    return FakeSite::respond(200, room.rss(), {{"Date", "Mon, 02 Mar 2020 09:00:00 GMT"}});
  });
  pass(8 * day);
  const RunReport report = room.run();
  EXPECT_EQ(report.feeds[0].status, FeedReport::Status::not_modified);
  EXPECT_EQ(report.clock_problem, "");
  EXPECT_EQ(refused(), 1U);
}

TEST_F(UnsteadyClock, CountsTheAgeOfAnAnswerThatACacheHasKept) {
  pass(8 * day);
  const std::string date = "Mon, 02 Mar 2026 09:00:00 GMT";  // when the test began
  for (const auto& [age, refuses] :
       std::vector<std::pair<std::string, std::size_t>>{{"60", 0}, {"691200", 1}}) {
    room.site.on("GET https://www.example.gov.uk/jobs.xml",
                 [&, age = age](const Request&) -> Result<Response> {
                   return FakeSite::respond(200, room.rss(), {{"Date", date}, {"Age", age}});
                 });
    room.run();
    EXPECT_EQ(refused(), refuses) << age;
  }
}

TEST_F(UnsteadyClock, ForgetsNoHistoryWhileNobodyConfirmsIt) {
  room.config.keep_history = 30 * day;
  room.mastodon.before = nullptr;
  pass(hours{1});
  room.run();
  ASSERT_EQ(room.on_mastodon().size(), 1U);
  const auto known = [&] {
    return SqliteStore(room.config.state, SqliteStore::Access::read).history({}).size();
  };
  ASSERT_EQ(known(), 1U);
  room.add_item("Lifeguard");
  room.mastodon.before = [](const Request&) -> std::optional<Result<Response>> {
    return Result<Response>(fail(ErrorKind::unavailable, "no connection"));
  };
  room.clock.set(truth.now() + ten_years);
  room.run();
  EXPECT_EQ(known(), 2U) << "the old and the new";
  truth.set(room.clock.now());
  pass(day);
  room.add_item("Registrar");
  room.run();
  EXPECT_EQ(known(), 2U) << "the newer two, once the clock is confirmed";
}

TEST(FilesOnly, TakesTheClocksWordWhereNobodyIsAsked) {
  Newsroom room;
  const auto file = room.dir.path() / "jobs.xml";
  const auto write = [&] { std::ofstream(file) << room.rss(); };
  room.config.accounts.erase(room.config.accounts.begin());
  room.config.feeds[0].accounts = {{"noticeboard"}};
  room.config.feeds[0].url = file.string();
  room.config.feeds[0].is_path = true;
  room.add_item("Gritter driver");
  write();
  room.run();
  room.config.accounts[0].pace = {1, 0, 0, seconds{0}};
  for (const char* title : {"Librarian", "Lifeguard"}) room.add_item(title);
  write();
  room.run();
  EXPECT_EQ(room.in_outbox().size(), 1U);
  room.clock.advance(8 * day);
  const RunReport report = room.run();
  EXPECT_EQ(report.totals.rejected, 1U);
  EXPECT_EQ(report.clock_problem, "");
}

TEST(FilesOnly, NamesAWayWhereAServersAccountIsNeverAskedAndStatusAgrees) {
  Newsroom room;
  const auto file = room.dir.path() / "jobs.xml";
  const auto write = [&] { std::ofstream(file) << room.rss(); };
  room.config.feeds[0].accounts = {{"town-hall"}};
  room.config.feeds[0].url = file.string();
  room.config.feeds[0].is_path = true;
  room.add_item("Gritter driver");
  write();
  room.run();
  room.mastodon.before = [](const Request&) -> std::optional<Result<Response>> {
    return Result<Response>(fail(ErrorKind::unavailable, "no connection"));
  };
  room.add_item("Librarian");
  write();
  room.run();
  room.mastodon.before = nullptr;
  room.clock.advance(8 * day);
  const RunReport report = room.run();
  EXPECT_TRUE(report.needs_person());
  ASSERT_EQ(report.posts.size(), 1U);
  const Delivery& waits = report.posts[0].delivered.delivery;
  const auto& why = std::get<Deferred>(*report.posts[0].delivered.outcome).why;
  EXPECT_NE(why.message.find("crier resolve " + waits.id.value.substr(0, 8) + " --retry"),
            std::string::npos)
      << why.message;
  {
    SqliteStore store(room.config.state, SqliteStore::Access::write);
    const StatusReport status = take_status(room.config, store, room.clock.now());
    EXPECT_TRUE(status.needs_person());
    ASSERT_EQ(status.stale.size(), 1U);
    EXPECT_EQ(status.stale[0].id, waits.id);
    EXPECT_TRUE(status.delayed.empty()) << "it is not tried again by itself";
    reopen(store, waits.id, room.clock.now());
    EXPECT_FALSE(take_status(room.config, store, room.clock.now()).needs_person());
  }
  EXPECT_FALSE(room.run().needs_person());
  EXPECT_EQ(room.on_mastodon().size(), 1U) << "the way that was named leads somewhere";
}

}  // namespace
}  // namespace crier
