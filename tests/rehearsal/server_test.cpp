#include "rehearsal/server.h"

#include <gtest/gtest.h>

#include <vector>

#include "http/curl_client.h"
#include "rehearsal/simple_double.h"
#include "support/fake_clock.h"

namespace crier::rehearsal {
namespace {

class Serving : public testing::Test {
 protected:
  FakeClock clock;
  SeededRandom random;
  CurlClient client{CurlOptions{"test"}};

  static Account account(const std::string& name = "town-hall") {
    return {{name}, "mastodon", "https://social.example.gov.uk", "en", {}};
  }
  /// Opens a SimpleDouble for an account.
  static std::string open(DoubleServer& server, const std::string& name = "town-hall") {
    auto origin = server.open(account(name), make_simple);
    EXPECT_TRUE(origin.has_value());
    return origin.value_or("");
  }
  Result<Response> post(const std::string& url, const std::string& body, Headers headers = {}) {
    Request request;
    request.method = Method::post;
    request.url = url;
    request.body = body;
    request.headers = std::move(headers);
    request.fresh_connection = true;
    return fetch(client, std::move(request));
  }
  static std::vector<std::string> arrived(const DoubleServer& server, std::size_t which = 0) {
    std::vector<std::string> texts;
    const std::vector<Arrivals> all = server.arrivals();
    for (const Arrived& post : all.at(which).posts) texts.push_back(post.text);
    return texts;
  }
};

using DoubleServing = Serving;

TEST_F(DoubleServing, HandsARequestOverAsItCame) {
  DoubleServer server(clock, random, Fault::none);
  const std::string origin = open(server);
  EXPECT_TRUE(origin.starts_with("http://127.0.0.1:"));
  const auto answer = post(origin + "/post/%C3%A9?a=b%20c", "words\r\n\r\nmore",
                           {{"Content-Type", "text/plain"}, {"X-Mine", "1"}});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, R"({"ok":true})");
  EXPECT_EQ(find_header(answer->headers, "X-Of-The-Double"), "yes");
  const Request& seen = SimpleDouble::last();
  EXPECT_EQ(seen.method, Method::post);
  EXPECT_EQ(seen.url, origin + "/post/%C3%A9?a=b%20c");
  EXPECT_EQ(seen.body, "words\r\n\r\nmore");
  EXPECT_EQ(find_header(seen.headers, "X-Mine"), "1");
}

TEST_F(DoubleServing, TakesAFormThatIsLong) {
  DoubleServer server(clock, random, Fault::none);
  const std::string body = "message=" + std::string(60'000, 'x');
  const auto answer =
      post(open(server) + "/post", body, {{"Content-Type", "application/x-www-form-urlencoded"}});
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(SimpleDouble::last().body, body);
}

TEST_F(DoubleServing, KeepsThePartsOfAFormInTheirOrder) {
  DoubleServer server(clock, random, Fault::none);
  Request request;
  request.method = Method::post;
  request.url = open(server) + "/upload";
  request.parts = {{"file", std::string("\x89PNG\0\r\n", 7), "picture.png", "image/png"},
                   {"description", "A duck", {}, {}},
                   {"again", "", {}, {}}};
  const auto answer = fetch(client, request);
  ASSERT_TRUE(answer.has_value());
  const auto& parts = SimpleDouble::last().parts;
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(parts[0].name, "file");
  EXPECT_EQ(parts[0].content, std::string("\x89PNG\0\r\n", 7));
  EXPECT_EQ(parts[0].filename, "picture.png");
  EXPECT_EQ(parts[0].type, "image/png");
  EXPECT_EQ(parts[1].name, "description");
  EXPECT_EQ(parts[1].content, "A duck");
  EXPECT_EQ(parts[1].filename, "");
  EXPECT_EQ(parts[2].content, "");
}

TEST_F(DoubleServing, AnswersEveryMethod) {
  DoubleServer server(clock, random, Fault::none);
  const std::string origin = open(server);
  for (const Method method : {Method::get, Method::post, Method::put, Method::patch, Method::del}) {
    Request request;
    request.method = method;
    request.url = origin + "/upload";
    const auto answer = fetch(client, request);
    ASSERT_TRUE(answer.has_value()) << name_of(method);
    EXPECT_EQ(SimpleDouble::last().method, method);
  }
}

TEST_F(DoubleServing, DoesNotAnswerToAnotherName) {
  DoubleServer server(clock, random, Fault::none);
  const auto answer = post(open(server) + "/post", "words", {{"Host", "rebound.example"}});
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 421);
  EXPECT_TRUE(arrived(server).empty());
}

TEST_F(DoubleServing, SaysWhatNetworkHasNoDouble) {
  DoubleServer server(clock, random, Fault::none);
  Account odd = account();
  odd.network = "nowhere";
  const auto origin = server.open(odd);
  ASSERT_FALSE(origin.has_value());
  EXPECT_EQ(origin.error().kind, ErrorKind::invalid);
}

TEST_F(DoubleServing, AsksForAPauseOnceForEachAccount) {
  DoubleServer server(clock, random, Fault::too_many_requests);
  const std::vector<std::string> origins{open(server, "one"), open(server, "two")};
  for (const std::string& origin : origins) {
    EXPECT_EQ(post(origin + "/upload", "first")->status, 200);
    const auto throttled = post(origin + "/post", "first");
    EXPECT_EQ(throttled->status, 429);
    EXPECT_EQ(find_header(throttled->headers, "Retry-After"), "2");
    EXPECT_EQ(post(origin + "/post", "first")->status, 200);
  }
  EXPECT_EQ(arrived(server, 0), std::vector<std::string>{"first"});
  EXPECT_EQ(arrived(server, 1), std::vector<std::string>{"first"});
  EXPECT_EQ(server.struck().size(), 2U);
}

TEST_F(DoubleServing, FailsBeforeTheWorkIsDone) {
  DoubleServer server(clock, random, Fault::server_error);
  const std::string origin = open(server);
  EXPECT_EQ(post(origin + "/post", "first")->status, 500);
  EXPECT_TRUE(arrived(server).empty());
  EXPECT_EQ(post(origin + "/post", "first")->status, 200);
  EXPECT_EQ(arrived(server), std::vector<std::string>{"first"});
}

TEST_F(DoubleServing, LosesTheAnswerToWhatItHasTaken) {
  DoubleServer server(clock, random, Fault::timeout_after_accept);
  const std::string origin = open(server);
  const auto lost = post(origin + "/post", "first");
  ASSERT_FALSE(lost.has_value()) << lost->status;
  EXPECT_EQ(lost.error().kind, ErrorKind::uncertain);
  EXPECT_EQ(arrived(server), std::vector<std::string>{"first"});
  EXPECT_EQ(post(origin + "/post", "second")->status, 200);
}

TEST_F(DoubleServing, LosesNoAnswerToWhatItRefused) {
  DoubleServer server(clock, random, Fault::timeout_after_accept);
  const std::string origin = open(server);
  EXPECT_EQ(post(origin + "/shy", "first")->status, 401);
  EXPECT_FALSE(post(origin + "/shy", "first").has_value());
  EXPECT_EQ(arrived(server), std::vector<std::string>{"first"});
}

TEST_F(DoubleServing, LetsTokensExpireBeforeTheFirstPost) {
  DoubleServer server(clock, random, Fault::expired_token);
  const std::string origin = open(server);
  const auto signed_by = [&] {
    return Headers{
        {"Authorization", "Bearer " + server.sign_in({"town-hall"}).access_token.reveal()}};
  };
  const Headers old = signed_by();
  EXPECT_EQ(post(origin + "/upload", "first", old)->status, 200);
  EXPECT_EQ(post(origin + "/post", "first", old)->status, 401);
  EXPECT_EQ(post(origin + "/post", "first", signed_by())->status, 200);
  EXPECT_EQ(arrived(server), std::vector<std::string>{"first"});
}

TEST_F(DoubleServing, EndsThoughNobodyHasAsked) {
  for (int i = 0; i < 5; ++i) {
    DoubleServer server(clock, random, Fault::none);
    (void)open(server);
  }
  EXPECT_TRUE(Listener::open().has_value());
}

TEST(Listener, TakesTheNextPortWhenOneIsTaken) {
  const auto first = Listener::open(18'700);
  const auto second = Listener::open(18'700);
  ASSERT_TRUE(first.has_value() && second.has_value());
  EXPECT_NE((*first)->origin(), (*second)->origin());
}

TEST(Faults, HaveTheNamesOfTheCommandLine) {
  for (const std::string_view name : fault_names) EXPECT_TRUE(fault_named(name).has_value());
  EXPECT_FALSE(fault_named("none").has_value());
}

}  // namespace
}  // namespace crier::rehearsal
