// What a run promises, from the feed's bytes to the receipts, with a real ledger.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "support/forwarding_store.h"
#include "support/newsroom.h"

namespace crier {
namespace {

class CountingStore final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  int writes = 0;

 protected:
  void write(const std::function<void()>& work) override {
    ++writes;
    work();
  }
};

std::set<std::string> files_in(const std::filesystem::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    names.insert(entry.path().filename().string());
  return names;
}

std::size_t posts_asked(const Newsroom& room) {
  return static_cast<std::size_t>(
      std::count_if(room.site.asked.begin(), room.site.asked.end(),
                    [](const Request& r) { return r.method == Method::post; }));
}

const PostReport* post_to(const RunReport& report, const std::string& account) {
  const auto found = std::find_if(
      report.posts.begin(), report.posts.end(),
      [&](const PostReport& post) { return post.delivered.delivery.account.value == account; });
  return found == report.posts.end() ? nullptr : &*found;
}

/// A room whose feed is known, with one item in it.
class Publish : public ::testing::Test {
 protected:
  Publish() {
    room.add_item("Gritter driver");
    room.run();
    room.site.asked.clear();
  }
  void only_mastodon() { room.config.feeds[0].accounts = {{"town-hall"}}; }
  Newsroom room;
};

TEST(FirstRun, TakesWhatIsThereAsHistoryAndPostsNothing) {
  Newsroom room;
  room.add_item("Gritter driver");
  room.add_item("Librarian");
  const RunReport report = room.run();
  EXPECT_EQ(report.feeds.at(0).status, FeedReport::Status::seeded);
  EXPECT_EQ(report.totals.fresh, 2U);
  EXPECT_EQ(report.totals.planned, 0U);
  EXPECT_TRUE(room.on_mastodon().empty());
  EXPECT_FALSE(report.needs_person());
}

TEST(FirstRun, PostsTheNewestItemIfTheConfigAsksForIt) {
  Newsroom room;
  room.config.feeds[0].first_run = FirstRun::latest;
  room.add_item("Gritter driver");
  room.add_item("Librarian");
  room.run();
  EXPECT_EQ(
      room.on_mastodon(),
      (std::map<std::string, int>{{"New job: Librarian https://www.example.gov.uk/jobs/1", 1}}));
}

TEST_F(Publish, AnnouncesANewItemOnEachAccountWithItsPrefixAndLink) {
  room.add_item("Librarian");
  const RunReport report = room.run();
  const std::map<std::string, int> expected{
      {"New job: Librarian https://www.example.gov.uk/jobs/1", 1}};
  EXPECT_EQ(room.on_mastodon(), expected);
  EXPECT_EQ(room.in_outbox(), expected);
  EXPECT_EQ(report.totals.posted, 2U);
  EXPECT_EQ(post_to(report, "town-hall")->delivered.delivery.url,
            "https://social.example.gov.uk/@council/100");
}

TEST_F(Publish, SaysNothingTwice) {
  room.add_item("Librarian");
  room.run();
  const RunReport again = room.run();
  EXPECT_EQ(again.totals.posted, 0U);
  EXPECT_EQ(room.mastodon.statuses.size(), 1U);
}

TEST_F(Publish, PostsTheOldestItemFirst) {
  room.add_item("Librarian");
  room.add_item("Lifeguard");
  room.run();
  ASSERT_EQ(room.mastodon.statuses.size(), 2U);
  EXPECT_NE(room.mastodon.statuses[0].text.find("Librarian"), std::string::npos);
}

TEST_F(Publish, SendsOneRequestAndWritesNothingWhenTheFeedHasNotChanged) {
  SqliteStore kept(room.config.state, SqliteStore::Access::write);
  CountingStore store(kept);
  SiteClient client(room.site, room.clock);
  const RunReport report = room.run(store, client);
  EXPECT_EQ(report.totals.not_modified, 1U);
  EXPECT_EQ(room.site.asked.size(), 1U);
  // commit_plan is called with an empty list; nothing reaches the disk for it.
  EXPECT_LE(store.writes, 1);
}

TEST_F(Publish, NeedsOneLookAndOneRequestForEachPostOnceTheServerIsKnown) {
  only_mastodon();
  room.add_item("Librarian");
  room.run();
  room.site.asked.clear();
  room.add_item("Lifeguard");
  room.add_item("Planner");
  room.run();
  EXPECT_EQ(room.site.asked.size(), 4U) << "the feed, what the account has, and two posts";
}

TEST_F(Publish, DryRunSendsAndWritesNothing) {
  room.add_item("Librarian");
  const auto before = files_in(room.dir.path());
  PublishOptions options;
  options.dry_run = true;
  options.explain = true;
  const RunReport report = room.run(options);
  EXPECT_EQ(report.posts.size(), 2U);
  EXPECT_EQ(report.totals.planned, 2U);
  EXPECT_EQ(posts_asked(room), 0U);
  EXPECT_EQ(files_in(room.dir.path()), before);
  room.run();
  EXPECT_EQ(room.mastodon.statuses.size(), 1U) << "what a dry run showed still goes out";
}

TEST_F(Publish, DryRunShowsWhatTheRealRunThenPosts) {
  room.add_item("Librarian &amp; <b>archivist</b>");
  PublishOptions options;
  options.dry_run = true;
  const RunReport shown = room.run(options);
  room.run();
  EXPECT_EQ(room.mastodon.statuses.at(0).text,
            post_to(shown, "town-hall")->delivered.delivery.post.text);
}

TEST_F(Publish, KeepsNoValidatorOfAFeedThatCouldNotBeRead) {
  const std::string good = room.rss();
  bool broken = true;
  room.site.on("GET https://www.example.gov.uk/jobs.xml",
               [&](const Request& request) -> Result<Response> {
                 if (broken)
                   return FakeSite::respond(200, "<html><title>Maintenance</title></html>",
                                            {{"ETag", "\"2\""}});
                 EXPECT_NE(find_header(request.headers, "If-None-Match"),
                           std::optional<std::string_view>("\"2\""));
                 return FakeSite::respond(200, room.rss(), {{"ETag", "\"2\""}});
               });
  const RunReport report = room.run();
  EXPECT_EQ(report.totals.failed_feeds, 1U);
  EXPECT_FALSE(report.needs_person()) << "a page in its place may be maintenance";
  broken = false;
  room.add_item("Librarian");
  room.run();
  EXPECT_EQ(room.mastodon.statuses.size(), 1U);
}

TEST_F(Publish, AsksForAPersonOnlyWhenAFeedHasFailedForSixHours) {
  room.site.on("GET https://www.example.gov.uk/jobs.xml",
               [](const Request&) -> Result<Response> { return FakeSite::respond(500, "oops"); });
  EXPECT_FALSE(room.run().needs_person());
  room.clock.advance(std::chrono::hours{5});
  EXPECT_FALSE(room.run().needs_person());
  room.clock.advance(std::chrono::hours{1});
  EXPECT_TRUE(room.run().needs_person());
}

TEST_F(Publish, AsksForAPersonAtOnceWhenAFeedIsGone) {
  for (const int status : {404, 410}) {
    room.site.on("GET https://www.example.gov.uk/jobs.xml",
                 [=](const Request&) -> Result<Response> { return FakeSite::respond(status, ""); });
    EXPECT_TRUE(room.run().needs_person()) << status;
  }
}

TEST_F(Publish, WaitsAsLongAsTheFeedsServerAsks) {
  room.site.on("GET https://www.example.gov.uk/jobs.xml", [](const Request&) -> Result<Response> {
    return FakeSite::respond(429, "slow down", {{"Retry-After", "3600"}});
  });
  room.run();
  room.site.asked.clear();
  room.clock.advance(std::chrono::minutes{59});
  EXPECT_FALSE(room.run().needs_person());
  EXPECT_TRUE(room.site.asked.empty());
  room.clock.advance(std::chrono::minutes{2});
  room.run();
  EXPECT_EQ(room.site.asked.size(), 1U);
}

TEST_F(Publish, OneBrokenFeedStopsNoOther) {
  FeedConfig broken = room.config.feeds[0];
  broken.id = {"events"};
  broken.url = "https://www.example.gov.uk/events.xml";
  room.config.feeds.insert(room.config.feeds.begin(), broken);
  room.add_item("Librarian");
  const RunReport report = room.run();
  EXPECT_EQ(report.totals.failed_feeds, 1U);
  EXPECT_EQ(room.mastodon.statuses.size(), 1U);
}

TEST_F(Publish, PostsOfASignInThatHasEndedWaitUntilSomebodySignsInAgain) {
  const Credentials good = room.tokens.kept["town-hall"];
  Credentials& ended = room.tokens.kept["town-hall"];
  ended.access_token = Secret("old-token");
  ended.refresh_token = Secret("used-up");
  ended.token_endpoint = "https://social.example.gov.uk/oauth/token";
  ended.expires_at = room.clock.now();
  room.site.on("POST https://social.example.gov.uk/oauth/token", [](const Request&) {
    return FakeSite::respond(400, R"({"error":"invalid_grant","error_description":"used-up"})");
  });
  room.add_item("Librarian");
  const RunReport report = room.run();
  EXPECT_TRUE(report.needs_person());
  EXPECT_TRUE(room.on_mastodon().empty());
  EXPECT_EQ(room.in_outbox().size(), 1U) << "the other account goes on";
  const Error& why = report.account_problems.at({"town-hall"});
  EXPECT_EQ(why.kind, ErrorKind::unauthorized);
  EXPECT_EQ(why.message.find("used-up"), std::string::npos) << why.message;
  room.tokens.kept["town-hall"] = good;
  room.clock.advance(std::chrono::hours{1});
  room.run();
  EXPECT_EQ(room.on_mastodon().size(), 1U);
  EXPECT_EQ(room.in_outbox().size(), 1U);
}

TEST_F(Publish, AnAccountThatIsSignedOutDelaysOnlyItsOwnPosts) {
  const Credentials credentials = room.tokens.kept.at("town-hall");
  room.tokens.kept.clear();
  room.add_item("Librarian");
  const RunReport report = room.run();
  EXPECT_TRUE(report.needs_person());
  EXPECT_EQ(room.in_outbox().size(), 1U);
  EXPECT_EQ(room.open_deliveries(), 1U);
  room.tokens.kept["town-hall"] = credentials;
  room.run();
  EXPECT_EQ(room.mastodon.statuses.size(), 1U);
}

TEST_F(Publish, ATokenThatIsRefusedKeepsThePostsForLater) {
  only_mastodon();
  const Credentials good = room.tokens.kept.at("town-hall");
  room.tokens.kept.at("town-hall").access_token = Secret("revoked");
  room.add_item("Librarian");
  room.add_item("Lifeguard");
  const RunReport report = room.run();
  EXPECT_TRUE(report.needs_person());
  EXPECT_EQ(posts_asked(room), 1U) << "one refusal is enough to know";
  EXPECT_EQ(room.open_deliveries(), 2U);
  room.tokens.kept["town-hall"] = good;
  room.clock.advance(std::chrono::minutes{2});  // the refused one is looked for first
  room.run();
  EXPECT_EQ(room.mastodon.statuses.size(), 2U);
}

TEST_F(Publish, ASecretThatAServerSaysBackStandsNowhereInWhateverLettersItCame) {
  only_mastodon();
  for (const char* echo : {"good-token", "good\\u002dtoken", "\\u0067ood-token"}) {
    SCOPED_TRACE(echo);
    room.mastodon.before = [&](const Request&) -> std::optional<Result<Response>> {
      return Result<Response>(
          FakeSite::respond(422, std::string(R"({"error":"bad header Bearer )") + echo + "\"}"));
    };
    room.add_item(std::string("Librarian ") + echo[5]);
    const RunReport report = room.run();
    ASSERT_EQ(report.totals.rejected, 1U);
    const std::string& why = report.posts.at(0).delivered.delivery.error->message;
    EXPECT_NE(why.find("***"), std::string::npos) << why;
    EXPECT_EQ(why.find("good-token"), std::string::npos) << why;
    EXPECT_EQ(read_file(room.config.state).find("good-token"), std::string::npos);
  }
}

TEST_F(Publish, AServerThatWantsAPauseGetsIt) {
  only_mastodon();
  const SysTime reset = room.clock.now() + std::chrono::minutes{30};
  room.mastodon.before = [&](const Request&) -> std::optional<Result<Response>> {
    if (room.clock.now() >= reset) return std::nullopt;
    return Result<Response>(FakeSite::respond(429, R"({"error":"Too many requests"})",
                                              {{"X-RateLimit-Reset", to_iso8601(reset)}}));
  };
  room.add_item("Librarian");
  room.add_item("Lifeguard");
  EXPECT_FALSE(room.run().needs_person()) << "it goes by itself";
  EXPECT_EQ(posts_asked(room), 1U);
  room.clock.advance(std::chrono::minutes{10});
  room.run();
  EXPECT_EQ(posts_asked(room), 1U) << "not before the time that the server named";
  room.clock.advance(std::chrono::minutes{60});
  room.run();
  EXPECT_EQ(room.mastodon.statuses.size(), 2U);
}

TEST_F(Publish, ARefusedPostIsListedAndTheNextOneGoesOut) {
  only_mastodon();
  room.mastodon.before = [&](const Request& request) -> std::optional<Result<Response>> {
    if (request.body.find("Librarian") == std::string::npos) return std::nullopt;
    return Result<Response>(FakeSite::respond(
        422, R"({"error":"Validation failed: Text character limit of 500 exceeded"})"));
  };
  room.add_item("Librarian");
  room.add_item("Lifeguard");
  const RunReport report = room.run();
  EXPECT_EQ(report.totals.rejected, 1U);
  EXPECT_EQ(report.totals.posted, 1U);
  EXPECT_TRUE(report.needs_person());
  EXPECT_FALSE(room.run().needs_person()) << "it is told once";
}

TEST_F(Publish, APostWhoseAnswerWasLostIsFoundAndNotRepeated) {
  only_mastodon();
  room.mastodon.honours_key = false;
  room.mastodon.after = [](const Request&) -> std::optional<Result<Response>> {
    return Result<Response>(FakeSite::respond(502, "<html>Bad gateway</html>"));
  };
  room.add_item("Librarian");
  const RunReport report = room.run();
  EXPECT_EQ(report.totals.posted, 1U);
  EXPECT_EQ(room.mastodon.statuses.size(), 1U);
}

TEST_F(Publish, APostThatDidNotLandIsSentAgain) {
  only_mastodon();
  int refused = 0;
  room.mastodon.before = [&](const Request&) -> std::optional<Result<Response>> {
    if (refused++ > 0) return std::nullopt;
    return Result<Response>(FakeSite::respond(503, "busy"));
  };
  room.add_item("Librarian");
  EXPECT_EQ(room.run().totals.deferred, 1U) << "it may still be on its way";
  room.clock.advance(std::chrono::hours{1});
  EXPECT_EQ(room.run().totals.posted, 1U);
  EXPECT_EQ(room.mastodon.statuses.size(), 1U);
}

TEST_F(Publish, ThePromiseHoldsWhileTheServerAnswersNothingButErrors) {
  only_mastodon();
  bool down = true;
  room.mastodon.honours_key = false;
  room.mastodon.before = [&](const Request&) -> std::optional<Result<Response>> {
    if (!down) return std::nullopt;
    return Result<Response>(FakeSite::respond(500, "oops"));
  };
  room.add_item("Librarian");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(room.run().needs_person(), i > 0) << "from the sixth hour on, a person hears of it";
    room.clock.advance(std::chrono::hours{7});
  }
  down = false;
  room.run();
  EXPECT_EQ(room.mastodon.statuses.size(), 1U);
  EXPECT_EQ(room.open_deliveries(), 0U);
}

TEST_F(Publish, AServerThatCannotBeReachedGetsThePostLater) {
  only_mastodon();
  bool down = true;
  room.mastodon.before = [&](const Request&) -> std::optional<Result<Response>> {
    if (!down) return std::nullopt;
    return Result<Response>(fail(ErrorKind::unavailable, "connection refused"));
  };
  room.add_item("Librarian");
  EXPECT_EQ(room.run().totals.deferred, 1U);
  down = false;
  room.clock.advance(std::chrono::hours{1});
  room.run();
  EXPECT_EQ(room.mastodon.statuses.size(), 1U);
}

TEST_F(Publish, BackfillPostsTheNewestOfWhatWasHistoryOnce) {
  only_mastodon();
  room.add_item("Librarian");
  room.add_item("Lifeguard");
  PublishOptions options;
  options.backfill = 2;
  EXPECT_EQ(room.run(options).totals.posted, 2U);
  const RunReport again = room.run(options);
  EXPECT_EQ(again.totals.posted, 0U);
  EXPECT_EQ(again.skipped.size(), 2U);
  EXPECT_EQ(room.mastodon.statuses.size(), 2U);
}

TEST_F(Publish, AnAccountLeftOutByTheCommandLineGetsItsPostsLater) {
  room.add_item("Librarian");
  PublishOptions options;
  options.accounts = {{"noticeboard"}};
  room.run(options);
  EXPECT_TRUE(room.on_mastodon().empty());
  EXPECT_EQ(room.in_outbox().size(), 1U);
  room.run();
  EXPECT_EQ(room.on_mastodon().size(), 1U);
  EXPECT_EQ(room.in_outbox().begin()->second, 1);
}

TEST_F(Publish, TwoPostsThatReadTheSameAreTwoPosts) {
  only_mastodon();
  room.config.feeds[0].text_template = "{{prefix}}{{title}}";
  room.config.feeds[0].on_suspect = OnSuspect::post;
  room.add_item("Road closed");
  room.run();
  room.clock.advance(std::chrono::hours{24 * 8});
  int answers = 0;
  room.mastodon.before = [&](const Request&) -> std::optional<Result<Response>> {
    if (answers++ > 0) return std::nullopt;
    return Result<Response>(FakeSite::respond(500, "oops"));
  };
  room.add_item("Road closed");
  room.run();
  room.clock.advance(std::chrono::hours{1});
  room.run();
  EXPECT_EQ(room.mastodon.statuses.size(), 2U) << "the first is not taken for the second";
}

TEST_F(Publish, LooksAsSoonAsItLearnsWhereWhenTheAccountsIdWasForgotten) {
  only_mastodon();
  room.tokens.kept.at("town-hall").account_id.clear();  // as with a token from the environment
  room.mastodon.honours_key = false;
  bool troubled = true;
  int asked_who = 0;
  room.mastodon.after = [](const Request&) -> std::optional<Result<Response>> {
    return Result<Response>(FakeSite::respond(502, "bad gateway"));
  };
  const std::string listing = "GET https://social.example.gov.uk/api/v1/accounts/8/statuses";
  room.site.on("GET https://social.example.gov.uk/api/v1/accounts/verify_credentials",
               [&](const Request&) -> Result<Response> {
                 if (!troubled && ++asked_who == 1) return FakeSite::respond(500, "oops");
                 return FakeSite::respond(200, R"({"id":"8","acct":"council"})");
               });
  room.site.on(listing, [&](const Request&) -> Result<Response> {
    if (troubled) return FakeSite::respond(500, "oops");
    return FakeSite::respond(
        200, nlohmann::json::array({{{"id", "100"},
                                     {"url", "https://social.example.gov.uk/@council/100"},
                                     {"created_at", to_iso8601(room.clock.now())},
                                     {"content", room.mastodon.statuses.at(0).text}}})
                 .dump());
  });
  room.add_item("Librarian");
  room.run();
  troubled = false;
  room.clock.advance(std::chrono::minutes{16});
  room.run();
  EXPECT_EQ(asked_who, 2);
  EXPECT_EQ(room.mastodon.statuses.size(), 1U);
}

TEST_F(Publish, NewerPostsWaitWhileOneIsInDoubt) {
  only_mastodon();
  bool blind = true;
  room.mastodon.before = [&](const Request& request) -> std::optional<Result<Response>> {
    if (!blind || request.body.find("Librarian") == std::string::npos) return std::nullopt;
    return Result<Response>(FakeSite::respond(500, "oops"));
  };
  room.add_item("Librarian");
  room.run();
  room.add_item("Lifeguard");
  room.run();
  EXPECT_TRUE(room.mastodon.statuses.empty());
  blind = false;
  room.clock.advance(std::chrono::minutes{16});
  room.run();
  EXPECT_EQ(room.mastodon.statuses.size(), 2U);
}

TEST_F(Publish, AServerThatRepeatsTheTokenPutsItIntoNoError) {
  only_mastodon();
  room.mastodon.before = [&](const Request&) -> std::optional<Result<Response>> {
    return Result<Response>(FakeSite::respond(422, R"({"error":"bad header Bearer good-token"})"));
  };
  room.add_item("Librarian");
  const RunReport report = room.run();
  EXPECT_EQ(report.posts.at(0).delivered.delivery.error->message.find("good-token"),
            std::string::npos);
}

TEST_F(Publish, PostsThatWaitForAnAccountThatIsGoneNeedAPerson) {
  room.tokens.kept.clear();
  room.add_item("Librarian");
  room.run();
  room.config.accounts.erase(room.config.accounts.begin());
  room.config.feeds[0].accounts = {{"noticeboard"}};
  EXPECT_TRUE(room.run().needs_person());
}

TEST_F(Publish, BackfillForOneAccountPlansNothingOldForAnother) {
  PublishOptions options;
  options.backfill = 1;
  options.accounts = {{"noticeboard"}};
  room.run(options);
  room.run();
  EXPECT_EQ(room.in_outbox().size(), 1U);
  EXPECT_TRUE(room.on_mastodon().empty());
}

TEST_F(Publish, BackfillTriesAgainWhatWasRefused) {
  only_mastodon();
  bool strict = true;
  room.mastodon.before = [&](const Request&) -> std::optional<Result<Response>> {
    if (!strict) return std::nullopt;
    return Result<Response>(FakeSite::respond(422, R"({"error":"Validation failed"})"));
  };
  room.add_item("Librarian");
  EXPECT_EQ(room.run().totals.rejected, 1U);
  strict = false;
  EXPECT_EQ(room.run().totals.posted, 0U) << "not by itself";
  PublishOptions options;
  options.backfill = 1;
  EXPECT_EQ(room.run(options).totals.posted, 1U);
  EXPECT_EQ(room.run(options).totals.posted, 0U);
}

TEST_F(Publish, SaysThatAnAccountIsSignedOutEvenWhenThereIsNothingToPost) {
  room.tokens.kept.clear();
  EXPECT_TRUE(room.run().needs_person());
  PublishOptions options;
  options.dry_run = true;
  EXPECT_TRUE(room.run(options).needs_person());
}

TEST_F(Publish, AnAccountThatNoFeedNamesNeedsNoSignIn) {
  room.config.accounts.push_back({{"spare"}, "mastodon", "https://social.example.gov.uk", "", {}});
  const RunReport report = room.run();
  EXPECT_FALSE(report.needs_person());
  EXPECT_TRUE(report.account_problems.empty());
}

/// The same story in two feeds of one council.
void add_second_feed(Newsroom& room) {
  FeedConfig second = room.config.feeds[0];
  second.id = {"news"};
  second.url = "https://www.example.gov.uk/news.xml";
  room.config.feeds.push_back(second);
  room.site.on("GET https://www.example.gov.uk/news.xml",
               [&room](const Request&) { return FakeSite::respond(200, room.rss()); });
}

TEST_F(Publish, OneStoryInTwoFeedsOfAnAccountIsSaidOnceInOneRun) {
  add_second_feed(room);
  room.run();
  room.add_item("Librarian");
  PublishOptions options;
  options.dry_run = true;
  EXPECT_EQ(room.run(options).totals.planned, 2U) << "one for each account";
  const RunReport report = room.run();
  EXPECT_EQ(report.totals.posted, 2U);
  EXPECT_EQ(room.mastodon.statuses.size(), 1U);
  EXPECT_EQ(room.in_outbox().begin()->second, 1);
  ASSERT_EQ(report.skipped.size(), 2U);
  EXPECT_EQ(report.skipped[0].reason, "the same post is on its way already");
  EXPECT_EQ(report.skipped[0].feed.value, "news");
}

TEST_F(Publish, AStoryThatIsHeldInOneFeedIsNotPostedFromAnotherInTheSameRun) {
  room.config.feeds[0].accounts = {{"town-hall"}};
  add_second_feed(room);
  room.run();
  room.add_item("Librarian");
  room.run();
  room.guid_prefix = "x";  // both feeds were rebuilt
  room.mints_guids = true;
  const RunReport report = room.run();
  EXPECT_EQ(room.mastodon.statuses.size(), 1U);
  EXPECT_EQ(report.totals.posted, 0U);
}

TEST_F(Publish, AClockThatIsSetBackRepeatsNothing) {
  room.add_item("Librarian");
  room.run();
  room.clock.set(room.clock.now() - std::chrono::hours{24 * 400});
  room.run();
  room.add_item("Lifeguard");
  room.run();
  EXPECT_EQ(room.mastodon.statuses.size(), 2U);
}

TEST_F(Publish, AFeedThatMovesByItsConfigRepeatsNothing) {
  const auto body = [&](const Request&) -> Result<Response> {
    return FakeSite::respond(200, room.rss());
  };
  room.site.on("GET https://www.example.gov.uk/new/jobs.xml", body);
  room.config.feeds[0].url = "https://www.example.gov.uk/new/jobs.xml";
  room.add_item("Librarian");
  room.run();
  EXPECT_EQ(room.mastodon.statuses.size(), 1U);
}

TEST_F(Publish, ALinkTooLongForANetworkIsToldAndNotLost) {
  only_mastodon();
  room.mastodon.max_characters = 20;
  room.config.feeds[0].prefix = "A prefix that is longer than the limit: ";
  room.add_item("Librarian");
  const RunReport report = room.run();
  EXPECT_EQ(report.totals.rejected, 1U);
  EXPECT_TRUE(report.needs_person());
}

TEST_F(Publish, RemovesAnAccountsPostsFromNoLedgerWhenTheAccountLeavesTheConfig) {
  room.tokens.kept.clear();
  room.add_item("Librarian");
  room.run();
  room.config.accounts.erase(room.config.accounts.begin());
  only_mastodon();
  room.config.feeds[0].accounts = {{"noticeboard"}};
  const RunReport report = room.run();
  EXPECT_EQ(report.waiting, 1U);
}

}  // namespace
}  // namespace crier
