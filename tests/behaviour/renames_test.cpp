// Feeds that change their names or addresses in feeds.toml: what was posted is not posted again.
#include <gtest/gtest.h>

#include <algorithm>

#include "support/newsroom.h"

namespace crier {
namespace {

constexpr std::chrono::hours day{24};
constexpr const char* old_site = "https://www.example.gov.uk/old.xml";
constexpr const char* new_site = "https://new.example.gov.uk/feed.xml";

/// A room whose one feed is served wherever feeds.toml says, to the noticeboard alone.
class RenamedFeeds : public ::testing::Test {
 protected:
  RenamedFeeds() {
    room.config.feeds[0].accounts = {{"noticeboard"}};
    room.config.feeds[0].url = old_site;
    serve(old_site);
    room.add_item("Gritter driver");
    room.add_item("Cook");
  }
  /// The room's items, with links to that website.
  void serve(const std::string& where) {
    room.site.on("GET " + where, [this, site = origin_of(where)](const Request&) {
      std::string body = "<rss version=\"2.0\"><channel><title>Jobs</title>";
      for (std::size_t i = room.items.size(); i-- > 0;) {
        body += fmt::format(
            "<item><title>{}</title><link>{}/{}</link><guid isPermaLink=\"false\">job-{}</guid>"
            "<pubDate>{}</pubDate></item>",
            room.items[i], site, i, i, to_iso8601(began + std::chrono::hours{i}));
      }
      return FakeSite::respond(200, body + "</channel></rss>");
    });
  }
  FeedConfig feed_at(const std::string& name, const std::string& url) {
    FeedConfig feed = room.config.feeds[0];
    feed.id = {name};
    feed.url = url;
    return feed;
  }
  RunReport run_for(const std::string& feed) {
    PublishOptions options;
    options.feeds = {{feed}};
    return room.run(options);
  }
  static std::size_t times(const RunReport& report, const std::string& what) {
    return static_cast<std::size_t>(std::ranges::count(report.reminders, what));
  }

  Newsroom room;
  const SysTime began = room.clock.now() - day;
};

TEST_F(RenamedFeeds, AMoveToAnAddressThatWasTriedUnderAnotherNamePostsNothingAgain) {
  serve(new_site);
  room.config.feeds.push_back(feed_at("trial", new_site));
  room.run();
  room.config.feeds.pop_back();
  for (const char* title : {"Librarian", "Lifeguard", "Registrar"}) room.add_item(title);
  room.run();
  ASSERT_EQ(room.in_outbox().size(), 3U);
  room.config.feeds[0].url = new_site;
  room.clock.advance(day);
  room.add_item("Planner");
  for (int i = 0; i < 2; ++i) {
    const RunReport report = room.run();
    EXPECT_EQ(room.in_outbox().size(), 4U) << "what is new, and nothing else";
    EXPECT_EQ(report.totals.held, 0U);
  }
}

TEST_F(RenamedFeeds, WhatTheOtherNamesAddressHoldsIsHeldWhereNobodyCanTellAndNotPosted) {
  room.config.feeds.push_back(feed_at("news", new_site));
  room.site.on(std::string("GET ") + new_site, [](const Request&) -> Result<Response> {
    return FakeSite::respond(200,
                             "<rss version=\"2.0\"><channel><title>News</title><item>"
                             "<title>Bins</title><guid>n-1</guid></item></channel></rss>");
  });
  room.run();
  room.add_item("Librarian");
  room.run();
  ASSERT_EQ(room.in_outbox().size(), 1U);
  room.config.feeds = {feed_at("news", old_site)};
  const RunReport report = room.run();
  EXPECT_EQ(room.in_outbox().size(), 1U);
  EXPECT_GE(report.totals.held, 2U) << "and not lost";
}

TEST_F(RenamedFeeds, ANewNameIsToldOnceByTheRunThatWritesItThoughThatReadsAnotherFeed) {
  serve(new_site);
  room.config.feeds.push_back(feed_at("events", new_site));
  room.run();
  room.config.feeds[0].id = {"vacancies"};
  const std::string said =
      "feed vacancies: this address was [feeds.jobs] before: it goes on where it was, under its "
      "new name";
  EXPECT_EQ(times(run_for("events"), said), 1U);
  const RunReport next = room.run();
  EXPECT_EQ(times(next, said), 0U);
  EXPECT_TRUE(next.feeds[0].notices.empty());
}

TEST_F(RenamedFeeds, AFeedThatIsPutAsideIsToldOfUnderItsNewName) {
  serve(new_site);
  room.config.feeds.push_back(feed_at("news", new_site));
  room.run();
  room.config.feeds.pop_back();
  room.clock.advance(40 * day);
  room.run();
  room.config.feeds[0].id = {"news"};
  const std::string said =
      "feed news.before: this was [feeds.news], until another feed got that name: what waits of "
      "it is here";
  EXPECT_EQ(times(room.run(), said), 1U);
  EXPECT_EQ(times(room.run(), said), 0U);
  EXPECT_EQ(room.in_outbox().size(), 0U);
}

}  // namespace
}  // namespace crier
