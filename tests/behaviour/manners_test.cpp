#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <new>

#include "http/curl_client.h"
#include "publish/polling.h"
#include "support/forwarding_store.h"
#include "support/loopback_server.h"
#include "support/newsroom.h"

namespace crier {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* jobs = "https://www.example.gov.uk/jobs.xml";

/// A room with one feed whose server answers as the test says.
class Manners : public ::testing::Test {
 protected:
  Manners() {
    room.add_item("Gritter driver");
    room.config.feeds[0].accounts = {{"noticeboard"}};
  }

  void answer(const std::string& where, const FakeSite::Handler& handler) {
    room.site.on("GET " + where, handler);
  }
  void answer(const std::string& where, int status, const Headers& headers = {}) {
    answer(where, [=](const Request&) -> Result<Response> {
      return FakeSite::respond(status, "", headers);
    });
  }
  /// The feed as it stands, whatever is asked for, with these headers.
  void serve(const std::string& where, const Headers& headers) {
    answer(where, [this, headers](const Request&) -> Result<Response> {
      return FakeSite::respond(200, room.rss(), headers);
    });
  }
  /// 304 where the validator is the right one.
  void serve_conditionally(const std::string& where, const Headers& headers) {
    answer(where, [this, headers](const Request& request) -> Result<Response> {
      const std::string etag = "\"" + std::to_string(room.items.size()) + "\"";
      Headers all = headers;
      all.push_back({"ETag", etag});
      const bool same =
          find_header(request.headers, "If-None-Match") == std::optional<std::string_view>(etag);
      return FakeSite::respond(same ? 304 : 200, same ? "" : room.rss(), all);
    });
  }
  /// The feed, found at the end of redirects.
  void serve_from(const std::string& where, const std::string& final_url,
                  const std::string& moved_to) {
    answer(where, [=, this](const Request&) -> Result<Response> {
      Response response = FakeSite::respond(200, room.rss(), {{"ETag", "\"there\""}});
      response.final_url = final_url;
      response.moved_to = moved_to;
      return response;
    });
  }

  FeedReport run(const PublishOptions& options = {}) {
    RunReport report = room.run(options);
    return report.feeds.at(0);
  }
  /// How many requests one run sends for feeds.
  std::size_t requests_of_a_run(const PublishOptions& options = {}) {
    room.site.asked.clear();
    room.run(options);
    return room.site.asked.size();
  }
  FeedState state(const std::string& feed = "jobs") {
    for (const FeedState& each :
         SqliteStore(room.config.state, SqliteStore::Access::read).feeds()) {
      if (each.id.value == feed) return each;
    }
    return {};
  }
  /// A ledger that knows nothing.
  void forget_all() {
    for (const char* end : {"", "-journal"})
      std::filesystem::remove(room.config.state.string() + end);
    room.site.asked.clear();
  }
  FeedConfig& add_feed(const std::string& name, const std::string& url) {
    FeedConfig feed = room.config.feeds[0];
    feed.id = {name};
    feed.url = url;
    room.config.feeds.push_back(feed);
    return room.config.feeds.back();
  }

  Newsroom room;
};

class CountingStore final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  std::size_t feeds_written = 0;
  void put(const Batch& batch, SysTime now) override {
    feeds_written += batch.feeds.size();
    ForwardingStore::put(batch, now);
  }

 protected:
  void write(const std::function<void()>& work) override { work(); }
};

PublishOptions ask_all() {
  PublishOptions options;
  options.ask_all = true;
  return options;
}

// --- validators -------------------------------------------------------------------------------

TEST_F(Manners, AsksUnconditionallyOnceInTheLifeOfALedger) {
  bool ill = false;
  answer(jobs, [&](const Request& request) -> Result<Response> {
    if (ill) return FakeSite::respond(500, "");
    const bool same = find_header(request.headers, "If-None-Match").has_value();
    return FakeSite::respond(same ? 304 : 200, same ? "" : room.rss(), {{"ETag", "W/\"x:1,2\""}});
  });
  for (int day = 0; day < 5; ++day) {
    ill = day == 2;
    room.run();
    room.clock.advance(hours{24});
  }
  std::size_t unconditional = 0;
  for (const Request& request : room.site.asked) {
    const auto etag = find_header(request.headers, "If-None-Match");
    if (!etag) ++unconditional;
    EXPECT_EQ(etag.value_or("W/\"x:1,2\""), "W/\"x:1,2\"") << "byte for byte";
  }
  EXPECT_EQ(room.site.asked.size(), 5U);
  EXPECT_EQ(unconditional, 1U);
}

// A page for all alerts, or one that every reading dates anew: only the next reading tells.
TEST_F(Manners, AsksWithoutValidatorsWhereADateOfJustNowLeavesSomethingOpen) {
  SysTime date = room.clock.now() - hours{48};
  answer(jobs, [&](const Request& request) -> Result<Response> {
    const std::string etag = '"' + to_iso8601(date) + '"';
    const bool same =
        find_header(request.headers, "If-None-Match") == std::optional<std::string_view>(etag);
    return FakeSite::respond(
        same ? 304 : 200,
        same ? ""
             : "<rss version=\"2.0\"><channel><title>Alerts</title><item><title>Severe weather"
               "</title><link>https://www.example.gov.uk/alerts</link><pubDate>" +
                   to_iso8601(date) + "</pubDate></item></channel></rss>",
        {{"ETag", etag}});
  });
  const auto asks_conditionally = [&] {
    room.site.asked.clear();
    room.run();
    return find_header(room.site.asked.at(0).headers, "If-None-Match").has_value();
  };
  EXPECT_FALSE(asks_conditionally());
  for (int alert = 0; alert < 2; ++alert) {
    room.clock.advance(hours{24});
    date = room.clock.now() - minutes{5};
    EXPECT_TRUE(asks_conditionally());
  }
  room.clock.advance(hours{2});
  EXPECT_FALSE(asks_conditionally()) << "the second alert waits for this reading";
  room.clock.advance(hours{2});
  EXPECT_TRUE(asks_conditionally()) << "a person was asked";
}

TEST_F(Manners, GivesADateBackAsItCame) {
  const std::string odd = "Sun Nov  6 08:49:37 1994";
  serve(jobs, {{"Last-Modified", odd}});
  room.run();
  room.run();
  EXPECT_EQ(find_header(room.site.asked.at(1).headers, "If-Modified-Since"),
            std::optional<std::string_view>(odd));
  EXPECT_FALSE(find_header(room.site.asked.at(1).headers, "If-None-Match"));
}

TEST_F(Manners, WritesNothingFor304sAndOnceADayForFeedsWithoutValidators) {
  serve_conditionally(jobs, {});
  add_feed("plain", "https://www.example.gov.uk/plain.xml");
  serve("https://www.example.gov.uk/plain.xml", {});
  room.run();
  std::size_t written = 0;
  for (int hour = 0; hour < 48; ++hour) {
    room.clock.advance(hours{1});
    SqliteStore kept(room.config.state, SqliteStore::Access::write);
    CountingStore store(kept);
    SiteClient client(room.site, room.clock);
    room.run(store, client);
    written += store.feeds_written;
  }
  EXPECT_EQ(written, 2U) << "the feed without validators, as each day begins";
}

TEST_F(Manners, NotesLivingItemsAgainAfterAMonth) {
  serve(jobs, {});
  room.run();
  const auto seen_on = [&] {
    return *SqliteStore(room.config.state, SqliteStore::Access::read)
                .seen_on({"jobs"}, "guid:job-0");
  };
  const SysTime first = seen_on();
  room.clock.set(first + noted_again_after);
  room.run();
  EXPECT_EQ(seen_on(), first) << "not before the month is over";
  room.clock.advance(seconds{1});
  room.run();
  EXPECT_EQ(seen_on(), first + noted_again_after);
  EXPECT_TRUE(room.in_outbox().empty()) << "noting is not announcing";
}

// --- max-age and min_interval -----------------------------------------------------------------

TEST_F(Manners, AsksAgainOnlyWhenMaxAgeIsOverOnFullAnswersAndOn304s) {
  serve_conditionally(jobs, {{"Cache-Control", "public, max-age=7200"}, {"Age", "200"}});
  room.run();
  for (int round = 0; round < 3; ++round) {
    room.clock.advance(seconds{6999});
    EXPECT_EQ(run().status, FeedReport::Status::not_due);
    EXPECT_EQ(requests_of_a_run(), 0U);
    room.clock.advance(seconds{1});
    EXPECT_EQ(requests_of_a_run(), 1U) << "7200 less the Age of 200";
  }
}

TEST_F(Manners, BelievesMaxAgeForADayAtMost) {
  serve(jobs, {{"Cache-Control", "max-age=31536000"}});
  room.run();
  room.clock.advance(hours{24} - seconds{1});
  EXPECT_EQ(requests_of_a_run(), 0U);
  room.clock.advance(seconds{1});
  EXPECT_EQ(requests_of_a_run(), 1U);
}

TEST_F(Manners, AsksNoFeedSoonerThanMinInterval) {
  room.config.min_interval = hours{1};
  serve_conditionally(jobs, {{"Cache-Control", "max-age=60"}});
  room.run();
  room.clock.advance(minutes{59});
  EXPECT_EQ(requests_of_a_run(), 0U);
  EXPECT_EQ(requests_of_a_run(ask_all()), 1U) << "a person asked for it";
  room.clock.advance(hours{1} - seconds{2});
  EXPECT_EQ(requests_of_a_run(), 1U) << "timers are not exact";
}

TEST_F(Manners, AFeedThatIsNotDueIsNoFailure) {
  serve(jobs, {{"Cache-Control", "max-age=7200"}});
  room.run();
  const RunReport report = room.run();
  EXPECT_EQ(report.feeds.at(0).status, FeedReport::Status::not_due);
  EXPECT_FALSE(report.feeds.at(0).error);
  EXPECT_EQ(report.totals.failed_feeds, 0U);
  EXPECT_FALSE(report.needs_person());
}

TEST_F(Manners, ABackfillIsNotHeldUpByMaxAge) {
  serve(jobs, {{"Cache-Control", "max-age=7200"}});
  room.run();
  PublishOptions options;
  options.backfill = 1;
  room.run(options);
  EXPECT_EQ(room.in_outbox().size(), 1U);
}

// --- a server that asks for time --------------------------------------------------------------

TEST_F(Manners, HonoursRetryAfterInEveryFormFor429And503EvenWhenAllAreToBeAsked) {
  const SysTime now = room.clock.now();
  for (const int status : {429, 503}) {
    for (const char* form :
         {"3600", "Mon, 02 Mar 2026 10:00:00 GMT", "2026-03-02T10:00:00Z", "1772445600"}) {
      room.clock.set(now);
      forget_all();
      answer(jobs, status, {{"Retry-After", form}});
      EXPECT_FALSE(room.run().needs_person());
      room.clock.advance(seconds{3599});
      EXPECT_EQ(requests_of_a_run(ask_all()), 0U) << status << " " << form;
      const FeedReport waits = run();
      EXPECT_EQ(waits.status, FeedReport::Status::not_due);
      EXPECT_NE(waits.error->message.find("2026-03-02T10:00:00Z"), std::string::npos);
      room.clock.advance(seconds{1});
      EXPECT_EQ(requests_of_a_run(), 1U) << status << " " << form;
    }
  }
}

TEST_F(Manners, AHostThatAskedForTimeIsAskedForNoneOfItsFeedsInLaterRuns) {
  add_feed("events", "http://www.example.gov.uk/events.xml");
  add_feed("other", "https://other.example.gov.uk/feed.xml");
  answer(jobs, 429, {{"Retry-After", "3600"}});
  answer("http://www.example.gov.uk/events.xml", 200);
  serve("http://www.example.gov.uk/events.xml", {});
  serve("https://other.example.gov.uk/feed.xml", {});
  room.run();
  room.clock.advance(minutes{59});
  add_feed("newcomer", "https://www.example.gov.uk/new.xml");
  room.site.asked.clear();
  const RunReport report = room.run();
  ASSERT_EQ(room.site.asked.size(), 1U);
  EXPECT_EQ(room.site.asked[0].url, "https://other.example.gov.uk/feed.xml");
  EXPECT_EQ(report.feeds.at(1).status, FeedReport::Status::not_due);
  EXPECT_EQ(report.feeds.at(3).status, FeedReport::Status::not_due);
  room.clock.advance(minutes{2});
  EXPECT_EQ(requests_of_a_run(), 4U);
}

TEST_F(Manners, AFeedThatIsAlwaysRefusedStarvesNoOtherOfItsHost) {
  add_feed("events", "https://www.example.gov.uk/events.xml");
  answer(jobs, 429, {{"Retry-After", "600"}});
  serve("https://www.example.gov.uk/events.xml", {});
  for (int round = 0; round < 4; ++round) {
    room.add_item("Fair " + std::to_string(round));
    room.site.asked.clear();
    room.run();
    ASSERT_EQ(room.site.asked.size(), 2U);
    if (round > 0) {
      EXPECT_EQ(room.site.asked[1].url, jobs) << "asked after the others";
    }
    room.clock.advance(minutes{11});
  }
  EXPECT_EQ(room.in_outbox().size(), 3U);
}

TEST_F(Manners, LeavesAServerThatSays429AnHourThenTwoThenFourUpToADay) {
  answer(jobs, 429);
  hours expected{1};
  for (int round = 0; round < 7; ++round) {
    room.run();
    const FeedState kept = state();
    const auto wait = *kept.not_before - room.clock.now();
    EXPECT_GE(wait, std::min(expected, hours{24}));
    EXPECT_LE(wait, hours{24});
    room.clock.advance(wait - seconds{1});
    EXPECT_EQ(requests_of_a_run(ask_all()), 0U);
    room.clock.advance(seconds{1});
    expected *= 2;
  }
}

TEST_F(Manners, ReadsTheRateLimitHeadersOfA429WithoutRetryAfter) {
  answer(jobs, 429,
         {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "2026-03-02T09:15:00.5Z"}});
  room.run();
  EXPECT_EQ(*state().not_before - room.clock.now(), seconds{15 * 60 + 1});
}

// --- failures ---------------------------------------------------------------------------------

TEST_F(Manners, BacksOffFromAFeedThatFailsForAnHourAtMostAndNeverGivesUp) {
  for (const int status : {500, 404}) {
    forget_all();
    answer(jobs, status);
    EXPECT_EQ(requests_of_a_run(), 1U);
    EXPECT_EQ(requests_of_a_run(), 1U) << "one failure is a blip";
    EXPECT_EQ(requests_of_a_run(), 1U) << "two may be as well";
    EXPECT_EQ(requests_of_a_run(), 0U);
    for (int minute = 0; minute < 24 * 60; ++minute) {
      room.clock.advance(minutes{1});
      const FeedReport report = run();
      EXPECT_TRUE(report.error.has_value()) << "one line in every run";
      EXPECT_EQ(report.name.value, "jobs");
    }
    const std::size_t asked = room.site.asked.size();
    EXPECT_GE(asked, 24U) << "once an hour at least";
    EXPECT_LE(asked, 24U * 60 / 45 + 4) << "no more than that, but for the first ones";
  }
}

TEST_F(Manners, AnswersAgainAsSoonAsAFeedIsWell) {
  answer(jobs, 500);
  for (int i = 0; i < 3; ++i) room.run();
  serve(jobs, {});
  EXPECT_EQ(requests_of_a_run(), 0U);
  EXPECT_EQ(requests_of_a_run(ask_all()), 1U);
  EXPECT_EQ(state().failures, 0);
  EXPECT_FALSE(state().failing_since);
  EXPECT_EQ(requests_of_a_run(), 1U);
}

TEST_F(Manners, SaysInEveryRunThatAFeedNeedsAPersonEvenWhileItBacksOff) {
  answer(jobs, 500);
  for (int i = 0; i < 8; ++i) {
    room.run();
    room.clock.advance(hours{1});
  }
  EXPECT_TRUE(room.run().needs_person());
  const RunReport report = room.run();
  EXPECT_EQ(report.feeds.at(0).status, FeedReport::Status::not_due);
  EXPECT_TRUE(report.needs_person());
}

TEST_F(Manners, StopsAskingAFeedThatIsGoneUntilItsAddressChanges) {
  answer(jobs, 410);
  for (int i = 0; i < 3; ++i) {
    const RunReport report = room.run(ask_all());
    EXPECT_EQ(report.feeds.at(0).status, FeedReport::Status::gone);
    EXPECT_TRUE(report.needs_person());
    EXPECT_NE(report.feeds.at(0).error->message.find("crier feed resume jobs"), std::string::npos);
    room.clock.advance(hours{24 * 40});
  }
  EXPECT_EQ(room.site.asked.size(), 1U);
  serve("https://www.example.gov.uk/new.xml", {});
  room.config.feeds[0].url = "https://www.example.gov.uk/new.xml";
  EXPECT_EQ(requests_of_a_run(), 1U);
  EXPECT_FALSE(state().gone_at);
}

// --- moves ------------------------------------------------------------------------------------

constexpr const char* new_place = "https://www.example.gov.uk/new/jobs.xml";

TEST_F(Manners, AsksAtTheNewAddressAfterAPermanentMoveAndRepeatsNothing) {
  serve_conditionally(jobs, {});
  room.run();
  serve_from(jobs, new_place, new_place);
  EXPECT_EQ(run().moved_to, new_place);
  serve_conditionally(new_place, {});
  room.site.asked.clear();
  EXPECT_EQ(run().moved_to, "") << "told once";
  ASSERT_EQ(room.site.asked.size(), 1U);
  EXPECT_EQ(room.site.asked[0].url, new_place);
  EXPECT_EQ(find_header(room.site.asked[0].headers, "If-None-Match"),
            std::optional<std::string_view>("\"there\""));
  EXPECT_TRUE(room.in_outbox().empty());
}

TEST_F(Manners, ShowsNoQueryOfAFeedsAddressForItMayBeAKey) {
  room.config.feeds[0].url = std::string(jobs) + "?key=s3cret";
  serve_from(jobs, std::string(new_place) + "?key=s3cret", std::string(new_place) + "?key=s3cret");
  const FeedReport report = run();
  EXPECT_EQ(report.source, std::string(jobs) + "?…");
  EXPECT_EQ(report.moved_to, std::string(new_place) + "?…");
  ASSERT_FALSE(report.notices.empty());
  for (const Warning& notice : report.notices) {
    EXPECT_EQ(notice.message.find("s3cret"), std::string::npos) << notice.message;
    EXPECT_NE(notice.message.find("its new address"), std::string::npos) << notice.message;
  }
  EXPECT_EQ(url_setting("https://me:pw@a.example/x"), "url = \"https://a.example/x\"");
}

TEST_F(Manners, AsksAtAnAddressThatIsPutIntoTheConfigOnceMore) {
  serve_from(jobs, new_place, new_place);
  room.run();
  room.config.feeds[0].url = "https://third.example.gov.uk/jobs.xml";
  serve("https://third.example.gov.uk/jobs.xml", {});
  room.site.asked.clear();
  room.run();
  EXPECT_EQ(room.site.asked.at(0).url, "https://third.example.gov.uk/jobs.xml");
  EXPECT_EQ(state().moved_to, "");
}

TEST_F(Manners, KeepsTheOldAddressAfterATemporaryRedirect) {
  serve_from(jobs, new_place, "");
  EXPECT_EQ(run().moved_to, "");
  EXPECT_EQ(state().moved_to, "");
}

TEST_F(Manners, TakesNoLoginPageForTheNewAddressOfAFeed) {
  answer(jobs, [](const Request&) -> Result<Response> {
    Response response = FakeSite::respond(200, "<html><title>Log in</title></html>", {});
    response.final_url = response.moved_to = "https://www.example.gov.uk/login";
    return response;
  });
  EXPECT_TRUE(run().error);
  EXPECT_EQ(state().moved_to, "");
}

TEST_F(Manners, GoesBackToTheOldAddressWhenThereIsNoFeedAtTheNewOne) {
  for (const int status : {404, 410, 200}) {
    forget_all();
    serve_from(jobs, new_place, new_place);
    room.run();
    answer(new_place, status);
    const FeedReport lost = run();
    EXPECT_TRUE(lost.error) << status;
    EXPECT_FALSE(lost.needs_person) << status << ": the next run may mend it";
    EXPECT_EQ(state().moved_to, "");
    EXPECT_FALSE(state().gone_at);
    serve_conditionally(jobs, {});
    room.site.asked.clear();
    EXPECT_FALSE(run().error);
    ASSERT_EQ(room.site.asked.size(), 1U);
    EXPECT_EQ(room.site.asked[0].url, jobs);
    EXPECT_FALSE(find_header(room.site.asked[0].headers, "If-None-Match"))
        << "a validator belongs to the address that gave it";
  }
}

TEST_F(Manners, StaysWithTheNewAddressThroughAnOutageOfSixHours) {
  serve_from(jobs, new_place, new_place);
  room.run();
  answer(new_place, 500);
  room.run();
  EXPECT_EQ(state().moved_to, new_place);
  room.clock.advance(hours{6});
  room.run();
  EXPECT_EQ(state().moved_to, "") << "it may have died, and the old address know of another";
}

TEST_F(Manners, WarnsOfARedirectToHttpAndKeepsNone) {
  const std::string open = "http://www.example.gov.uk/jobs.xml";
  serve_from(jobs, open, open);
  const FeedReport report = run();
  ASSERT_EQ(report.warnings.size(), 1U);
  EXPECT_EQ(report.warnings[0].code, "insecure-redirect");
  EXPECT_EQ(state().moved_to, "");
}

TEST_F(Manners, KeepsTheAddressThatHasThePassword) {
  room.config.feeds[0].url = "https://me:secret@www.example.gov.uk/jobs.xml";
  serve_from("https://me:secret@www.example.gov.uk/jobs.xml", new_place, new_place);
  room.run();
  EXPECT_EQ(state().moved_to, "");
}

// --- on the wire ------------------------------------------------------------------------------

TEST_F(Manners, BreaksOffWhatIsStillUnderWayToAHostThatAskedForTime) {
  LoopbackServer server([](const std::string& request) {
    return request.starts_with("GET /0 ")
               ? LoopbackServer::Reply{"HTTP/1.1 429 Slow\r\nRetry-After: 60\r\nContent-Length: "
                                       "0\r\n\r\n",
                                       false, false}
               : LoopbackServer::Reply{"", false, true};
  });
  room.config.feeds[0].url = server.url("/0");
  for (int i = 1; i < 20; ++i)
    add_feed("feed-" + std::to_string(i), server.url("/" + std::to_string(i)));
  const auto run_on_the_wire = [&] {
    SqliteStore store(room.config.state, SqliteStore::Access::write);
    CurlClient client({"crier-test/1", 64, 2, {}});
    return room.run(store, client);
  };
  const RunReport report = run_on_the_wire();
  EXPECT_LE(server.requests().size(), 2U) << "no more than were out when it answered";
  for (std::size_t i = 1; i < report.feeds.size(); ++i) {
    EXPECT_EQ(report.feeds[i].status, FeedReport::Status::not_due);
    EXPECT_TRUE(state("feed-" + std::to_string(i)).not_before);
    EXPECT_EQ(state("feed-" + std::to_string(i)).failures, 0) << "it has not failed";
  }
  const std::size_t before = server.requests().size();
  (void)run_on_the_wire();
  EXPECT_EQ(server.requests().size(), before);
}

/// Twenty feeds of one host: the two that are named drip and never end.
TEST_F(Manners, LeavesAHostAloneThatLetsTwoRequestsRunOutOfTimeAndAsksItsOthersFirstNextTime) {
  std::atomic<bool> is_mended = false;
  LoopbackServer server([&](const std::string& request) {
    const bool drips = request.starts_with("GET /0 ") || request.starts_with("GET /1 ");
    if (drips || !is_mended) return LoopbackServer::Reply{"", false, true};
    return LoopbackServer::ok(room.rss());
  });
  room.config.timeout = seconds{1};
  room.config.feeds[0].url = server.url("/0");
  for (int i = 1; i < 20; ++i)
    add_feed("feed-" + std::to_string(i), server.url("/" + std::to_string(i)));
  const auto run_on_the_wire = [&] {
    SqliteStore store(room.config.state, SqliteStore::Access::write);
    CurlClient client({"crier-test/1", 64, 2, {}});
    return room.run(store, client);
  };
  const RunReport first = run_on_the_wire();
  EXPECT_LE(server.requests().size(), 2U + 2U) << "the two, and what had begun when they ended";
  for (std::size_t i = 4; i < 20; ++i) {
    const FeedReport& feed = first.feeds[i];
    EXPECT_EQ(feed.status, FeedReport::Status::not_due);
    EXPECT_NE(feed.error->message.find("let crier wait in vain 2 times"), std::string::npos);
    EXPECT_FALSE(feed.needs_person) << "it may be well";
    EXPECT_EQ(state(feed.name.value).failures, 0) << "it has not failed";
  }
  is_mended = true;
  const RunReport second = run_on_the_wire();
  for (std::size_t i = 2; i < 20; ++i)
    EXPECT_EQ(second.feeds[i].status, FeedReport::Status::seeded) << i;
  EXPECT_EQ(second.totals.failed_feeds, 2U);
}

/// A ledger on a machine that has no memory for one feed.
class NarrowStore final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  std::string huge;
  std::optional<SysTime> seen_on(const FeedId& feed, std::string_view name) const override {
    if (feed.value == huge) throw std::bad_alloc();
    return ForwardingStore::seen_on(feed, name);
  }

 protected:
  void write(const std::function<void()>& work) override { work(); }
};

TEST_F(Manners, AFeedThatTakesMoreMemoryThanThereIsStopsNoOther) {
  const auto folder = room.dir.path() / "file.xml";
  add_feed("events", "https://www.example.gov.uk/events.xml");
  add_feed("file", folder.string()).is_path = true;
  serve(jobs, {{"ETag", "\"1\""}});
  serve("https://www.example.gov.uk/events.xml", {});
  std::ofstream(folder) << room.rss();
  for (const char* huge : {"jobs", "file"}) {
    forget_all();
    SqliteStore ledger(room.config.state, SqliteStore::Access::write);
    NarrowStore store(ledger);
    store.huge = huge;
    SiteClient client(room.site, room.clock);
    const RunReport report = room.run(store, client);
    for (const FeedReport& feed : report.feeds) {
      const bool is_huge = feed.name.value == huge;
      EXPECT_EQ(feed.status, is_huge ? FeedReport::Status::failed : FeedReport::Status::seeded);
      if (!is_huge) continue;
      EXPECT_TRUE(feed.needs_person);
      EXPECT_NE(feed.error->message.find("more memory than this machine has"), std::string::npos);
    }
    EXPECT_EQ(state(huge).etag, "") << "it is read whole the next time";
    EXPECT_FALSE(state(huge).seeded_at);
  }
}

TEST_F(Manners, ReadsAFeedWhoseServerSaysNonsenseOfItsCodingAndWarns) {
  LoopbackServer server([&](const std::string&) {
    return LoopbackServer::ok(room.rss(), "Content-Encoding: aws-chunked\r\n");
  });
  room.config.feeds[0].url = server.url("/");
  SqliteStore store(room.config.state, SqliteStore::Access::write);
  CurlClient client({"crier-test/1", 64, 2, {}});
  const FeedReport feed = room.run(store, client).feeds.at(0);
  EXPECT_EQ(feed.status, FeedReport::Status::seeded);
  ASSERT_EQ(feed.warnings.size(), 1U);
  EXPECT_EQ(feed.warnings[0].code, "wrong-encoding");
  EXPECT_NE(feed.warnings[0].message.find("aws-chunked"), std::string::npos);
}

TEST_F(Manners, WhatIsWrongWithACodingIsASentenceOfItsOwnAndNotTheCauseOfAFailure) {
  LoopbackServer server([](const std::string&) {
    return LoopbackServer::ok("<!DOCTYPE html><html><head><title>Busy</title></head></html>",
                              "Content-Encoding: gzip\r\n");
  });
  room.config.feeds[0].url = server.url("/");
  SqliteStore store(room.config.state, SqliteStore::Access::write);
  CurlClient client({"crier-test/1", 64, 2, {}});
  const FeedReport feed = room.run(store, client).feeds.at(0);
  ASSERT_EQ(feed.status, FeedReport::Status::failed);
  const std::string& why = feed.error->message;
  EXPECT_NE(why.find("web page"), std::string::npos) << why;
  EXPECT_NE(why.find(". Besides, its Content-Encoding says “gzip”"), std::string::npos) << why;
}

TEST_F(Manners, FollowsNoFeedIntoAPrivateNetworkUnlessFeedsTomlSaysSo) {
  LoopbackServer intranet([&](const std::string&) { return LoopbackServer::ok(room.rss()); });
  LoopbackServer server([&](const std::string&) {
    return LoopbackServer::Reply{
        "HTTP/1.1 301 Moved\r\nLocation: " + intranet.url("/") + "\r\nContent-Length: 0\r\n\r\n",
        false, false};
  });
  room.config.feeds[0].url = server.url("/");
  const auto run_on_the_wire = [&] {
    SqliteStore store(room.config.state, SqliteStore::Access::write);
    CurlClient client({"crier-test/1", 64, 2, {}});
    return room.run(store, client).feeds.at(0);
  };
  const FeedReport refused = run_on_the_wire();
  EXPECT_EQ(refused.status, FeedReport::Status::failed);
  EXPECT_TRUE(refused.needs_person);
  EXPECT_NE(refused.error->message.find("leads to 127.0.0.1, a private address"), std::string::npos)
      << refused.error->message;
  EXPECT_EQ(intranet.connections(), 0);
  EXPECT_EQ(state().moved_to, "");
  room.config.allow_private_addresses = true;
  EXPECT_EQ(run_on_the_wire().status, FeedReport::Status::seeded);
}

TEST_F(Manners, SaysAtOnceThatAFeedFailsWhichWasNeverRead) {
  answer(jobs, 500);
  EXPECT_TRUE(run().needs_person) << "its address may be wrong";
  serve(jobs, {});
  EXPECT_FALSE(run().needs_person);
  answer(jobs, 500);
  EXPECT_FALSE(run().needs_person) << "a blip";
}

TEST_F(Manners, SendsOneRequestPerFeedAndNoOther) {
  LoopbackServer server(
      [&](const std::string&) { return LoopbackServer::ok(room.rss(), "Set-Cookie: a=b\r\n"); });
  room.config.feeds[0].url = server.url("/Feed.XML?a=%7E&b=%2f/../c");
  room.config.feeds[0].accounts = {{"noticeboard"}, {"second"}};
  room.config.accounts.push_back(
      {{"second"}, "outbox", "", "", {{"path", room.outbox().string() + ".second"}}});
  SqliteStore store(room.config.state, SqliteStore::Access::write);
  CurlClient far({"crier-test/1", 64, 2, {}});
  OutboxClient client(far, room.clock);
  room.run(store, client);
  room.add_item("Librarian");
  room.run(store, client);
  ASSERT_EQ(server.requests().size(), 2U) << "two accounts, one request a run";
  for (const std::string& request : server.requests()) {
    EXPECT_TRUE(request.starts_with("GET /Feed.XML?a=%7E&b=%2f/../c HTTP/1.1\r\n")) << request;
    EXPECT_NE(request.find("\r\nAccept: application/rss+xml"), std::string::npos);
    for (const char* unwanted : {"Cookie:", "Referer:", "If-None-Match:", "If-Modified-Since:"})
      EXPECT_EQ(request.find(unwanted), std::string::npos) << unwanted;
  }
  EXPECT_EQ(room.in_outbox().size(), 1U);
}

TEST_F(Manners, KeepsNoValidatorOfABodyThatWasCut) {
  std::size_t tries = 0;
  std::string conditional;
  LoopbackServer server([&](const std::string& request) {
    if (request.find("If-None-Match") != std::string::npos) conditional = request;
    LoopbackServer::Reply reply = LoopbackServer::ok(room.rss(), "ETag: \"1\"\r\n");
    reply.bytes.resize(++tries == 1 ? reply.bytes.size() - 40 : reply.bytes.size());
    reply.close = true;
    return reply;
  });
  room.config.feeds[0].url = server.url("/");
  SqliteStore store(room.config.state, SqliteStore::Access::write);
  CurlClient client({"crier-test/1", 64, 2, {}});
  EXPECT_EQ(room.run(store, client).feeds.at(0).status, FeedReport::Status::failed);
  EXPECT_EQ(state().etag, "");
  EXPECT_EQ(room.run(store, client).feeds.at(0).status, FeedReport::Status::seeded);
  EXPECT_EQ(conditional, "");
}

// --- clocks -----------------------------------------------------------------------------------

TEST_F(Manners, AClockThatIsSetBackADayAsksOnceAndWaitsAgain) {
  serve_conditionally(jobs, {{"Cache-Control", "max-age=7200"}});
  room.run();
  room.clock.set(room.clock.now() - hours{24});
  EXPECT_EQ(requests_of_a_run(), 1U);
  EXPECT_EQ(requests_of_a_run(), 0U) << "no storm";
  room.clock.advance(hours{2});
  EXPECT_EQ(requests_of_a_run(), 1U) << "no wait of a day";
  EXPECT_TRUE(room.in_outbox().empty()) << "no repeat";
}

TEST_F(Manners, AClockThatWasAMonthAheadLeavesNoWaitBehind) {
  const SysTime right = room.clock.now();
  for (const int status : {200, 429, 500}) {
    forget_all();
    room.clock.set(right + hours{30 * 24});
    serve(jobs, {{"Cache-Control", "max-age=7200"}});
    if (status != 200) answer(jobs, status, {{"Retry-After", "86400"}});
    room.run();
    room.clock.set(right);
    EXPECT_EQ(requests_of_a_run(), 1U) << status;
  }
}

// --- silence ----------------------------------------------------------------------------------

TEST_F(Manners, SaysThatAFeedHasBeenSilentForLongerThanExpectedWithoutCallingItFailed) {
  room.config.feeds[0].expect_every = hours{7 * 24};
  serve_conditionally(jobs, {{"Cache-Control", "max-age=600"}});
  room.run();
  room.clock.advance(hours{7 * 24});
  EXPECT_FALSE(room.run().needs_person());
  room.clock.advance(hours{1});
  for (const auto expected : {FeedReport::Status::not_modified, FeedReport::Status::not_due}) {
    const RunReport report = room.run();
    EXPECT_EQ(report.feeds.at(0).status, expected);
    EXPECT_TRUE(report.needs_person());
    EXPECT_EQ(report.totals.failed_feeds, 0U);
    EXPECT_NE(report.feeds.at(0).error->message.find("expect_every is 7d"), std::string::npos);
  }
  EXPECT_EQ(state().failures, 0);
  room.add_item("Librarian");
  room.clock.advance(hours{1});
  EXPECT_FALSE(room.run().needs_person()) << "there is news";
}

}  // namespace
}  // namespace crier
