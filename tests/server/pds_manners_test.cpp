#include <fmt/format.h>
#include <httplib.h>

#include <filesystem>
#include <thread>

#include "core/clock.h"
#include "core/random.h"
#include "http/curl_client.h"
#include "network/bluesky/bluesky.h"
#include "oauth/authorizer.h"
#include "oauth/file_token_store.h"
#include "publish/account_session.h"
#include "server/browser.h"
#include "server/pds_room.h"

// What Bluesky's own server does when it is not at its most obliging: tokens and nonces of seconds,
// limits, keys that are taken, https that only a throw-away authority vouches for.

namespace crier {
namespace {

using nlohmann::json;

/// The server gives tokens and nonces of three seconds.
class PDSShort : public PdsRoom {};

TEST_F(PDSShort, TokensAndNoncesThatEndInMidRunLoseNothing) {
  write_config({}, "min_gap = \"4s\"\n");
  desk.write_feed(1);
  ASSERT_EQ(sign_in(), 0) << desk.out;
  const json first = desk.tokens();
  // The gap is longer than either lives: each post finds both of them dead.
  desk.write_feed(4);
  ASSERT_EQ(desk.run("publish --backfill 3"), 0) << desk.out;
  EXPECT_EQ(posts(word()).size(), 3U) << desk.out;
  EXPECT_NE(desk.tokens().value("refresh_token", ""), first.value("refresh_token", ""));
  EXPECT_EQ(desk.run("auth status"), 0) << desk.out;
}

TEST_F(PDSShort, ATokenThatTheServerEndsEarlierThanItSaidIsRenewed) {
  write_config({}, "min_gap = \"4s\"\n");
  desk.write_feed(2);
  ASSERT_EQ(sign_in(), 0) << desk.out;
  // crier believes it to last for an hour; the server answers 401 from the second post on.
  desk.change_tokens([](json& object) { object["expires_at"] = "2999-01-01T00:00:00Z"; });
  ASSERT_EQ(desk.run("publish --backfill 2"), 0) << desk.out;
  EXPECT_EQ(posts(word()).size(), 2U) << desk.out;
}

/// The server counts requests, as the public one does.
class PDSLimits : public PdsRoom {
 protected:
  [[nodiscard]] json waiting() {
    std::string text;
    EXPECT_EQ(desk.run("history --json", [&](const std::string& line) { text += line; }), 0);
    return json::parse(text, nullptr, false).value("deliveries", json::array());
  }
};

TEST_F(PDSLimits, AServerThatHasHadEnoughPostsIsLeftAloneAndThePostWaits) {
  write_config();
  desk.write_feed(1);
  ASSERT_EQ(sign_in_with_app_password(), 0) << desk.out;
  ASSERT_EQ(desk.run("publish"), 0) << desk.out;
  // Another program of the account uses up the hour: 5,000 points, 3 for each record, good or not.
  const std::string token = desk.tokens().value("access_token", "");
  json writes = json::array();
  for (int i = 0; i < 200; ++i) {
    writes.push_back({{"$type", "com.atproto.repo.applyWrites#create"},
                      {"collection", "app.bsky.feed.post"},
                      {"value", {{"$type", "app.bsky.feed.post"}, {"text", "no date"}}}});
  }
  int status = 0;
  for (int i = 0; i < 20 && status != 429; ++i) {
    status = tell("com.atproto.repo.applyWrites", {{"repo", alice.did}, {"writes", writes}}, token);
  }
  ASSERT_EQ(status, 429);

  desk.write_feed(2);
  EXPECT_EQ(desk.run("publish"), 0) << "a pause needs no person: " << desk.out;
  const json first = waiting();
  ASSERT_EQ(first.size(), 1U) << desk.out;
  EXPECT_EQ(first[0].value("stage", ""), "planned") << first;
  EXPECT_EQ(desk.run("publish"), 0) << desk.out;
  EXPECT_EQ(waiting(), first) << "the second run asks nothing";
  EXPECT_TRUE(posts(word()).empty());
}

TEST_F(PDSLimits, TooManySignInsAreWaitedOutAndNotTakenForAWrongPassword) {
  write_config();
  desk.write_feed(1);
  int status = 0;
  for (int i = 0; i < 40 && status != 429; ++i) {
    status = tell("com.atproto.server.createSession",
                  {{"identifier", alice.handle}, {"password", "wrong"}}, {});
  }
  ASSERT_EQ(status, 429);
  desk.environment = "CRIER_TOKEN_TOWN_HALL='" + alice.app_password + "'";
  EXPECT_EQ(desk.run("publish --backfill 1"), 0) << "a pause needs no person: " << desk.out;
  EXPECT_TRUE(posts(word()).empty());
  EXPECT_EQ(desk.out.find("app password"), std::string::npos) << desk.out;
}

/// The server is reached by https only, and its certificate is not one that the system trusts.
class PDSHttps : public PdsRoom {
 protected:
  void SetUp() override {
    PdsRoom::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    const std::string port = server.substr(server.rfind(':') + 1);
    name = "CRIER_RESOLVE=pds.test:" + port + ":127.0.0.1 ";
    desk.environment = name + "CURL_CA_BUNDLE='" + environment_of("CRIER_TEST_PDS_CA") + "'";
  }
  std::string name;
  SystemClock clock;
};

TEST_F(PDSHttps, SignsInAndPostsWhereTheAuthorityIsTrusted) {
  write_config();
  desk.write_feed(1);
  ASSERT_EQ(sign_in(), 0) << desk.out;
  EXPECT_EQ(desk.tokens().value("server", ""), server);
  EXPECT_EQ(desk.tokens().value("issuer", ""), server);
  ASSERT_EQ(desk.run("publish --backfill 1"), 0) << desk.out;
  desk.let_token_end();
  ASSERT_EQ(desk.run("auth status"), 0) << desk.out;
  ASSERT_EQ(sign_in_with_app_password(), 0) << desk.out;
  desk.write_feed(2);
  ASSERT_EQ(desk.run("publish"), 0) << desk.out;
  EXPECT_EQ(posts(word()).size(), 2U) << desk.out;
  ASSERT_EQ(desk.run("auth logout town-hall"), 0) << desk.out;
}

TEST_F(PDSHttps, SendsNothingWhereTheAuthorityIsUnknown) {
  write_config();
  desk.write_feed(1);
  ASSERT_EQ(sign_in_with_app_password(), 0) << desk.out;
  ASSERT_EQ(desk.run("publish"), 0) << desk.out;
  desk.write_feed(2);
  desk.environment = name;
  EXPECT_EQ(desk.run("publish"), 0) << "it is tried again later: " << desk.out;
  EXPECT_NE(desk.out.find("certificate"), std::string::npos) << desk.out;
  EXPECT_TRUE(posts(word()).empty());
  desk.input = alice.app_password + "\n";
  EXPECT_EQ(desk.run("auth login --method app-password town-hall"), 1) << desk.out;
}

TEST_F(PDSHttps, AClientWithAHomeOfItsOwnSignsInForLong) {
  write_config();
  const std::string folder = environment_of("CRIER_TEST_PDS_CA");
  const std::string certificates = folder.substr(0, folder.rfind('/'));
  httplib::SSLServer website((certificates + "/server.pem").c_str(),
                             (certificates + "/server.key").c_str());
  const int port = website.bind_to_any_port("127.0.0.1");
  const std::string home = "https://council.crier-test:" + std::to_string(port) + "/crier";
  ASSERT_EQ(desk.run("auth client-metadata --url " + home), 0) << desk.out;
  website.Get("/crier/client-metadata.json", [&](const auto&, httplib::Response& answer) {
    answer.set_content(read_file(desk.path() / "client-metadata.json"), "application/json");
  });
  struct Serving {
    httplib::SSLServer& server;
    std::thread thread{[this] { server.listen_after_bind(); }};
    ~Serving() {
      server.stop();
      thread.join();
    }
  } const serving{website};
  write_config({}, "client_id = \"" + home + "/client-metadata.json\"\n");
  desk.is_typed_later = true;
  ASSERT_EQ(sign_in(alice, "town-hall", "--stay"), 0) << desk.out;
  desk.is_typed_later = false;
  const json tokens = desk.tokens();
  EXPECT_FALSE(tokens.value("client_key", "").empty());
  const auto ends = parse_iso_time(tokens.value("ends_at", ""));
  ASSERT_TRUE(ends.has_value());
  EXPECT_GT(*ends - clock.now(), std::chrono::hours{24 * 80});
  desk.let_token_end();
  desk.write_feed(1);
  EXPECT_EQ(desk.run("publish --backfill 1"), 0) << desk.out;
  EXPECT_NE(desk.tokens().value("refresh_token", ""), tokens.value("refresh_token", ""));
  EXPECT_EQ(posts(word()).size(), 1U) << desk.out;
  EXPECT_EQ(desk.run("auth logout town-hall"), 0) << desk.out;
}

/// The adapter's own turns, sent as a run sends them.
class PDSKeys : public PdsRoom {
 protected:
  void SetUp() override {
    PdsRoom::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    write_config();
    ASSERT_EQ(sign_in(), 0) << desk.out;
    tokens.emplace(desk.path() / "crier");
    account = {{"town-hall"}, "bluesky", server, {}, {}, {}};
    session.emplace(account, SessionWorld{*tokens, authorizer, clock, random, client});
    facts.values = {{"service", server}, {"account_id", alice.did}, {"handle", "@alice.test"}};
    // Keys are made of it and of the time: two tests in one second are not to have the same.
    delivery.id = DeliveryId{fmt::format("{:032x}", std::hash<std::string>()(word()))};
    delivery.account = account.id;
    delivery.post.text = word() + ", once";
  }
  [[nodiscard]] Context context() { return {account, facts, clock.now(), {}, ordinal}; }
  Response send(const Request& request) {
    auto answer = fetch(*session, client, request);
    EXPECT_TRUE(answer.has_value()) << answer.error().message;
    return answer.value_or(Response{});
  }
  /// Sends the delivery's post and gives what the adapter makes of the answer.
  Outcome publish() {
    Turn turn = network.next(delivery, context(), nullptr);
    delivery.notes = turn.notes;
    const Response answer = send(std::get<Publish>(turn.step).request);
    turn = network.next(delivery, context(), &answer);
    delivery.notes = turn.notes;
    return std::get<Finish>(turn.step).outcome;
  }

  SystemClock clock;
  SystemRandom random;
  CurlClient client{CurlOptions{}};
  KindAuthorizer authorizer;
  BlueskyNetwork network;
  std::optional<FileTokenStore> tokens;
  std::optional<AccountSession> session;
  Account account;
  AccountFacts facts;
  Delivery delivery;
  std::size_t ordinal = 0;
};

TEST_F(PDSKeys, ARepeatedPostIsTheSamePostAndIsFoundByItsKey) {
  const Outcome first = publish();
  ASSERT_TRUE(std::holds_alternative<Receipt>(first));
  delivery.publishing_at = clock.now();
  const Outcome second = publish();
  ASSERT_TRUE(std::holds_alternative<Receipt>(second)) << "the same record again is no change";
  EXPECT_EQ(std::get<Receipt>(second).remote_id, std::get<Receipt>(first).remote_id);
  const auto question = network.look_for(delivery, context());
  ASSERT_TRUE(question.has_value());
  const auto found = network.recognise(delivery, context(), send(*question));
  ASSERT_TRUE(found.has_value() && found->has_value());
  EXPECT_EQ((*found)->remote_id, std::get<Receipt>(first).remote_id);
  EXPECT_EQ((*found)->url, std::get<Receipt>(first).url);
  EXPECT_EQ(posts(word()).size(), 1U);
}

TEST_F(PDSKeys, AnotherTextUnderAKeyThatIsTakenReplacesNothing) {
  ASSERT_TRUE(std::holds_alternative<Receipt>(publish()));
  delivery.post.text = word() + ", twice";
  EXPECT_TRUE(std::holds_alternative<Uncertain>(publish()));
  const auto found = posts(word());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0]["value"].value("text", ""), word() + ", once");
  const auto question = network.look_for(delivery, context());
  ASSERT_TRUE(question.has_value());
  const auto looked = network.recognise(delivery, context(), send(*question));
  ASSERT_TRUE(looked.has_value()) << looked.error().message;
  EXPECT_FALSE(looked->has_value()) << "other words are not ours";
  ordinal = 1;  // as of another moment: keys are made of it
  EXPECT_TRUE(std::holds_alternative<Receipt>(publish())) << "under a key of its own";
  EXPECT_EQ(posts(word()).size(), 2U);
}

TEST_F(PDSKeys, AServerErrorOverAKeyThatIsTakenIsADoubtAndNoRefusal) {
  ASSERT_TRUE(std::holds_alternative<Receipt>(publish()));
  // What this server answers where the key is created anew, and an older one may answer to us.
  const json record = {{"$type", "app.bsky.feed.post"},
                       {"text", word() + ", again"},
                       {"createdAt", "2026-03-02T09:00:00.000Z"}};
  Request request;
  request.method = Method::post;
  request.url = server + "/xrpc/com.atproto.repo.createRecord";
  request.headers = {{"Content-Type", "application/json"}};
  request.body = json{
      {"repo", alice.did},
      {"collection", "app.bsky.feed.post"},
      {"rkey", delivery.notes.at("rkey")},
      {"record",
       record}}.dump();
  request.sign = true;
  const Response answer = send(request);
  EXPECT_EQ(answer.status, 500) << answer.body;
  const Turn turn = network.next(delivery, context(), &answer);
  EXPECT_TRUE(std::holds_alternative<Uncertain>(std::get<Finish>(turn.step).outcome));
  EXPECT_EQ(posts(word()).size(), 1U);
}

TEST_F(PDSKeys, APostThatIsNotThereIsToldFromAServerThatDoesNotSay) {
  delivery.notes["rkey"] = "3lzzzzzzzzzz2";
  const auto question = network.look_for(delivery, context());
  ASSERT_TRUE(question.has_value());
  const auto found = network.recognise(delivery, context(), send(*question));
  ASSERT_TRUE(found.has_value()) << found.error().message;
  EXPECT_FALSE(found->has_value());
}

}  // namespace
}  // namespace crier
