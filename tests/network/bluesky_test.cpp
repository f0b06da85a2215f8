#include "network/bluesky/bluesky.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/utf8.h"
#include "network/bluesky/record.h"

namespace crier {
namespace {

using nlohmann::json;

constexpr SysTime now{std::chrono::seconds{1'772'442'000}};  // 2026-03-02T09:00:00Z

const Account& account() {
  static const Account one{{"council"}, "bluesky", "", "en-GB", {{"handle", "council.example"}}};
  return one;
}
const AccountFacts& facts() {
  static const AccountFacts all{{{"account_id", "did:plc:council"},
                                 {"service", "https://pds.example.gov.uk"},
                                 {"handle", "@council.example.gov.uk"}},
                                {}};
  return all;
}

Delivery delivery() {
  Delivery one;
  one.id = {"0123456789abcdef0123456789abcdef"};
  one.post.text = "New job: Lifeguard https://www.example.gov.uk/jobs/17";
  one.post.link = "https://www.example.gov.uk/jobs/17";
  one.post.language = "en-GB";
  return one;
}

Turn next(const Delivery& of, SysTime at = now, std::size_t ordinal = 0) {
  return BlueskyNetwork().next(of, {account(), facts(), at, {}, ordinal}, nullptr);
}

/// The record that the turn would send, as its bytes.
std::string record_in(const Turn& turn) {
  const auto* publish = std::get_if<Publish>(&turn.step);
  return publish == nullptr ? std::string() : json::parse(publish->request.body)["record"].dump();
}

Outcome outcome_of(int status, const std::string& body, Headers headers = {}) {
  Delivery sent = delivery();
  sent.notes = next(sent).notes;
  Response answer;
  answer.status = status;
  answer.body = body;
  answer.headers = std::move(headers);
  const Turn turn = BlueskyNetwork().next(sent, {account(), facts(), now}, &answer);
  return std::get<Finish>(turn.step).outcome;
}

std::string named(const char* name) { return json{{"error", name}, {"message", "words"}}.dump(); }

TEST(Bluesky, SendsTheSameBytesAgainOnceTheyHaveBeenSent) {
  Delivery sent = delivery();
  const Turn first = next(sent);
  sent.notes = first.notes;
  sent.stage = Stage::publishing;
  sent.publishing_at = now;
  const Turn later = next(sent, now + std::chrono::hours{30}, 7);
  EXPECT_FALSE(record_in(first).empty());
  EXPECT_EQ(record_in(later), record_in(first));
  EXPECT_EQ(later.notes.at("rkey"), first.notes.at("rkey"));
}

TEST(Bluesky, MakesKeyAndTimeAnewForWhatWasNeverSent) {
  Delivery waiting = delivery();
  const Turn first = next(waiting);
  waiting.notes = first.notes;
  EXPECT_EQ(next(waiting, now + std::chrono::minutes{9}).notes.at("rkey"), first.notes.at("rkey"));
  const Turn later = next(waiting, now + std::chrono::hours{2});
  EXPECT_NE(later.notes.at("rkey"), first.notes.at("rkey"));
  EXPECT_NE(record_in(later).find("2026-03-02T11:00:00.000Z"), std::string::npos);
}

TEST(Bluesky, MakesKeysThatSortByTimeAndByTheirOrderInARun) {
  using bluesky::make_tid;
  const std::string first = make_tid({now, 0}, "a");
  EXPECT_EQ(first.size(), 13U);
  EXPECT_EQ(first.find_first_not_of("234567abcdefghijklmnopqrstuvwxyz"), std::string::npos);
  EXPECT_NE(std::string("234567abcdefghij").find(first[0]), std::string::npos);
  EXPECT_LT(first, make_tid({now, 1}, "a"));
  EXPECT_LT(make_tid({now, 999}, "z"), make_tid({now + std::chrono::seconds{1}, 0}, "a"));
  EXPECT_NE(first, make_tid({now, 0}, "b")) << "two posts of one moment";
  EXPECT_EQ(first, make_tid({now, 0}, "a"));
}

TEST(Bluesky, AsksForTheRecordToBeNewUnderItsKey) {
  const Turn turn = next(delivery());
  const json body = json::parse(std::get<Publish>(turn.step).request.body);
  EXPECT_TRUE(body.contains("swapRecord") && body["swapRecord"].is_null());
  EXPECT_EQ(body["repo"], "did:plc:council");
  EXPECT_EQ(body["rkey"], turn.notes.at("rkey"));
}

TEST(Bluesky, MarksLinksInBytesOfTheFinalText) {
  Delivery one = delivery();
  one.post.text = "£5 café 🏊🏽‍♀️ https://www.example.gov.uk/jobs/17 #Pool";
  const json record = json::parse(record_in(next(one)));
  bool found = false;
  for (const json& facet : record["facets"]) {
    if (facet["features"][0]["$type"] != "app.bsky.richtext.facet#link") continue;
    const std::size_t begin = facet["index"]["byteStart"];
    const std::size_t end = facet["index"]["byteEnd"];
    EXPECT_EQ(one.post.text.substr(begin, end - begin), one.post.link);
    EXPECT_EQ(facet["features"][0]["uri"], one.post.link);
    found = true;
  }
  EXPECT_TRUE(found);
}

TEST(Bluesky, SortsRefusalsByWhatThePersonMustDo) {
  struct Row {
    int status;
    const char* name;
    ErrorKind kind;
  };
  // What waits, and why: nothing of it is lost.
  for (const Row& row : {Row{400, "ExpiredToken", ErrorKind::unauthorized},
                         Row{400, "InvalidToken", ErrorKind::unauthorized},
                         Row{401, "AuthMissing", ErrorKind::unauthorized},
                         Row{401, "AccountTakedown", ErrorKind::unauthorized},
                         Row{401, "AccountDeactivated", ErrorKind::unauthorized},
                         Row{403, "ScopeMissingError", ErrorKind::unauthorized},
                         Row{429, "RateLimitExceeded", ErrorKind::throttled},
                         Row{400, "BlobNotFound", ErrorKind::unavailable},
                         Row{404, "XRPCNotSupported", ErrorKind::invalid}}) {
    SCOPED_TRACE(row.name);
    const Outcome outcome = outcome_of(row.status, named(row.name));
    ASSERT_TRUE(std::holds_alternative<Deferred>(outcome));
    EXPECT_EQ(std::get<Deferred>(outcome).why.kind, row.kind);
  }
  for (const char* name : {"InvalidRequest", "InvalidMimeType", "InvalidSize", "BlobTooLarge"}) {
    EXPECT_TRUE(std::holds_alternative<Rejected>(outcome_of(400, named(name)))) << name;
  }
  EXPECT_TRUE(std::holds_alternative<Rejected>(outcome_of(413, "too large")));
  for (const int status : {408, 500, 502, 503, 504}) {
    EXPECT_TRUE(std::holds_alternative<Uncertain>(outcome_of(status, "{}"))) << status;
  }
  EXPECT_TRUE(std::holds_alternative<Uncertain>(outcome_of(400, named("InvalidSwap"))));
}

TEST(Bluesky, WaitsAsLongAsTheServerSays) {
  const auto until = [](Headers headers) {
    return std::get<Deferred>(outcome_of(429, named("RateLimitExceeded"), std::move(headers)))
        .until;
  };
  EXPECT_EQ(until({{"Retry-After", "1800"}}), now + std::chrono::minutes{30});
  EXPECT_EQ(until({{"RateLimit-Remaining", "0"}, {"RateLimit-Reset", "1772442600"}}),
            now + std::chrono::minutes{10});
  EXPECT_EQ(until({}), now + std::chrono::minutes{5});
  EXPECT_EQ(until({{"Retry-After", "99999999"}}), now + std::chrono::hours{24})
      << "no word for ever";
}

TEST(Bluesky, PostsWithoutPicturesThatTheServerLosesTwice) {
  Delivery one = delivery();
  one.post.images = {{"https://www.example.gov.uk/pool.jpg", "The pool"}};
  Response lost;
  lost.status = 400;
  lost.body = named("BlobNotFound");
  one.notes = {{"step", "record"}, {"blob0", R"({"$type":"blob","ref":{"$link":"b"}})"}};
  const BlueskyNetwork network;
  Turn turn = network.next(one, {account(), facts(), now}, &lost);
  one.notes = turn.notes;
  EXPECT_TRUE(std::holds_alternative<GetImage>(next(one).step)) << "once it is uploaded again";
  one.notes["blob0"] = R"({"$type":"blob","ref":{"$link":"b"}})";
  turn = network.next(one, {account(), facts(), now}, &lost);
  EXPECT_FALSE(turn.warning.empty());
  one.notes = turn.notes;
  EXPECT_EQ(json::parse(record_in(next(one))).count("embed"), 0U);
}

TEST(Bluesky, KnowsItsPostByItsKeyOnly) {
  Delivery sent = delivery();
  sent.notes["rkey"] = "3mfzbcfgt22ab";
  Response answer;
  answer.status = 200;
  const auto ask = [&](const std::string& uri) {
    answer.body = json{{"uri", uri}, {"value", {{"text", sent.post.text}}}}.dump();
    return BlueskyNetwork().recognise(sent, {account(), facts(), now}, answer);
  };
  const auto found = ask("at://did:plc:council/app.bsky.feed.post/3mfzbcfgt22ab");
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->url, "https://bsky.app/profile/council.example.gov.uk/post/3mfzbcfgt22ab");
  EXPECT_FALSE(ask("at://did:plc:council/app.bsky.feed.post/3mfzbcfgt22zz"));
  EXPECT_FALSE(ask("https://elsewhere.example.org/3mfzbcfgt22ab"));
}

TEST(Bluesky, TakesARecordWithOtherWordsForNoPostOfOurs) {
  Delivery sent = delivery();
  sent.notes["rkey"] = "3mfzbcfgt22ab";
  Response answer;
  answer.status = 200;
  answer.body = json{{"uri", "at://did:plc:council/app.bsky.feed.post/3mfzbcfgt22ab"},
                     {"value", {{"text", "Another ledger's words"}}}}
                    .dump();
  const auto found = BlueskyNetwork().recognise(sent, {account(), facts(), now}, answer);
  ASSERT_TRUE(found.has_value());
  EXPECT_FALSE(found->has_value());
}

TEST(Bluesky, MakesAnotherKeyOnceTheLookHasFoundAnotherRecordUnderIt) {
  Delivery one = delivery();
  one.notes = next(one).notes;
  one.publishing_at = one.sent_at = now;
  Response swap;
  swap.status = 400;
  swap.body = named("InvalidSwap");
  const Turn refused = BlueskyNetwork().next(one, {account(), facts(), now}, &swap);
  EXPECT_TRUE(std::holds_alternative<Uncertain>(std::get<Finish>(refused.step).outcome));
  const std::string key = one.notes.at("rkey");
  one.notes = refused.notes;
  EXPECT_EQ(one.notes.at("rkey"), key) << "it is looked for under it first";
  const Turn again =
      BlueskyNetwork().next(one, {account(), facts(), now + std::chrono::minutes{1}}, nullptr);
  ASSERT_TRUE(std::holds_alternative<Publish>(again.step));
  EXPECT_NE(again.notes.at("rkey"), key);
}

TEST(Bluesky, TakesNoHandleThatIsNone) {
  const auto is_good = [](const std::string& handle) {
    const Account account{{"sky"}, "bluesky", "", "en", {{"handle", handle}}};
    return BlueskyNetwork().check(account).has_value();
  };
  EXPECT_TRUE(is_good("council.example.gov.uk"));
  EXPECT_TRUE(is_good("examplecouncil.bsky.social"));
  EXPECT_TRUE(is_good("@council.example.gov.uk")) << "signing in takes it, too";
  for (const char* odd :
       {"https://bsky.app/profile/x.bsky.social", "examplecouncil", "web@example.gov.uk", ""}) {
    EXPECT_FALSE(is_good(odd)) << odd;
  }
}

TEST(Bluesky, LeavesRepliesOutOfWhatItReadsBack) {
  Response answer;
  answer.status = 200;
  answer.body =
      R"({"cursor":"c","records":[{"uri":"at://did:plc:council/app.bsky.feed.post/1","value":)"
      R"({"text":"a","reply":{}}},{"uri":"at://did:plc:council/app.bsky.feed.post/2","value":)"
      R"({"text":"b","createdAt":"2026-03-02T09:00:00.000Z"}}]})";
  const Account account{{"town-hall"}, "bluesky", "", "en-GB", {}};
  const AccountFacts facts;
  const auto page = BlueskyNetwork().read_back({account, facts, now}, answer);
  ASSERT_TRUE(page);
  ASSERT_EQ(page->posts.size(), 1U);
  EXPECT_EQ(page->posts[0].text, "b");
  EXPECT_EQ(page->posts[0].at, now);
  EXPECT_EQ(page->next, "c");
}

TEST(Bluesky, TakesNoMoney) { EXPECT_FALSE(BlueskyNetwork().price(delivery().post, account())); }

}  // namespace
}  // namespace crier
