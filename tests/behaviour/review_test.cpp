// What only a person can decide is held: neither posted blindly nor lost.
#include <gtest/gtest.h>

#include "support/ledger_words.h"
#include "support/newsroom.h"

namespace crier {
namespace {

using std::chrono::hours;

/// Gives the feed entirely new guids, links and titles, as a rebuild of the website can do.
void replace_all_items(Newsroom& room, const std::string& with) {
  const std::size_t count = room.items.size();
  for (std::size_t i = 0; i < count; ++i) room.items[i] = with + std::to_string(i);
  room.guid_prefix = with;
}

class MovedNewsroom : public ::testing::Test {
 protected:
  void SetUp() override {
    for (int i = 0; i < 14; ++i) room.add_item("Job " + std::to_string(i));
    room.run();
    replace_all_items(room, "moved-");
  }
  [[nodiscard]] std::size_t posted() const { return room.mastodon.statuses.size(); }
  Newsroom room;
};

TEST_F(MovedNewsroom, PostsNothingOfAFeedThatLooksNewAtOnceAndNeedsAPerson) {
  const RunReport report = room.run();
  EXPECT_EQ(posted(), 0U);
  EXPECT_TRUE(report.needs_person());
  ASSERT_TRUE(report.feeds[0].fuse);
  EXPECT_EQ(report.feeds[0].fuse->looks_new, 14U);
  EXPECT_EQ(report.feeds[0].fuse->samples.size(), 3U);
  ASSERT_EQ(report.held.size(), 1U);
  EXPECT_EQ(report.held[0].posts, 28U) << "fourteen items to two accounts";
  EXPECT_TRUE(report.held[0].by_fuse);
  const RunReport again = room.run();
  EXPECT_EQ(posted(), 0U);
  EXPECT_TRUE(again.needs_person()) << "until somebody has decided";
  EXPECT_FALSE(again.feeds[0].fuse) << "it blows once";
}

TEST_F(MovedNewsroom, HoldsWhatComesAfterUntilSomebodyHasDecided) {
  room.run();
  room.add_item("Truly new");
  room.run();
  EXPECT_EQ(posted(), 0U);
}

TEST_F(MovedNewsroom, AdoptedItPostsNothingOfTheOldAndEverythingThatComesAfter) {
  room.run();
  adopt(SqliteStore(room.config.state, SqliteStore::Access::write), {"jobs"}, "said before",
        room.clock.now());
  room.add_item("Truly new");
  const RunReport report = room.run();
  EXPECT_EQ(posted(), 1U);
  EXPECT_FALSE(report.needs_person());
  PublishOptions backfill;
  backfill.backfill = 5;
  room.run(backfill);
  EXPECT_EQ(posted(), 1U) << "what was left out by a person is not brought back by a backfill";
}

TEST_F(MovedNewsroom, ReleasedItPostsEachItemOnce) {
  room.run();
  release(SqliteStore(room.config.state, SqliteStore::Access::write), {"jobs"}, room.clock.now());
  room.run();
  room.run();
  EXPECT_EQ(posted(), 14U);
  for (const auto& [text, times] : room.on_mastodon()) EXPECT_EQ(times, 1) << text;
  EXPECT_EQ(room.in_outbox().size(), 14U);
}

TEST_F(MovedNewsroom, ADryRunShowsWhatWouldBeHeldAndWritesNothing) {
  PublishOptions dry;
  dry.dry_run = true;
  const RunReport report = room.run(dry);
  EXPECT_TRUE(report.feeds[0].fuse);
  EXPECT_EQ(report.totals.held, 28U);
  EXPECT_TRUE(SqliteStore(room.config.state, SqliteStore::Access::read).tally().empty());
}

TEST_F(MovedNewsroom, WaitsForADecisionHoweverLongItTakes) {
  room.run();
  room.clock.advance(hours{24 * 30});
  const RunReport report = room.run();
  EXPECT_EQ(report.totals.rejected, 0U);
  ASSERT_EQ(report.held.size(), 1U);
  EXPECT_EQ(report.held[0].posts, 28U);
  EXPECT_TRUE(report.needs_person());
}

TEST(SameWords, AreHeldWhateverNewNameTheyComeBackUnder) {
  Newsroom room;
  room.add_item("Old job");
  room.run();
  room.add_item("Librarian");
  room.run();
  room.mints_guids = true;
  room.guid_prefix = "x";  // another guid for each, the same titles and links
  const RunReport report = room.run();
  EXPECT_EQ(room.on_mastodon().size(), 1U);
  EXPECT_TRUE(report.needs_person());
  room.guid_prefix = "y";
  room.run();
  const SqliteStore store(room.config.state, SqliteStore::Access::read);
  EXPECT_EQ(store.history({{}, AccountId{"town-hall"}, Stage::held, {}, {}, 99}).size(), 2U)
      << "the same post is not held again under its next name";
}

/// A person has left "Librarian" out, and another feed of the account brings it again.
class LeftOut : public testing::Test {
 protected:
  LeftOut() {
    room.config.feeds[0].accounts = {{"town-hall"}};
    FeedConfig second = room.config.feeds[0];
    second.id = {"news"};
    second.url = "https://www.example.gov.uk/news.xml";
    second.on_suspect = OnSuspect::post;
    room.config.feeds.push_back(second);
    room.add_item("Old job");
    const std::string before = room.rss();
    room.site.on("GET https://www.example.gov.uk/news.xml", [this, before](const Request&) {
      return FakeSite::respond(200, comes_again ? room.rss() : before);
    });
    room.run();
    room.mastodon.before = [](const Request&) -> std::optional<Result<Response>> {
      return Result<Response>(fail(ErrorKind::unavailable, "connection refused"));
    };
    room.add_item("Librarian");
    room.run();
    SqliteStore store(room.config.state, SqliteStore::Access::write);
    const std::vector<Delivery> open = store.open();
    drop(store, open.at(0).id, "left out", room.clock.now());
    room.mastodon.before = nullptr;
    comes_again = true;
  }
  [[nodiscard]] std::vector<Delivery> held() const {
    const SqliteStore store(room.config.state, SqliteStore::Access::read);
    return store.history({{}, {}, Stage::held, {}, {}, 9});
  }
  Newsroom room;
  bool comes_again = false;
};

TEST_F(LeftOut, WordsThatComeBackAreHeldWithThatReasonAndNotSilent) {
  const RunReport report = room.run();
  EXPECT_TRUE(room.mastodon.statuses.empty());
  EXPECT_TRUE(report.needs_person());
  ASSERT_EQ(held().size(), 1U);
  EXPECT_NE(held()[0].error->message.find("left out by somebody on 2026-03-02"), std::string::npos)
      << held()[0].error->message;
}

TEST_F(LeftOut, WordsMayBeSaidAfterSevenDaysWhereTheFileSaysSo) {
  room.clock.advance(hours{24 * 8});
  room.run();
  EXPECT_EQ(room.on_mastodon().size(), 1U);
  EXPECT_TRUE(held().empty());
}

TEST_F(LeftOut, WordsAreHeldHoweverOldWhereTheFileDoesNotSaySo) {
  room.config.feeds[1].on_suspect = OnSuspect::hold;
  room.clock.advance(hours{24 * 8});
  room.run();
  EXPECT_TRUE(room.mastodon.statuses.empty());
  EXPECT_EQ(held().size(), 1U);
}

TEST(SameWords, AreNotBroughtBackByABackfill) {
  Newsroom room;
  room.add_item("Old job");
  room.run();
  room.add_item("Librarian");
  room.run();
  room.mints_guids = true;
  room.guid_prefix = "x";
  PublishOptions options;
  options.backfill = 1;
  room.run(options);
  EXPECT_EQ(room.on_mastodon().size(), 1U);
  for (const auto& [text, times] : room.on_mastodon()) EXPECT_EQ(times, 1) << text;
}

TEST(KeepHistory, ForgetsOldPostsButNoItemThatIsStillInItsFeed) {
  Newsroom room;
  room.config.keep_history = hours{24 * 90};
  room.add_item("There from the beginning");
  room.run();
  for (int i = 0; i < 6; ++i) {
    room.add_item("Job " + std::to_string(i));
    room.run();
    room.clock.advance(hours{24 * 60});
  }
  room.run();
  EXPECT_EQ(room.mastodon.statuses.size(), 6U) << "none twice, though it was posted a year ago";
  SqliteStore store(room.config.state, SqliteStore::Access::read);
  EXPECT_EQ(store.history({{}, AccountId{"town-hall"}, {}, {}, {}, 99}).size(), 2U);
  EXPECT_TRUE(store.seen_on({"jobs"}, "guid:job-0"));
}

}  // namespace
}  // namespace crier
