// What goes out beside the words, and what is kept back until its page is there.
#include <gtest/gtest.h>

#include "support/newsroom.h"

namespace crier {
namespace {

using nlohmann::json;
using std::chrono::hours;

constexpr const char* pds = "https://pds.example.org";
constexpr const char* page = "https://www.example.gov.uk/jobs/1";
constexpr const char* picture = "https://www.example.gov.uk/pool.jpg";

/// Takes every picture, and says so in its bytes; or none.
class FakeFitter final : public ImageFitter {
 public:
  Result<FittedImage> fit(std::string_view bytes, const ImageLimits& limits) override {
    asked.push_back(limits);
    if (!refuses.empty()) return fail(ErrorKind::invalid, "{}", refuses);
    return FittedImage{"fit:" + std::string(bytes), "image/jpeg", 800, 600};
  }
  std::vector<ImageLimits> asked;
  std::string refuses;
};

class Pictures : public ::testing::Test {
 protected:
  Pictures() {
    room.images = &fitter;
    add_bluesky("bsky");
    room.add_item("Gritter driver");
    room.config.feeds[0].accounts = {{"bsky"}};
    room.run();
    room.site.asked.clear();
    room.add_item("Lifeguard");
    put(page, 200,
        R"(<meta property="og:title" content="Lifeguard wanted">)"
        R"(<meta property="og:description" content="At the pool">)"
        R"(<meta property="og:image" content="/pool.jpg">)");
    put(picture, 200, "JPEG", "image/jpeg");
    room.site.on(std::string("POST ") + pds + "/xrpc/com.atproto.repo.uploadBlob",
                 [this](const Request& request) -> Result<Response> {
                   blobs.push_back(request.body);
                   return FakeSite::respond(200,
                                            R"({"blob":{"$type":"blob","ref":{"$link":"bafkreib"},)"
                                            R"("mimeType":"image/jpeg","size":8}})");
                 });
    room.site.on(std::string("POST ") + pds + "/xrpc/com.atproto.repo.putRecord",
                 [this](const Request& request) -> Result<Response> {
                   const json body = json::parse(request.body);
                   records.push_back(body["record"]);
                   const std::string key = body["rkey"];
                   return FakeSite::respond(
                       200, R"({"uri":"at://did:plc:council/app.bsky.feed.post/)" + key +
                                R"(","cid":"bafyrei"})");
                 });
  }

  void add_bluesky(const std::string& name) {
    room.config.accounts.push_back(
        {{name}, "bluesky", pds, "", {{"handle", name + ".example.gov.uk"}}});
    Credentials credentials;
    credentials.server = pds;
    credentials.access_token = Secret("good-token");
    credentials.account_id = "did:plc:council";
    credentials.handle = "@" + name + ".example.gov.uk";
    room.tokens.kept[name] = credentials;
  }

  void put(const std::string& url, int status, const std::string& body,
           const std::string& type = "text/html; charset=utf-8") {
    room.site.on("GET " + url, [=](const Request&) -> Result<Response> {
      return FakeSite::respond(status, body, {{"Content-Type", type}});
    });
  }

  /// The feed's newest item, with pictures.
  void give_item_pictures(const std::string& html) {
    room.site.on("GET https://www.example.gov.uk/jobs.xml",
                 [this, html](const Request&) -> Result<Response> {
                   std::string rss = room.rss();
                   const std::size_t at = rss.find("</item>");
                   rss.insert(at, "<description><![CDATA[" + html + "]]></description>");
                   return FakeSite::respond(200, rss, {{"Content-Type", "application/rss+xml"}});
                 });
  }

  [[nodiscard]] std::size_t asked(const std::string& url) const {
    return static_cast<std::size_t>(
        std::count_if(room.site.asked.begin(), room.site.asked.end(),
                      [&](const Request& request) { return request.url == url; }));
  }
  [[nodiscard]] const Request* request_for(const std::string& url) const {
    const auto found = std::ranges::find(room.site.asked, url, &Request::url);
    return found == room.site.asked.end() ? nullptr : &*found;
  }
  [[nodiscard]] std::string told(const RunReport& report) const {
    std::string all;
    for (const PostReport& post : report.posts) {
      for (const std::string& warning : post.delivered.warnings) all += warning + "\n";
    }
    return all;
  }

  Newsroom room;
  FakeFitter fitter;
  std::vector<json> records;
  std::vector<std::string> blobs;
};

// --- link cards -------------------------------------------------------------------------------

TEST_F(Pictures, APostToBlueskyCarriesTheCardOfItsPage) {
  const RunReport report = room.run();
  ASSERT_EQ(records.size(), 1U);
  const json& external = records[0]["embed"]["external"];
  EXPECT_EQ(external["uri"], page);
  EXPECT_EQ(external["title"], "Lifeguard wanted");
  EXPECT_EQ(external["description"], "At the pool");
  EXPECT_EQ(external["thumb"]["ref"]["$link"], "bafkreib");
  EXPECT_EQ(blobs, std::vector<std::string>{"fit:JPEG"});
  EXPECT_EQ(fitter.asked.at(0).max_bytes, 1'000'000U);
  EXPECT_EQ(told(report), "");
}

TEST_F(Pictures, APageIsFetchedOnceForAllAccounts) {
  add_bluesky("bsky-too");
  room.config.feeds[0].accounts.push_back({"bsky-too"});
  room.run();
  EXPECT_EQ(records.size(), 2U);
  EXPECT_EQ(asked(page), 1U);
}

TEST_F(Pictures, PagesAndPicturesAreAskedUnsignedAndOnlyOfPublicAddresses) {
  room.run();
  for (const char* url : {page, picture}) {
    const Request* request = request_for(url);
    ASSERT_NE(request, nullptr) << url;
    EXPECT_TRUE(request->public_only) << url;
    EXPECT_TRUE(request->follow_redirects) << url;
    EXPECT_FALSE(request->sign) << url;
    EXPECT_FALSE(find_header(request->headers, "Authorization")) << url;
  }
}

TEST_F(Pictures, TheFileMayAllowPrivateAddresses) {
  room.config.allow_private_addresses = true;
  room.run();
  EXPECT_FALSE(request_for(page)->public_only);
  EXPECT_FALSE(request_for(picture)->public_only);
}

TEST_F(Pictures, NoPageIsAskedWhereNobodyWantsACardOrNothingIsDue) {
  room.config.feeds[0].accounts = {{"town-hall"}, {"noticeboard"}};
  room.run();
  EXPECT_EQ(asked(page), 0U);
  room.config.feeds[0].accounts = {{"bsky"}};
  room.run();
  room.site.asked.clear();
  room.run();
  EXPECT_EQ(asked(page), 0U) << "it went out in the run before";
}

TEST_F(Pictures, NoPageIsAskedForWhatWaitsForALaterRun) {
  room.config.accounts.back().pace.per_run = 1;
  room.add_item("Librarian");
  room.run();
  EXPECT_EQ(records.size(), 1U);
  EXPECT_EQ(asked(page) + asked("https://www.example.gov.uk/jobs/2"), 1U);
  put("https://www.example.gov.uk/jobs/2", 200, "<title>Librarian</title>");
  room.run();
  EXPECT_EQ(records.size(), 2U);
}

TEST_F(Pictures, ADeadPageCostsItsCardAndNothingElse) {
  put(page, 404, "gone");
  const RunReport report = room.run();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_FALSE(records[0].contains("embed"));
  EXPECT_EQ(told(report), std::string("no link card: the page ") + page + " answers 404\n");
}

TEST_F(Pictures, APageWithoutATitleGetsTheItems) {
  put(page, 200, "%PDF-1.7", "application/pdf");
  room.run();
  EXPECT_EQ(records.at(0)["embed"]["external"]["title"], "Lifeguard");
}

TEST_F(Pictures, ACardWhosePictureCannotBeUsedGoesOutWithoutIt) {
  fitter.refuses = "it is an SVG drawing";
  const RunReport report = room.run();
  const json& external = records.at(0)["embed"]["external"];
  EXPECT_EQ(external["title"], "Lifeguard wanted");
  EXPECT_FALSE(external.contains("thumb"));
  EXPECT_EQ(told(report),
            std::string("the picture ") + picture + " is left out: it is an SVG drawing\n");
}

TEST_F(Pictures, AWebsiteThatStumblesIsAskedForItsPictureAgain) {
  int times = 0;
  room.site.on(std::string("GET ") + picture, [&](const Request&) -> Result<Response> {
    if (++times == 1) return fail(ErrorKind::uncertain, "no answer in 20 s");
    if (times == 2) return FakeSite::respond(503, "busy");
    return FakeSite::respond(200, "JPEG", {{"Content-Type", "image/jpeg"}});
  });
  const RunReport report = room.run();
  EXPECT_TRUE(records.at(0)["embed"]["external"].contains("thumb"));
  EXPECT_EQ(told(report), "");
}

TEST_F(Pictures, ThePostDoesNotWaitForAPictureThatDoesNotCome) {
  put(picture, 503, "busy");
  RunReport report = room.run();
  EXPECT_EQ(records.size(), 1U);
  EXPECT_EQ(asked(picture), 3U);
  EXPECT_NE(told(report).find("503"), std::string::npos) << told(report);
  room.add_item("Librarian");
  put("https://www.example.gov.uk/jobs/2", 200,
      R"(<meta property="og:image" content="/pool.jpg">)");
  put(picture, 404, "gone");
  room.site.asked.clear();
  report = room.run();
  EXPECT_EQ(asked(picture), 1U) << "a second question would change nothing";
}

TEST_F(Pictures, APictureAtAPrivateAddressIsLeftOutAndSaidSo) {
  room.site.on(std::string("GET ") + picture, [](const Request&) -> Result<Response> {
    return fail(ErrorKind::invalid, "leads to 169.254.169.254, a private address");
  });
  const RunReport report = room.run();
  EXPECT_EQ(records.size(), 1U);
  EXPECT_NE(told(report).find("169.254.169.254"), std::string::npos) << told(report);
}

TEST_F(Pictures, WithoutAProgramForPicturesPostsGoOut) {
  room.images = nullptr;
  const RunReport report = room.run();
  EXPECT_EQ(records.size(), 1U);
  EXPECT_NE(told(report).find("no program"), std::string::npos) << told(report);
}

// --- an item's own pictures -------------------------------------------------------------------

TEST_F(Pictures, ADescribedPictureIsAttachedInPlaceOfTheCard) {
  give_item_pictures(R"(<img src="/pool.jpg" alt="The pool"><img src="/logo.png" alt="">)");
  room.run();
  const json& images = records.at(0)["embed"]["images"];
  ASSERT_EQ(images.size(), 1U) << "the one without a description is not attached";
  EXPECT_EQ(images[0]["alt"], "The pool");
  EXPECT_EQ(images[0]["aspectRatio"]["width"], 800);
}

TEST_F(Pictures, ADryRunTellsOfPicturesWithoutADescription) {
  give_item_pictures(R"(<img src="/pool.jpg" alt="The pool"><img src="/slide.png">)");
  PublishOptions options;
  options.dry_run = options.explain = true;
  const auto said = [&] {
    std::string all;
    for (const FeedReport& feed : room.run(options).feeds) {
      for (const Warning& warning : feed.warnings) all += warning.message + "\n";
    }
    return all;
  };
  EXPECT_NE(said().find("a picture without a description is left out"), std::string::npos);
  room.config.feeds[0].images = AttachImages::all;
  EXPECT_EQ(said(), "");
  room.config.feeds[0].images = AttachImages::described;
  room.config.feeds[0].accounts = {{"noticeboard"}};
  EXPECT_EQ(said(), "") << "nothing is attached there in any case";
}

TEST_F(Pictures, TheFileSaysWhichPicturesAreAttached) {
  room.config.feeds[0].accounts = {{"town-hall"}};
  put("https://www.example.gov.uk/logo.png", 200, "PNG", "image/png");
  give_item_pictures(R"(<img src="/pool.jpg" alt="The pool"><img src="/logo.png" alt="">)");
  const std::vector<std::pair<AttachImages, std::size_t>> settings{
      {AttachImages::none, 0}, {AttachImages::described, 1}, {AttachImages::all, 2}};
  for (const auto& [setting, count] : settings) {
    room.config.feeds[0].images = setting;
    room.run();
    EXPECT_EQ(room.mastodon.statuses.back().media.size(), count);
    room.add_item("Item " + std::to_string(count));
  }
  EXPECT_EQ(room.mastodon.media.at(0).bytes, "fit:JPEG");
  EXPECT_EQ(room.mastodon.media.at(0).description, "The pool");
  EXPECT_EQ(room.mastodon.media.at(0).type, "image/jpeg");
}

TEST_F(Pictures, MastodonIsWaitedForWhileItWorksOnAPicture) {
  room.config.feeds[0].accounts = {{"town-hall"}};
  give_item_pictures(R"(<img src="/pool.jpg" alt="The pool">)");
  int polls = 0;
  room.site.on("POST https://social.example.gov.uk/api/v2/media",
               [](const Request&) -> Result<Response> {
                 return FakeSite::respond(202, R"({"id":"m9","url":null})");
               });
  room.site.on("GET https://social.example.gov.uk/api/v1/media/m9",
               [&](const Request&) -> Result<Response> {
                 return FakeSite::respond(++polls < 3 ? 206 : 200, R"({"id":"m9"})");
               });
  room.run();
  EXPECT_EQ(polls, 3);
  EXPECT_EQ(room.mastodon.statuses.at(0).media, std::vector<std::string>{"m9"});
}

TEST_F(Pictures, APictureThatMastodonRefusesIsLeftOut) {
  room.config.feeds[0].accounts = {{"town-hall"}};
  give_item_pictures(R"(<img src="/pool.jpg" alt="The pool">)");
  room.site.on("POST https://social.example.gov.uk/api/v2/media",
               [](const Request&) -> Result<Response> {
                 return FakeSite::respond(422, R"({"error":"Validation failed: File type"})");
               });
  const RunReport report = room.run();
  EXPECT_TRUE(room.mastodon.statuses.at(0).media.empty());
  EXPECT_NE(told(report).find("Validation failed"), std::string::npos) << told(report);
}

TEST_F(Pictures, AnUploadedPictureIsNotUploadedAgainAfterAFailure) {
  room.config.feeds[0].accounts = {{"town-hall"}};
  give_item_pictures(R"(<img src="/pool.jpg" alt="The pool">)");
  bool is_ill = true;
  room.mastodon.before = [&](const Request&) -> std::optional<Result<Response>> {
    if (!is_ill) return std::nullopt;
    return FakeSite::respond(429, "{}", {{"Retry-After", "60"}});
  };
  room.run();
  EXPECT_TRUE(room.mastodon.statuses.empty());
  is_ill = false;
  room.clock.advance(hours{1});
  room.run();
  EXPECT_EQ(room.mastodon.media.size(), 1U);
  EXPECT_EQ(room.mastodon.statuses.at(0).media, std::vector<std::string>{"m1"});
}

// --- require_page -----------------------------------------------------------------------------

class RequiredPage : public Pictures {
 protected:
  RequiredPage() {
    room.config.feeds[0].accounts = {{"town-hall"}};
    room.config.feeds[0].require_page = true;
    put(page, 404, "not yet");
  }
};

TEST_F(RequiredPage, APostWaitsUntilItsPageIsThere) {
  const RunReport first = room.run();
  EXPECT_TRUE(room.mastodon.statuses.empty());
  EXPECT_EQ(room.open_deliveries(), 1U);
  EXPECT_EQ(first.totals.deferred, 1U);
  EXPECT_FALSE(first.needs_person());
  const auto& waiting = first.posts.at(0).delivered.delivery;
  EXPECT_EQ(waiting.error->message,
            std::string("its page ") + page +
                " answers 404, and require_page = true: it goes out once the page is there");
  const auto kept = SqliteStore(room.config.state, SqliteStore::Access::read).open();
  ASSERT_TRUE(kept.at(0).error) << "the ledger knows why it waits";
  put(page, 200, "<title>There</title>");
  room.run();
  EXPECT_EQ(room.mastodon.statuses.size(), 1U);
  EXPECT_EQ(room.open_deliveries(), 0U);
}

TEST_F(RequiredPage, WhatWaitsTooLongIsNoNewsAnyMore) {
  room.run();
  room.clock.advance(hours{24 * 8});
  const RunReport report = room.run();
  EXPECT_EQ(report.totals.rejected, 1U);
  put(page, 200, "");
  room.run();
  EXPECT_TRUE(room.mastodon.statuses.empty());
}

TEST_F(RequiredPage, ABrokenPageHoldsNoOtherOfItsSiteBack) {
  room.site.on(std::string("GET ") + page, [](const Request&) -> Result<Response> {
    return fail(ErrorKind::unavailable, "the answer was cut off");
  });
  room.add_item("Librarian");
  put("https://www.example.gov.uk/jobs/2", 200, "");
  room.run();
  EXPECT_EQ(room.on_mastodon().size(), 1U);
  EXPECT_EQ(room.open_deliveries(), 1U);
}

TEST_F(RequiredPage, HoldsNothingElseBack) {
  room.add_item("Librarian");
  put("https://www.example.gov.uk/jobs/2", 200, "");
  room.run();
  EXPECT_EQ(room.on_mastodon().size(), 1U);
  EXPECT_EQ(room.open_deliveries(), 1U);
}

TEST_F(RequiredPage, IsTheRuleInAPipelineUnlessTheFileSaysOtherwise) {
  room.config.in_ci = true;
  room.config.feeds[0].require_page.reset();
  room.config.feeds[0].accounts = {{"town-hall"}, {"noticeboard"}};
  room.run();
  EXPECT_TRUE(room.mastodon.statuses.empty());
  EXPECT_EQ(room.in_outbox().size(), 1U) << "a file needs no page";
  room.config.feeds[0].require_page = false;
  room.run();
  EXPECT_EQ(room.mastodon.statuses.size(), 1U);
}

TEST_F(RequiredPage, ADryRunLooksAndWritesNothing) {
  PublishOptions dry;
  dry.dry_run = true;
  const RunReport report = room.run(dry);
  ASSERT_EQ(report.posts.size(), 1U);
  EXPECT_FALSE(report.posts[0].goes_out);
  EXPECT_NE(report.posts[0].delivered.why_not.find("answers 404"), std::string::npos);
  EXPECT_EQ(room.open_deliveries(), 0U);
}

TEST_F(RequiredPage, WhatMayBePublicIsLookedForWhateverItsPageSays) {
  put(page, 200, "");
  room.mastodon.after = [](const Request&) -> std::optional<Result<Response>> {
    return fail(ErrorKind::uncertain, "the line broke");
  };
  room.site.on("GET https://social.example.gov.uk/api/v1/accounts/7/statuses",
               [](const Request&) -> Result<Response> { return FakeSite::respond(503, ""); });
  room.run();
  EXPECT_EQ(room.mastodon.statuses.size(), 1U);
  put(page, 404, "");
  room.clock.advance(hours{1});
  room.run();
  const auto open = SqliteStore(room.config.state, SqliteStore::Access::read).open();
  ASSERT_EQ(open.size(), 1U);
  EXPECT_EQ(open[0].stage, Stage::publishing);
}

}  // namespace
}  // namespace crier
