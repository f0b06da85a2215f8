// What becomes of a ledger that is gone, and of the promise to say each item once.
#include "publish/rebuild.h"

#include <gtest/gtest.h>

#include "support/ledger_words.h"
#include "support/newsroom.h"

namespace crier {
namespace {

/// A council whose ledger can be lost.
class Rebuild : public ::testing::Test {
 protected:
  Rebuild() {
    room.add_item("Gritter driver");
    room.run();
  }

  void announce(const std::vector<std::string>& titles) {
    for (const std::string& title : titles) {
      room.add_item(title);
      room.clock.advance(std::chrono::hours{1});
      room.run();
    }
  }

  [[nodiscard]] std::vector<Delivery> held() const {
    return SqliteStore(room.config.state, SqliteStore::Access::read)
        .history({{}, {}, Stage::held, {}, {}, 99});
  }
  void lose_ledger() {
    for (const char* end : {"", "-journal"}) {
      std::filesystem::remove(room.config.state.string() + end);
    }
  }

  RebuildReport plan(const std::string& account) {
    SqliteStore store(room.config.state, SqliteStore::Access::read);
    SiteClient far(room.site, room.clock);
    OutboxClient client(far, room.clock);
    Templates templates;
    for (const FeedConfig& feed : room.config.feeds)
      templates.emplace(feed.id, *Template::parse(feed.text_template));
    const DeliveryWorld world{room.config,     store,      client,     room.tokens,
                              room.authorizer, room.clock, room.random};
    return rebuild(*room.config.account({account}), templates, world);
  }

  RebuildReport run(const std::string& account) {
    RebuildReport report = plan(account);
    if (report.plans.empty() && report.receipts.empty()) return report;
    SqliteStore store(room.config.state, SqliteStore::Access::write);
    commit_plan(store, report.plans, room.clock.now());
    for (const FoundReceipt& found : report.receipts)
      crier::found(store, found.id, found.receipt, room.clock.now());
    return report;
  }

  void expect_each_once(const std::vector<std::string>& titles) {
    std::map<std::string, int> wanted;
    for (std::size_t i = 0; i < titles.size(); ++i) {
      wanted[fmt::format("New job: {} https://www.example.gov.uk/jobs/{}", titles[i], i + 1)] = 1;
    }
    EXPECT_EQ(room.on_mastodon(), wanted);
    EXPECT_EQ(room.in_outbox(), wanted);
  }

  Newsroom room;
};

TEST_F(Rebuild, SaysWhatIsNewOnceAndNothingTwice) {
  announce({"Librarian", "Lifeguard", "Planner"});
  lose_ledger();
  room.add_item("Clerk");
  room.add_item("Warden");
  const RebuildReport report = run("town-hall");
  ASSERT_FALSE(report.problem) << report.problem->message;
  EXPECT_EQ(report.posts_read, 3U);
  EXPECT_TRUE(report.is_complete);
  EXPECT_EQ(report.feeds.at(0).found, 3U);
  EXPECT_EQ(report.feeds.at(0).recorded, 3U);
  EXPECT_EQ(report.feeds.at(0).history, 1U) << "what stood there at the first run";
  EXPECT_EQ(report.feeds.at(0).news, 2U);
  room.run();
  room.run();
  expect_each_once({"Librarian", "Lifeguard", "Planner", "Clerk", "Warden"});
}

TEST_F(Rebuild, TellsApartWhatReadsTheSame) {
  room.config.feeds[0].text_template = "{{prefix}}{{title}}";
  announce({"Librarian", "Tip closed", "Tip closed", "Planner"});
  lose_ledger();
  const RebuildReport report = run("town-hall");
  ASSERT_FALSE(report.problem) << report.problem->message;
  EXPECT_EQ(report.feeds.at(0).found, 3U) << "one of the two went out";
  room.run();
  room.run();
  for (const auto& [text, times] : room.on_mastodon()) EXPECT_EQ(times, 1) << text;
  EXPECT_EQ(room.on_mastodon().size(), 3U);
}

TEST_F(Rebuild, ChangesNothingTheSecondTime) {
  announce({"Librarian", "Lifeguard"});
  lose_ledger();
  (void)run("town-hall");
  const auto before = SqliteStore(room.config.state, SqliteStore::Access::read).history({});
  const RebuildReport again = run("town-hall");
  EXPECT_TRUE(again.plans.empty());
  EXPECT_EQ(again.feeds.at(0).found, 2U);
  EXPECT_EQ(again.feeds.at(0).recorded, 0U);
  const auto after = SqliteStore(room.config.state, SqliteStore::Access::read).history({});
  ASSERT_EQ(after.size(), before.size());
  EXPECT_EQ(after.at(0).id, before.at(0).id);
}

TEST_F(Rebuild, GivesBackTheReceipts) {
  announce({"Librarian"});
  const auto before = SqliteStore(room.config.state, SqliteStore::Access::read).history({});
  lose_ledger();
  (void)run("town-hall");
  (void)run("noticeboard");
  const SqliteStore store(room.config.state, SqliteStore::Access::read);
  for (const Delivery& old : before) {
    HistoryQuery query;
    query.id_prefix = old.id.value;
    const auto found = store.history(query);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].stage, Stage::published);
    EXPECT_EQ(found[0].remote_id, old.remote_id);
    EXPECT_EQ(found[0].url, old.url);
    EXPECT_EQ(found[0].post.text, old.post.text);
    EXPECT_EQ(found[0].account, old.account);
  }
}

TEST_F(Rebuild, LeavesAnUnchangedLedgerAlone) {
  announce({"Librarian", "Lifeguard"});
  EXPECT_TRUE(run("town-hall").plans.empty());
  EXPECT_TRUE(run("noticeboard").plans.empty());
}

TEST_F(Rebuild, TakesNothingForHistoryThatAKnownFeedHasNew) {
  announce({"Librarian", "Lifeguard"});
  // A draft that was made long ago appears below the newest.
  const std::string draft = "<item><title>Draft</title><guid>draft</guid></item>";
  std::string feed = room.rss();
  feed.insert(feed.find("</channel>"), draft);
  room.site.on("GET https://www.example.gov.uk/jobs.xml",
               [feed](const Request&) -> Result<Response> { return FakeSite::respond(200, feed); });
  EXPECT_TRUE(run("town-hall").plans.empty());
  lose_ledger();
  EXPECT_EQ(run("town-hall").feeds.at(0).history, 2U) << "a feed that the ledger does not know";
}

TEST_F(Rebuild, KnowsItemsAgainAfterTheWebsiteWentToHttps) {
  announce({"Librarian", "Lifeguard"});
  for (auto& status : room.mastodon.statuses) {
    const std::size_t at = status.text.find("https://www.");
    status.text.replace(at, 12, "http://");
  }
  lose_ledger();
  room.add_item("Clerk");
  EXPECT_EQ(run("town-hall").feeds.at(0).found, 2U);
  room.run();
  EXPECT_EQ(room.mastodon.statuses.size(), 3U);
}

TEST_F(Rebuild, KnowsItemsAgainAfterTheWordingWasChanged) {
  announce({"Librarian", "Lifeguard"});
  lose_ledger();
  room.config.feeds[0].prefix = "Work for the council: ";
  EXPECT_EQ(run("town-hall").feeds.at(0).found, 2U);
}

TEST_F(Rebuild, CatchesUpWithALedgerThatCameFromABackup) {
  announce({"Librarian"});
  const std::string backup = read_file(room.config.state);
  announce({"Lifeguard", "Planner"});
  lose_ledger();
  write_file(room.config.state, backup);
  room.add_item("Clerk");
  EXPECT_EQ(run("town-hall").feeds.at(0).recorded, 2U);
  EXPECT_EQ(held().size(), 2U) << "nobody has looked whether the noticeboard has them";
  EXPECT_TRUE(SqliteStore(room.config.state, SqliteStore::Access::read).open().empty());
  EXPECT_EQ(run("noticeboard").feeds.at(0).recorded, 2U) << "but it has";
  EXPECT_TRUE(held().empty());
  EXPECT_TRUE(run("noticeboard").receipts.empty());
  room.run();
  expect_each_once({"Librarian", "Lifeguard", "Planner", "Clerk"});
}

TEST_F(Rebuild, LeavesWhatAPersonHasDecided) {
  announce({"Librarian"});
  const auto all = SqliteStore(room.config.state, SqliteStore::Access::read).history({});
  lose_ledger();
  std::vector<FeedPlan> plans(1);
  plans[0].state.id = {"jobs"};
  plans[0].state.url = room.config.feeds[0].url;
  plans[0].deliveries = all;
  for (Delivery& delivery : plans[0].deliveries) delivery.stage = Stage::planned;
  {
    SqliteStore store(room.config.state, SqliteStore::Access::write);
    commit_plan(store, plans, room.clock.now());
    for (const Delivery& delivery : all) drop(store, delivery.id, "not news", room.clock.now());
  }
  const RebuildReport report = run("town-hall");
  EXPECT_EQ(report.feeds.at(0).found, 0U);
  EXPECT_TRUE(report.receipts.empty());
}

TEST_F(Rebuild, LeavesAFeedAloneOfWhichNothingIsFound) {
  lose_ledger();
  const RebuildReport report = run("town-hall");
  EXPECT_EQ(report.feeds.at(0).found, 0U);
  EXPECT_TRUE(report.plans.empty());
  EXPECT_FALSE(SqliteStore::exists(room.config.state))
      << "an empty ledger would pass for a whole one";
}

TEST_F(Rebuild, LosesNothingThatOnlyOneAccountHas) {
  announce({"Librarian"});
  room.mastodon.before = [](const Request&) -> std::optional<Result<Response>> {
    return FakeSite::respond(422, R"({"error":"no"})");
  };
  room.add_item("Lifeguard");
  room.run();  // goes to the outbox only
  room.mastodon.before = {};
  lose_ledger();
  for (const auto& order :
       {std::vector{"town-hall", "noticeboard"}, std::vector{"noticeboard", "town-hall"}}) {
    for (const char* account : order) (void)run(account);
    // Where the town hall was read last, it is known to lack the post; else a person is asked.
    SqliteStore store(room.config.state, SqliteStore::Access::write);
    const bool asked = order[0] == std::string("town-hall");
    const auto owed = asked ? held() : store.open();
    ASSERT_EQ(owed.size(), 1U) << order[0] << " first";
    EXPECT_EQ(owed[0].account.value, "town-hall");
    EXPECT_EQ(owed[0].item_title, "Lifeguard");
    if (asked) lose_ledger();
  }
  room.run();
  expect_each_once({"Librarian", "Lifeguard"});
}

TEST_F(Rebuild, ReadsAsManyPagesAsItNeeds) {
  announce({"Librarian"});
  for (int i = 0; i < 100; ++i) {
    room.mastodon.statuses.push_back(
        {std::to_string(1000 + i), fmt::format("Good day {}", i), "", room.clock.now()});
  }
  lose_ledger();
  const RebuildReport report = run("town-hall");
  EXPECT_EQ(report.posts_read, 101U);
  EXPECT_TRUE(report.is_complete);
  EXPECT_EQ(report.feeds.at(0).found, 1U);
}

TEST_F(Rebuild, StopsAtItsLimitAndSaysSo) {
  for (std::size_t i = 0; i < 2 * most_read_back; ++i) {
    room.mastodon.statuses.push_back({std::to_string(1000 + i), "Good day", "", room.clock.now()});
  }
  const RebuildReport report = plan("town-hall");
  EXPECT_EQ(report.posts_read, most_read_back);
  EXPECT_FALSE(report.is_complete);
}

TEST_F(Rebuild, EndsWhereAServerShowsTheSamePageForEver) {
  room.site.on("GET https://social.example.gov.uk/api/v1/accounts/7/statuses",
               [](const Request&) -> Result<Response> {
                 return FakeSite::respond(200, R"([{"id":"5","content":"<p>a</p>"}])");
               });
  EXPECT_EQ(plan("town-hall").posts_read, 1U);
  room.site.on("GET https://social.example.gov.uk/api/v1/accounts/7/statuses",
               [n = 0](const Request&) mutable -> Result<Response> {
                 return FakeSite::respond(
                     200, fmt::format(R"([{{"id":"{}","content":"","in_reply_to_id":"1"}}])", ++n));
               });
  room.site.asked.clear();
  EXPECT_FALSE(plan("town-hall").is_complete) << "nothing but replies";
  EXPECT_LT(room.site.asked.size(), 40U);
}

TEST_F(Rebuild, TakesNoReplyForAnAnnouncement) {
  announce({"Librarian"});
  room.site.on("GET https://social.example.gov.uk/api/v1/accounts/7/statuses",
               [](const Request& request) -> Result<Response> {
                 if (request.url.find("max_id") != std::string::npos) {
                   return FakeSite::respond(200, "[]");
                 }
                 const char* link = R"(<a href=\"https://www.example.gov.uk/jobs/1\">See</a>)";
                 return FakeSite::respond(
                     200, fmt::format(R"([{{"id":"9","in_reply_to_id":"4","content":"{0}"}},)"
                                      R"({{"id":"8","reblog":{{"id":"3"}},"content":"{0}"}}])",
                                      link));
               });
  lose_ledger();
  EXPECT_EQ(plan("town-hall").feeds.at(0).found, 0U);
}

TEST_F(Rebuild, WritesNothingWhenTheAccountCannotBeReadToTheEnd) {
  announce({"Librarian"});
  for (int i = 0; i < 60; ++i) {
    room.mastodon.statuses.push_back({std::to_string(1000 + i), "Good day", "", room.clock.now()});
  }
  lose_ledger();
  room.site.on(
      "GET https://social.example.gov.uk/api/v1/accounts/7/statuses",
      [](const Request& request) -> Result<Response> {
        if (request.url.find("max_id") != std::string::npos) {
          return FakeSite::respond(503, "busy");
        }
        return FakeSite::respond(
            200, R"([{"id":"9","content":"<a href=\"https://www.example.gov.uk/jobs/1\">a</a>"}])");
      });
  const RebuildReport report = run("town-hall");
  ASSERT_TRUE(report.problem);
  EXPECT_NE(report.problem->message.find("503"), std::string::npos) << report.problem->message;
  EXPECT_TRUE(report.plans.empty());
}

TEST_F(Rebuild, AsksASignedOutAccountNothing) {
  room.tokens.kept.clear();
  room.site.asked.clear();
  const RebuildReport report = plan("town-hall");
  ASSERT_TRUE(report.problem);
  EXPECT_EQ(report.problem->kind, ErrorKind::unauthorized);
  EXPECT_TRUE(room.site.asked.empty());
}

TEST_F(Rebuild, GoesOnWithoutAFeedThatCannotBeRead) {
  announce({"Librarian"});
  lose_ledger();
  FeedConfig broken = room.config.feeds[0];
  broken.id = {"news"};
  broken.url = "https://www.example.gov.uk/news.xml";
  room.config.feeds.insert(room.config.feeds.begin(), broken);
  room.site.on("GET https://www.example.gov.uk/news.xml",
               [](const Request&) -> Result<Response> { return FakeSite::respond(500, "down"); });
  const RebuildReport report = run("town-hall");
  EXPECT_TRUE(report.feeds.at(0).error);
  EXPECT_EQ(report.feeds.at(1).found, 1U);
  ASSERT_EQ(report.plans.size(), 1U);
  EXPECT_EQ(report.plans[0].state.id.value, "jobs");
}

TEST_F(Rebuild, KeepsNoValidatorSoThatTheNextRunReadsTheFeed) {
  announce({"Librarian"});
  lose_ledger();
  room.add_item("Clerk");
  (void)run("town-hall");
  const auto feeds = SqliteStore(room.config.state, SqliteStore::Access::read).feeds();
  ASSERT_EQ(feeds.size(), 1U);
  EXPECT_TRUE(feeds[0].etag.empty());
  EXPECT_TRUE(feeds[0].seeded_at);
}

TEST_F(Rebuild, PostsNothing) {
  announce({"Librarian"});
  lose_ledger();
  room.add_item("Clerk");
  room.site.asked.clear();
  (void)run("town-hall");
  for (const Request& request : room.site.asked) EXPECT_EQ(request.method, Method::get);
  EXPECT_EQ(room.in_outbox().size(), 1U);
}

}  // namespace
}  // namespace crier
