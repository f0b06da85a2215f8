#include "publish/polling.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace crier {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr SysTime now{seconds{1'772'442'000}};  // 2026-03-02T09:00:00Z

FeedState feed_at(const std::string& url) {
  FeedState state;
  state.id = {"jobs"};
  state.url = url;
  return state;
}

PollingRules rules_at(SysTime time) {
  PollingRules rules;
  rules.began = time;
  return rules;
}

TEST(HostOf, IsNameAndPortWhateverTheScheme) {
  EXPECT_EQ(host_of("https://WWW.Example.gov.uk/a"), "www.example.gov.uk");
  EXPECT_EQ(host_of("http://www.example.gov.uk:80/b?c"), "www.example.gov.uk");
  EXPECT_EQ(host_of("https://www.example.gov.uk:8443/"), "www.example.gov.uk:8443");
  EXPECT_EQ(host_of("https://me:word@www.example.gov.uk/"), "www.example.gov.uk");
  EXPECT_EQ(host_of("/srv/jobs.xml"), "");
}

TEST(WaitingHosts, AreThoseOfFeedsWhoseTimeHasNotComeByTheirLatestWord) {
  std::map<FeedId, FeedState> states;
  const auto add = [&](const std::string& name, const std::string& url, seconds wait) {
    FeedState& state = states[{name}] = feed_at(url);
    state.not_before = now + wait;
    state.waits_from = now - hours{1};
  };
  add("jobs", "https://a.example/jobs", seconds{600});
  add("events", "http://a.example/events", seconds{900});
  add("past", "https://b.example/", seconds{0});
  add("file", "/srv/jobs.xml", seconds{600});
  add("ahead", "https://c.example/", seconds{600});
  states[{"ahead"}].waits_from = now + seconds{1};
  add("wild", "https://d.example/", hours{24 * 400});
  add("moved", "https://e.example/", seconds{600});
  states[{"moved"}].moved_to = "https://f.example/";
  EXPECT_EQ(waiting_hosts(states, now),
            (HostWaits{{"a.example", now + seconds{900}}, {"f.example", now + seconds{600}}}));
}

TEST(Downgrade, IsOnlyFromHttpsToHttp) {
  EXPECT_TRUE(is_downgrade("https://a.example/", "http://a.example/"));
  EXPECT_TRUE(is_downgrade("HTTPS://a.example/", "HTTP://a.example/"));
  EXPECT_FALSE(is_downgrade("http://a.example/", "http://a.example/"));
  EXPECT_FALSE(is_downgrade("http://a.example/", "https://a.example/"));
  EXPECT_FALSE(is_downgrade("https://a.example/", "https://b.example/"));
  EXPECT_FALSE(is_downgrade("", ""));
}

TEST(Move, BackToTheAddressInTheConfigIsNoMove) {
  FeedState state = feed_at("https://a.example/");
  EXPECT_EQ(note_move(state, "https://www.a.example/b", now), Move::kept);
  EXPECT_EQ(address_of(state), "https://www.a.example/b");
  EXPECT_EQ(note_move(state, "", now), Move::none);
  EXPECT_EQ(address_of(state), "https://www.a.example/b") << "no redirect: it is still there";
  EXPECT_EQ(note_move(state, "http://www.a.example/b", now), Move::none);
  EXPECT_EQ(address_of(state), "https://www.a.example/b") << "never down to http";
  EXPECT_EQ(note_move(state, "https://a.example/", now), Move::none);
  EXPECT_EQ(state.moved_to, "");
}

TEST(Move, ToAnotherHostIsKeptWhenItHasBeenTheSameForAWeek) {
  FeedState state = feed_at("https://a.example/");
  EXPECT_EQ(note_move(state, "https://b.example/", now), Move::followed);
  EXPECT_EQ(note_move(state, "https://c.example/", now + hours{1}), Move::followed);
  EXPECT_EQ(note_move(state, "https://c.example/", now + redirect_patience), Move::none);
  EXPECT_EQ(address_of(state), "https://a.example/");
  EXPECT_EQ(note_move(state, "https://c.example/", now + hours{1} + redirect_patience), Move::kept);
  EXPECT_EQ(address_of(state), "https://c.example/");
  EXPECT_EQ(state.redirects_to, "");
}

TEST(Move, UnderAClockThatWasAheadWaitsAWeekFromNow) {
  FeedState state = feed_at("https://a.example/");
  (void)note_move(state, "https://b.example/", now + hours{24 * 3650});
  EXPECT_EQ(note_move(state, "https://b.example/", now), Move::none);
  EXPECT_EQ(note_move(state, "https://b.example/", now + redirect_patience), Move::kept);
}

TEST(Move, IsNeverKeptWhereAnAddressHasAPassword) {
  FeedState state = feed_at("https://a.example/");
  EXPECT_EQ(note_move(state, "https://me:word@a.example/b", now), Move::none);
  EXPECT_EQ(state.moved_to, "");
}

TEST(StateFor, KeepsWhatWasReadAndForgetsWhatBelongsToAnotherAddress) {
  FeedState known = feed_at("https://a.example/");
  known.etag = "1";
  known.moved_to = known.redirects_to = "https://b.example/";
  known.redirects_since = now;
  known.failures = 3;
  known.gone_at = known.not_before = known.next_at = known.waits_from = now;
  known.seeded_at = known.news_at = known.fuse_at = now;
  FeedConfig config;
  config.id = {"jobs"};
  config.url = "https://a.example/";
  EXPECT_EQ(state_for(known, config), known);
  config.url = "https://c.example/";
  FeedState expected = feed_at("https://c.example/");
  expected.seeded_at = expected.news_at = expected.fuse_at = now;
  EXPECT_EQ(state_for(known, config), expected);
}

TEST(Failure, LeavesAServersWordToTheHostAndOurOwnToTheFeed) {
  SeededRandom random;
  FeedState asked = feed_at("https://a.example/");
  note_failure(asked, {ErrorKind::unavailable, "", hours{24 * 300}}, now, rules_at(now), random);
  EXPECT_EQ(asked.not_before, now + most_retry_after);
  EXPECT_FALSE(asked.next_at);
  FeedState own = feed_at("https://a.example/");
  for (int i = 0; i < 3; ++i)
    note_failure(own, {ErrorKind::rejected, "", seconds{60}}, now, rules_at(now), random);
  EXPECT_FALSE(own.not_before) << "a 404 asks for nothing";
  EXPECT_TRUE(own.next_at);
  note_failure(own, {ErrorKind::throttled, "", seconds{0}}, now, rules_at(now), random);
  EXPECT_GE(*own.not_before, now + hours{1}) << "429 with a wait of nothing is a 429";
}

TEST(Silence, IsLongerThanExpectedSinceTheLastNewsOrTheFirstReading) {
  FeedConfig config;
  FeedState state = feed_at("https://a.example/");
  state.seeded_at = now - hours{100};
  EXPECT_FALSE(silent_since(state, config, now)) << "nothing was expected";
  config.expect_every = hours{48};
  EXPECT_EQ(silent_since(state, config, now), state.seeded_at);
  state.news_at = now - hours{48};
  EXPECT_FALSE(silent_since(state, config, now));
  state.news_at = now + hours{1};
  EXPECT_FALSE(silent_since(state, config, now)) << "the clock was set back";
  EXPECT_FALSE(silent_since(feed_at(""), config, now)) << "it was never read";
}

}  // namespace
}  // namespace crier
