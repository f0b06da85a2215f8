// What becomes of a post whose server answers with a refusal that may be none, and of the posts
// behind one that fails again and again.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "support/fake_bluesky.h"
#include "support/newsroom.h"

namespace crier {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

using Answer = std::optional<Result<Response>>;

Answer say(int status, const std::string& body, Headers headers = {}) {
  return Result<Response>(FakeSite::respond(status, body, std::move(headers)));
}

/// A council with a Mastodon account whose server honours no key.
class Answered : public testing::Test {
 protected:
  Answered() {
    room.config.feeds[0].accounts = {{"town-hall"}};
    room.mastodon.honours_key = false;
    room.add_item("Gritter driver");
    room.run();
    room.site.asked.clear();
  }
  [[nodiscard]] std::size_t sent() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        room.site.asked, [](const Request& request) { return request.method == Method::post; }));
  }
  [[nodiscard]] std::vector<Delivery> history() const {
    HistoryQuery all;
    return SqliteStore(room.config.state, SqliteStore::Access::read).history(all);
  }
  /// A run each hour.
  void run_for(int hours_long) {
    for (int hour = 0; hour < hours_long; ++hour) {
      room.clock.advance(hours{1});
      room.run();
    }
  }

  Newsroom room;
};

struct Refusal {
  const char* name;
  int status;
  Headers headers;
  const char* body;
};

class AcceptedAndRefused : public Answered, public testing::WithParamInterface<Refusal> {};

TEST_P(AcceptedAndRefused, APostIsFoundAndNeverSentAgain) {
  bool refuses = true;
  room.mastodon.after = [&](const Request&) -> Answer {
    if (!refuses) return std::nullopt;
    return say(GetParam().status, GetParam().body, GetParam().headers);
  };
  room.add_item("Librarian");
  const RunReport report = room.run();
  EXPECT_EQ(report.totals.posted, 1U) << "it was looked for before the answer was believed";
  refuses = false;
  run_for(3);
  EXPECT_EQ(room.mastodon.statuses.size(), 1U);
  EXPECT_EQ(history().at(0).stage, Stage::published);
}

TEST_P(AcceptedAndRefused, APostThatCannotBeLookedForYetIsLookedForBeforeItIsSentAgain) {
  bool refuses = true;
  const auto refuse = [&] {
    return FakeSite::respond(GetParam().status, GetParam().body, GetParam().headers);
  };
  room.mastodon.after = [&](const Request&) -> Answer { return Result<Response>(refuse()); };
  room.site.on("GET https://social.example.gov.uk/api/v1/accounts/7/statuses",
               [&](const Request&) -> Result<Response> {
                 if (refuses) return FakeSite::respond(503, "busy");
                 const auto& post = room.mastodon.statuses.at(0);
                 return FakeSite::respond(
                     200, nlohmann::json::array({{{"id", post.id},
                                                  {"url", "https://social.example.gov.uk/1"},
                                                  {"created_at", to_iso8601(post.created_at)},
                                                  {"content", post.text}}})
                              .dump());
               });
  room.add_item("Librarian");
  room.run();
  EXPECT_EQ(history().at(0).stage, Stage::publishing) << "nobody knows yet";
  EXPECT_NE(history().at(0).error->message.find(std::to_string(GetParam().status)),
            std::string::npos)
      << "what was answered is told: " << history().at(0).error->message;
  refuses = false;
  run_for(3);
  EXPECT_EQ(room.mastodon.statuses.size(), 1U);
  EXPECT_EQ(history().at(0).stage, Stage::published);
}

TEST_P(AcceptedAndRefused, APostThatIsNotThereWaitsAsTheAnswerSaysAndGoesOutOnce) {
  bool refuses = true;
  room.mastodon.before = [&](const Request&) -> Answer {
    if (!refuses) return std::nullopt;
    return say(GetParam().status, GetParam().body, GetParam().headers);
  };
  room.add_item("Librarian");
  room.run();
  ASSERT_EQ(history().at(0).stage, Stage::planned) << "it is surely not public";
  EXPECT_NE(history().at(0).error->message.find(std::to_string(GetParam().status)),
            std::string::npos);
  refuses = false;
  run_for(3);
  EXPECT_EQ(room.mastodon.statuses.size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(
    Statuses, AcceptedAndRefused,
    testing::Values(
        Refusal{"Moved", 301, {{"Location", "https://social.example.gov.uk/x"}}, ""},
        Refusal{"FoundElsewhere", 302, {{"Location", "https://login.example.org/"}}, ""},
        Refusal{"SignedOut", 401, {}, R"({"error":"The access token is invalid"})"},
        Refusal{"Forbidden", 403, {}, R"({"error":"Your login is currently disabled"})"},
        Refusal{"Firewall", 403, {}, "<html><title>Blocked</title></html>"},
        Refusal{"FirewallOfAnotherStatus", 406, {}, "<html><title>Blocked</title></html>"},
        Refusal{"NotFound", 404, {}, "<html>no such page</html>"},
        Refusal{"Gone", 410, {}, R"({"error":"gone"})"},
        Refusal{"Throttled", 429, {{"Retry-After", "60"}}, R"({"error":"Too many requests"})"}),
    [](const testing::TestParamInfo<Refusal>& refusal) { return refusal.param.name; });

TEST_F(Answered, ARefusalInTheServersOwnWordsNeedsNoLook) {
  room.mastodon.before = [](const Request&) -> Answer {
    return say(422, R"({"error":"Validation failed: Text character limit of 500 exceeded"})");
  };
  room.add_item("Librarian");
  room.run();
  EXPECT_EQ(history().at(0).stage, Stage::rejected);
  const auto looks = std::ranges::count_if(room.site.asked, [](const Request& request) {
    return request.url.find("/statuses?") != std::string::npos;
  });
  EXPECT_EQ(looks, 1) << "before the first post of the run, and none after it";
}

TEST_F(Answered, AForbiddenPostIsLookedForBeforeItIsCalledRefused) {
  room.mastodon.after = [](const Request&) -> Answer {
    return say(403, R"({"error":"This action is not allowed"})");
  };
  room.add_item("Librarian");
  EXPECT_EQ(room.run().totals.posted, 1U);
}

TEST_F(Answered, WhereNobodyMayLookTheAnswerIsAllThatIsKnown) {
  room.mastodon.before = [](const Request&) -> Answer {
    return say(429, R"({"error":"Too many requests"})", {{"Retry-After", "60"}});
  };
  room.site.on("GET https://social.example.gov.uk/api/v1/accounts/7/statuses",
               [](const Request&) -> Result<Response> {
                 return FakeSite::respond(403, R"({"error":"outside the authorized scopes"})");
               });
  room.add_item("Librarian");
  room.run();
  EXPECT_EQ(history().at(0).stage, Stage::planned);
  EXPECT_EQ(history().at(0).error->kind, ErrorKind::throttled);
}

TEST_F(Answered, APauseIsKeptThoughThePostWasFound) {
  room.mastodon.after = [](const Request&) -> Answer {
    return say(429, R"({"error":"Too many requests"})", {{"Retry-After", "7200"}});
  };
  room.add_item("Librarian");
  room.add_item("Lifeguard");
  room.run();
  EXPECT_EQ(sent(), 1U);
  room.clock.advance(hours{1});
  room.run();
  EXPECT_EQ(sent(), 1U) << "not before the time that the server named";
  room.mastodon.after = nullptr;
  run_for(2);
  EXPECT_EQ(room.mastodon.statuses.size(), 2U);
}

// --- behind a post that fails -----------------------------------------------------------------

/// The server fails over everything that says so.
Answer fail_bad(const Request& request) {
  if (request.body.find("Bad") == std::string::npos) return std::nullopt;
  return say(500, "oops");
}

TEST_F(Answered, AfterItsSecondFailureAPostLetsTheOthersGoOn) {
  room.mastodon.before = fail_bad;
  room.add_item("Bad");
  room.add_item("Librarian");
  room.run();
  EXPECT_TRUE(room.mastodon.statuses.empty()) << "after one failure it may still be on its way";
  room.clock.advance(minutes{20});
  room.run();
  EXPECT_EQ(room.mastodon.statuses.size(), 1U);
  run_for(26);
  EXPECT_EQ(history().at(1).stage, Stage::uncertain) << "a person is asked after a day";
}

TEST_F(Answered, BehindNineThatFailAGoodPostGoesOutBeforeItIsStale) {
  room.mastodon.before = fail_bad;
  for (int i = 0; i < 9; ++i) {
    room.add_item("Bad " + std::to_string(i));
    if (i == 4) room.run();  // ten at once would blow the fuse
  }
  room.add_item("Librarian");
  // Once a day, as a pipeline runs.
  for (int day = 0; day < 7; ++day) {
    room.run();
    room.clock.advance(hours{24});
  }
  EXPECT_EQ(room.mastodon.statuses.size(), 1U);
}

TEST_F(Answered, AServerThatFailsOverEverythingIsNotAskedForAllOfIt) {
  room.mastodon.before = fail_bad;
  for (int i = 0; i < 9; ++i) room.add_item("Bad " + std::to_string(i));
  room.run();
  for (int run = 0; run < 5; ++run) {
    const std::size_t before = sent();
    room.clock.advance(hours{1});
    room.run();
    EXPECT_LE(sent() - before, 4U);
  }
}

TEST_F(Answered, AServerThatCannotBeLookedAtHoldsTheOthers) {
  room.mastodon.before = fail_bad;
  room.site.on("GET https://social.example.gov.uk/api/v1/accounts/7/statuses",
               [](const Request&) -> Result<Response> { return FakeSite::respond(503, "busy"); });
  room.add_item("Bad");
  room.add_item("Librarian");
  room.run();
  run_for(20);
  EXPECT_TRUE(room.mastodon.statuses.empty()) << "newer posts could bury the one in doubt";
}

TEST_F(Answered, WhatIsRefusedAsStaleWithoutATurnSaysSo) {
  room.mastodon.before = [](const Request& request) -> Answer {
    if (request.body.find("Bad") == std::string::npos) return std::nullopt;
    return Result<Response>(fail(ErrorKind::unavailable, "connection refused"));
  };
  room.add_item("Bad");
  room.add_item("Librarian");
  room.run();
  room.clock.advance(hours{24 * 8});
  room.run();
  const auto all = history();
  ASSERT_EQ(all.at(0).item_title, "Librarian");
  ASSERT_EQ(all[0].stage, Stage::rejected);
  EXPECT_NE(all[0].error->message.find("Its turn never came"), std::string::npos);
  EXPECT_NE(all[0].error->message.find("connection refused"), std::string::npos);
  EXPECT_EQ(all.at(1).error->message.find("Its turn never came"), std::string::npos);
}

// --- two ledgers of one account ---------------------------------------------------------------

/// A council on Bluesky; another ledger posts for the same account.
class TwoLedgers : public testing::Test {
 protected:
  TwoLedgers() : bluesky(room.site) {
    room.config.accounts.push_back(
        {{"sky"}, "bluesky", FakeBluesky::pds, "", {{"handle", "council.example.gov.uk"}}});
    Credentials credentials;
    credentials.server = FakeBluesky::pds;
    credentials.access_token = Secret("good-token");
    credentials.account_id = FakeBluesky::did;
    room.tokens.kept["sky"] = credentials;
    room.config.feeds[0].accounts = {{"sky"}};
    room.add_item("Gritter driver");
    room.run();
  }
  Newsroom room;
  FakeBluesky bluesky;
};

TEST_F(TwoLedgers, ARecordUnderOurKeyWithOtherWordsIsNeverTakenForOurPost) {
  bool is_first = true;
  bluesky.before = [&](const std::string& key) {
    if (std::exchange(is_first, false)) {
      bluesky.records[key] = {{"text", "The other ledger's words"}};
    }
  };
  room.add_item("Librarian");
  room.run();
  for (int run = 0; run < 4; ++run) {
    room.clock.advance(minutes{20});
    room.run();
  }
  const std::map<std::string, int> expected{
      {"The other ledger's words", 1}, {"New job: Librarian https://www.example.gov.uk/jobs/1", 1}};
  EXPECT_EQ(bluesky.published(), expected) << "each has a key of its own";
  EXPECT_EQ(room.open_deliveries(), 0U);
}

TEST_F(TwoLedgers, ARecordWithOurWordsUnderOurKeyIsOurPost) {
  bool is_first = true;
  bluesky.after = [&](const Request&) -> Answer {
    if (!std::exchange(is_first, false)) return std::nullopt;
    return Result<Response>(fail(ErrorKind::uncertain, "the connection closed"));
  };
  room.add_item("Librarian");
  EXPECT_EQ(room.run().totals.posted, 1U);
  EXPECT_EQ(bluesky.records.size(), 1U);
}

}  // namespace
}  // namespace crier
