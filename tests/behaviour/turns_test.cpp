// Whose turn it is, and what a person must know: a run, a dry run and `status` say the same.
#include <gtest/gtest.h>

#include <set>

#include "publish/status.h"
#include "support/ledger_words.h"
#include "support/newsroom.h"

namespace crier {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class TurnsNewsroom : public ::testing::Test {
 protected:
  void SetUp() override {
    room.config.feeds[0].accounts = {{"town-hall"}};
    room.config.feeds[0].fuse.percent = 0;
    room.add_item("Old job");
    room.run();
  }
  void add(int items) {
    for (int i = 0; i < items; ++i) room.add_item("Job " + std::to_string(room.items.size()));
  }
  /// A page of the website: there, or 404.
  void page(std::size_t item, bool is_there) {
    room.site.on(fmt::format("GET https://www.example.gov.uk/jobs/{}", item),
                 [is_there](const Request&) -> Result<Response> {
                   return FakeSite::respond(is_there ? 200 : 404, "<title>A job</title>");
                 });
  }
  /// What a dry run says would go out.
  [[nodiscard]] std::set<std::string> foreseen() {
    PublishOptions dry;
    dry.dry_run = true;
    std::set<std::string> texts;
    for (const PostReport& post : room.run(dry).posts) {
      if (post.goes_out) texts.insert(post.delivered.delivery.post.text);
    }
    return texts;
  }
  [[nodiscard]] std::set<std::string> posted() const {
    std::set<std::string> texts;
    for (const auto& status : room.mastodon.statuses) texts.insert(status.text);
    return texts;
  }
  /// What the next run posts.
  [[nodiscard]] std::set<std::string> next_posts() {
    const std::set<std::string> before = posted();
    room.run();
    std::set<std::string> after = posted();
    for (const std::string& text : before) after.erase(text);
    return after;
  }
  [[nodiscard]] StatusReport status() const {
    const SqliteStore store(room.config.state, SqliteStore::Access::read);
    return take_status(room.config, store, room.clock.now(), room.network,
                       [this](const Account& account) -> std::optional<Error> {
                         if (account.network != "mastodon") return std::nullopt;
                         auto known = const_cast<MemoryTokens&>(room.tokens).load(account.id);
                         return known ? std::nullopt : std::optional(known.error());
                       });
  }

  Newsroom room;
};

TEST_F(TurnsNewsroom, APageThatIsMissingUsesUpNoAllowanceAndIsNoFailedTry) {
  room.config.feeds[0].require_page = true;
  room.config.feeds[0].max_per_run = 1;
  room.config.accounts[0].pace.per_hour = 1;
  add(3);
  page(1, false);
  page(2, true);
  page(3, true);
  room.run();
  ASSERT_EQ(room.mastodon.statuses.size(), 1U) << "the next one has its turn";
  EXPECT_NE(room.mastodon.statuses[0].text.find("Job 2"), std::string::npos);
  const auto open = SqliteStore(room.config.state, SqliteStore::Access::read).open();
  ASSERT_EQ(open.size(), 2U);
  EXPECT_EQ(open[0].attempts, 0);
  EXPECT_NE(open[0].error->message.find("answers 404"), std::string::npos);
}

TEST_F(TurnsNewsroom, ADryRunShowsWhatTheNextRunDoes) {
  room.config.feeds[0].require_page = true;
  add(8);
  for (std::size_t i = 1; i <= 8; ++i) page(i, i != 2 && i != 5);
  const auto agree = [&](const char* what) {
    const std::set<std::string> said = foreseen();
    EXPECT_EQ(said, next_posts()) << what;
    EXPECT_FALSE(said.empty()) << what;
  };
  room.config.feeds[0].max_per_run = 2;
  agree("a feed's limit, and pages that are missing");
  room.config.feeds[0].max_per_run = 0;
  room.config.accounts[0].pace = {2, 0, 0, seconds{0}};
  agree("an account's limit");
  room.config.accounts[0].pace = {};
  page(2, true);
  agree("a page that has come");
}

TEST_F(TurnsNewsroom, ADryRunShowsThatAPausedAccountPostsNothing) {
  room.mastodon.before = [](const Request&) -> std::optional<Result<Response>> {
    return FakeSite::respond(429, R"({"error":"Too many requests"})", {{"Retry-After", "3600"}});
  };
  add(1);
  room.run();
  room.mastodon.before = nullptr;
  add(1);
  EXPECT_TRUE(foreseen().empty());
  EXPECT_TRUE(next_posts().empty());
  room.clock.advance(hours{2});
  EXPECT_EQ(foreseen().size(), 2U);
  EXPECT_EQ(next_posts().size(), 2U);
}

TEST_F(TurnsNewsroom, ARunAndStatusSayTheSameOfWhatNeedsAPerson) {
  const auto agree = [&](bool needs_person, const char* what) {
    const RunReport report = room.run();
    EXPECT_EQ(report.needs_person(), needs_person) << what;
    EXPECT_EQ(status().needs_person(), needs_person) << what;
  };
  agree(false, "nothing is wrong");
  room.mastodon.before = [](const Request&) -> std::optional<Result<Response>> {
    return FakeSite::respond(500, "");
  };
  add(1);
  agree(false, "it mends itself");
  room.clock.advance(hours{7});
  agree(true, "it has not mended itself for hours");
  room.mastodon.before = nullptr;
  room.clock.advance(hours{7});
  agree(false, "it has gone out");
  const auto kept = room.tokens.kept;
  room.tokens.kept.clear();
  agree(true, "nobody is signed in, and nothing waits");
  room.tokens.kept = kept;
  agree(false, "somebody is");
}

TEST_F(TurnsNewsroom, APauseDoesNotHideALostSignIn) {
  add(1);
  room.mastodon.before = [](const Request&) -> std::optional<Result<Response>> {
    return FakeSite::respond(401, R"({"error":"The access token was revoked"})");
  };
  room.run();
  {
    SqliteStore store(room.config.state, SqliteStore::Access::write);
    pause(store, {"town-hall"}, room.clock.now() + hours{3});
  }
  const RunReport report = room.run();
  EXPECT_TRUE(report.needs_person());
  ASSERT_FALSE(report.findings.empty());
  EXPECT_EQ(report.findings[0].code, "account-signed-out");
  EXPECT_TRUE(status().needs_person());
}

TEST_F(TurnsNewsroom, ARefusalStaysOpenUntilAPersonWasToldOfIt) {
  room.mastodon.before = [](const Request&) -> std::optional<Result<Response>> {
    return FakeSite::respond(422, R"({"error":"Validation failed: Text is too long"})");
  };
  add(1);
  room.tells = false;
  EXPECT_TRUE(room.run().needs_person());
  EXPECT_TRUE(status().needs_person()) << "its words were lost";
  room.tells = true;
  const RunReport told = room.run();
  ASSERT_TRUE(told.needs_person());
  EXPECT_EQ(told.findings.at(0).code, "post-refused");
  EXPECT_FALSE(status().needs_person());
  EXPECT_FALSE(room.run().needs_person());
}

TEST_F(TurnsNewsroom, WhatIsHeldIsToldAgainOnceADay) {
  {
    SqliteStore store(room.config.state, SqliteStore::Access::write);
    Delivery delivery;
    delivery.id = {"aa"};
    delivery.feed = {"jobs"};
    delivery.account = {"town-hall"};
    delivery.post.text = "New job: Librarian";
    delivery.planned_at = room.clock.now();
    delivery.stage = Stage::held;
    delivery.error = Error{ErrorKind::rejected, "its guid was used before"};
    store.put({.planned = {delivery}}, room.clock.now());
  }
  const auto was_told = [&] { return room.run().held.at(0).was_told; };
  EXPECT_FALSE(was_told());
  EXPECT_TRUE(was_told());
  room.clock.advance(hours{23});
  EXPECT_TRUE(was_told());
  room.clock.advance(hours{2});
  EXPECT_FALSE(was_told());
  EXPECT_TRUE(room.run().needs_person()) << "told or not, it waits for a person";
}

TEST_F(TurnsNewsroom, AnAccountThatIsPutBackHearsOfWhatItHasMissed) {
  room.config.feeds[0].accounts = {{"town-hall"}, {"noticeboard"}};
  room.run();
  room.config.feeds[0].accounts = {{"town-hall"}};
  add(2);
  EXPECT_TRUE(room.run().feeds.at(0).notices.empty());
  room.config.feeds[0].accounts = {{"town-hall"}, {"noticeboard"}};
  const RunReport back = room.run();
  ASSERT_EQ(back.feeds.at(0).notices.size(), 1U);
  EXPECT_NE(back.feeds[0].notices[0].message.find("--feed jobs --account noticeboard --backfill"),
            std::string::npos);
  EXPECT_TRUE(room.in_outbox().empty());
  EXPECT_TRUE(room.run().feeds.at(0).notices.empty()) << "told once";
  PublishOptions backfill;
  backfill.backfill = 2;
  backfill.accounts = {{"noticeboard"}};
  room.run(backfill);
  EXPECT_EQ(room.in_outbox().size(), 2U);
  EXPECT_EQ(room.mastodon.statuses.size(), 2U);
}

TEST_F(TurnsNewsroom, TwoFeedsAtOneAddressSayItDifferentlyToTwoAccounts) {
  FeedConfig other = room.config.feeds[0];
  other.id = {"board-jobs"};
  other.prefix = "Vacancy: ";
  other.accounts = {{"noticeboard"}};
  room.config.feeds.push_back(other);
  room.run();
  add(1);
  room.run();
  room.run();
  ASSERT_EQ(room.mastodon.statuses.size(), 1U);
  EXPECT_EQ(room.mastodon.statuses[0].text.find("New job: "), 0U);
  ASSERT_EQ(room.in_outbox().size(), 1U);
  EXPECT_EQ(room.in_outbox().begin()->first.find("Vacancy: "), 0U);
  for (const FeedConfig& feed : room.config.feeds) {
    const auto states = SqliteStore(room.config.state, SqliteStore::Access::read).feeds();
    EXPECT_TRUE(std::ranges::any_of(states, [&](const auto& s) { return s.id == feed.id; }))
        << "neither takes the other's memory";
  }
}

}  // namespace
}  // namespace crier
