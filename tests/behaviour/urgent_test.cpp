// The day of the flood: what is urgent is public first, whatever else waits.
#include <gtest/gtest.h>

#include "support/ledger_words.h"
#include "support/newsroom.h"

namespace crier {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* alerts = "https://www.example.gov.uk/alerts.xml";

/// A newsroom that has seen both its feeds, at the usual pace of a Mastodon account.
class Flood : public ::testing::Test {
 protected:
  void SetUp() override {
    FeedConfig feed = room.config.feeds[0];
    feed.id = {"alerts"};
    feed.url = alerts;
    feed.prefix = "Alert: ";
    feed.urgent = true;
    feed.accounts = {{"town-hall"}};
    room.config.feeds[0].accounts = {{"town-hall"}};
    room.config.feeds[0].fuse.percent = 0;
    room.config.feeds.push_back(feed);
    room.config.accounts[0].pace = {10, 30, 200, seconds{0}};
    room.site.on(std::string("GET ") + alerts, [this](const Request&) -> Result<Response> {
      std::string items;
      for (const std::string& title : warnings) {
        items += fmt::format(
            "<item><title>{0}</title><guid isPermaLink=\"false\">{0}</guid>"
            "<link>https://www.example.gov.uk/alerts/{1}</link></item>",
            title, title.size());
      }
      return FakeSite::respond(
          200, "<rss version=\"2.0\"><channel><title>Alerts</title>" + items + "</channel></rss>",
          {{"Content-Type", "application/rss+xml"}});
    });
    warnings = {"A test of the sirens"};
    room.add_item("Old job");
    room.run();
  }
  void add_jobs(int count) {
    for (int i = 0; i < count; ++i) room.add_item("Job " + std::to_string(room.items.size()));
  }
  [[nodiscard]] std::string text(std::size_t at) const {
    return room.mastodon.statuses.at(at).text;
  }
  [[nodiscard]] bool is_public(const std::string& words) const {
    return std::ranges::any_of(room.mastodon.statuses, [&](const auto& status) {
      return status.text.find(words) != std::string::npos;
    });
  }

  std::vector<std::string> warnings;
  Newsroom room;
};

TEST_F(Flood, WhatIsUrgentIsPublicBeforeFortyOthersInTheSameRun) {
  add_jobs(40);
  warnings.emplace_back("Leave the riverside now");
  const RunReport report = room.run();
  ASSERT_GE(room.mastodon.statuses.size(), 2U);
  EXPECT_NE(text(0).find("Leave the riverside now"), std::string::npos);
  EXPECT_EQ(room.mastodon.statuses.size(), 10U) << "it counts, and the others keep their pace";
  EXPECT_FALSE(report.needs_person());
}

TEST_F(Flood, WhatIsUrgentPassesAPaceThatIsUsedUp) {
  add_jobs(40);
  room.run();
  warnings.emplace_back("Leave the riverside now");
  room.config.accounts[0].pace.per_hour = 10;
  room.run();
  EXPECT_TRUE(is_public("Leave the riverside now"));
  EXPECT_EQ(room.mastodon.statuses.size(), 11U) << "and nothing else goes with it";
}

TEST_F(Flood, WhatIsUrgentWaitsForItsServersPauseSaysSoAtOnceAndIsThenFirst) {
  room.mastodon.before = [](const Request&) -> std::optional<Result<Response>> {
    return FakeSite::respond(429, R"({"error":"Too many requests"})", {{"Retry-After", "1800"}});
  };
  add_jobs(3);
  room.run();
  warnings.emplace_back("Leave the riverside now");
  const RunReport waits = room.run();
  EXPECT_TRUE(waits.needs_person()) << "somebody may have another way to say it";
  room.mastodon.before = nullptr;
  room.clock.advance(hours{2});
  const RunReport report = room.run();
  EXPECT_NE(text(0).find("Leave the riverside now"), std::string::npos);
  EXPECT_FALSE(report.needs_person());
}

TEST_F(Flood, WhatIsUrgentPassesANeighbourThatIsInDoubt) {
  int lost = 1;
  room.mastodon.before = [&](const Request&) -> std::optional<Result<Response>> {
    if (lost-- > 0) return Result<Response>(fail(ErrorKind::uncertain, "the answer did not come"));
    return std::nullopt;
  };
  room.site.on("GET https://social.example.gov.uk/api/v1/accounts/7/statuses",
               [](const Request&) -> Result<Response> { return FakeSite::respond(503, ""); });
  add_jobs(3);
  room.run();
  warnings.emplace_back("Leave the riverside now");
  room.clock.advance(minutes{1});
  room.run();
  EXPECT_TRUE(is_public("Leave the riverside now"));
  EXPECT_FALSE(is_public("Job 2")) << "an ordinary one would bury it";
}

TEST_F(Flood, ABlownFuseOfAnotherFeedKeepsNothingUrgent) {
  room.config.feeds[0].fuse.percent = 50;
  add_jobs(40);
  warnings.emplace_back("Leave the riverside now");
  const RunReport report = room.run();
  EXPECT_EQ(room.mastodon.statuses.size(), 1U);
  EXPECT_TRUE(is_public("Leave the riverside now"));
  EXPECT_TRUE(report.needs_person());
}

TEST_F(Flood, TwoHundredAtOnceAllGoInTheOrderOfTheirDates) {
  room.config.feeds[1].fuse.percent = 0;
  for (int i = 0; i < 200; ++i) warnings.push_back(fmt::format("Warning {:03}", i));
  room.run();
  ASSERT_EQ(room.mastodon.statuses.size(), 200U);
}

}  // namespace
}  // namespace crier
