#include <gtest/gtest.h>

#include "oauth/authorizer.h"
#include "oauth/crypto.h"
#include "oauth/sign_in_server.h"
#include "support/fake_clock.h"

namespace crier {
namespace {

using std::chrono::hours;

constexpr const char* graph = "https://graph.facebook.com";

class GraphAuthorizerTest : public testing::Test {
 protected:
  FakeClock clock;
  SeededRandom random;
  KindAuthorizer authorizer;

  static Credentials page() {
    Credentials made;
    made.kind = "graph";
    made.server = graph;
    made.client_id = "123";
    made.client_secret = Secret("app-secret");
    made.access_token = Secret("EAA|page+token");
    return made;
  }
  /// As Threads has it: renewed at an endpoint of its own.
  Credentials renewable() {
    Credentials made = page();
    made.server = "https://graph.threads.net";
    made.token_endpoint = "https://graph.threads.net/refresh_access_token";
    made.obtained_at = clock.now();
    made.expires_at = made.ends_at = clock.now() + hours{60 * 24};
    return made;
  }
  Result<Request> sign(const Credentials& credentials, const std::string& path) {
    Request request;
    request.url = path.starts_with('/') ? credentials.server + path : path;
    request.follow_redirects = true;
    return authorizer.sign(std::move(request), credentials, clock.now(), random);
  }
  std::map<std::string, std::string> query(const Credentials& credentials,
                                           const std::string& path) {
    const auto signed_one = sign(credentials, path);
    if (!signed_one) return {};
    return SignInServer::form(signed_one->url.substr(signed_one->url.find('?') + 1));
  }
};

TEST_F(GraphAuthorizerTest, PutsTokenAndProofIntoTheQuery) {
  const auto signed_one = sign(page(), "/v26.0/7/feed");
  ASSERT_TRUE(signed_one.has_value());
  EXPECT_EQ(signed_one->url.substr(0, signed_one->url.find('?')),
            std::string(graph) + "/v26.0/7/feed");
  EXPECT_FALSE(signed_one->follow_redirects);
  EXPECT_FALSE(find_header(signed_one->headers, "Authorization"));
  auto fields = query(page(), "/v26.0/7/feed");
  EXPECT_EQ(fields["access_token"], "EAA|page+token");
  EXPECT_EQ(fields["appsecret_proof"], hex(hmac_sha256(Secret("app-secret"), "EAA|page+token")));
  fields = query(page(), "/v26.0/?id=x&scrape=true");
  EXPECT_EQ(fields["id"], "x");
  EXPECT_EQ(fields["access_token"], "EAA|page+token");
}

TEST_F(GraphAuthorizerTest, ProvesWithHmacSha256InLowerCaseHex) {
  // RFC 4231, test case 2.
  Credentials credentials = page();
  credentials.client_secret = Secret("Jefe");
  credentials.access_token = Secret("what-do-ya-want-for-nothing?");
  EXPECT_EQ(hex(hmac_sha256(Secret("Jefe"), "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(query(credentials, "/me")["appsecret_proof"],
            hex(hmac_sha256(Secret("Jefe"), "what-do-ya-want-for-nothing?")));
}

TEST_F(GraphAuthorizerTest, ProvesNothingWithoutASecret) {
  Credentials credentials = page();
  credentials.client_secret = {};
  EXPECT_FALSE(query(credentials, "/me").contains("appsecret_proof"));
}

TEST_F(GraphAuthorizerTest, AsksAboutATokenInTheAppsName) {
  auto fields = query(page(), "/v26.0/debug_token");
  EXPECT_EQ(fields["input_token"], "EAA|page+token");
  EXPECT_EQ(fields["access_token"], "123|app-secret");
  EXPECT_FALSE(fields.contains("appsecret_proof"));
  Credentials alone = page();
  alone.client_id.clear();
  alone.client_secret = {};
  fields = query(alone, "/v26.0/debug_token");
  EXPECT_EQ(fields["access_token"], "EAA|page+token") << "its own word is better than none";
}

TEST_F(GraphAuthorizerTest, SendsATokenNowhereElse) {
  for (const char* url : {"https://graph.facebook.com.evil.test/me", "https://www.facebook.com/me",
                          "http://graph.facebook.com/me"}) {
    const auto refused = sign(page(), url);
    ASSERT_FALSE(refused.has_value()) << url;
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
    EXPECT_EQ(refused.error().message.find("page+token"), std::string::npos);
  }
  Credentials empty = page();
  empty.access_token = {};
  EXPECT_EQ(sign(empty, "/me").error().kind, ErrorKind::unauthorized);
}

TEST_F(GraphAuthorizerTest, NeverRenewsAPagesToken) {
  Credentials credentials = page();
  credentials.obtained_at = clock.now();
  clock.advance(hours{400 * 24});
  EXPECT_FALSE(authorizer.is_due(credentials, clock.now()));
  EXPECT_TRUE(authorizer.is_good(credentials, clock.now()));
  EXPECT_FALSE(authorizer.renew(credentials, clock.now(), random));
}

TEST_F(GraphAuthorizerTest, RenewsAThreadsTokenOnceItIsAWeekOld) {
  const Credentials credentials = renewable();
  clock.advance(hours{7 * 24 - 1});
  EXPECT_FALSE(authorizer.is_due(credentials, clock.now()));
  clock.advance(hours{1});
  EXPECT_TRUE(authorizer.is_due(credentials, clock.now()));
  EXPECT_TRUE(authorizer.is_good(credentials, clock.now())) << "a renewal that fails stops nothing";
  const auto request = authorizer.renew(credentials, clock.now(), random);
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->url,
            "https://graph.threads.net/refresh_access_token?grant_type=th_refresh_token&"
            "access_token=EAA%7Cpage%2Btoken");
  clock.advance(hours{53 * 24});
  EXPECT_FALSE(authorizer.is_due(credentials, clock.now())) << "an ended token cannot be renewed";
  EXPECT_FALSE(authorizer.is_good(credentials, clock.now()));
}

TEST_F(GraphAuthorizerTest, TakesTheNewTokenAndItsNewEnd) {
  const Credentials old = renewable();
  clock.advance(hours{8 * 24});
  const auto renewed = authorizer.absorb(
      old, {},
      SignInServer::json(
          200, {{"access_token", "new"}, {"token_type", "bearer"}, {"expires_in", 5'184'000}}),
      clock.now());
  ASSERT_TRUE(renewed.has_value()) << renewed.error().message;
  EXPECT_EQ(renewed->access_token.reveal(), "new");
  EXPECT_EQ(renewed->obtained_at, clock.now());
  EXPECT_EQ(renewed->expires_at, clock.now() + hours{60 * 24});
  EXPECT_EQ(renewed->ends_at, renewed->expires_at);
  EXPECT_FALSE(authorizer.is_due(*renewed, clock.now()));
}

TEST_F(GraphAuthorizerTest, TellsARefusalFromAServerThatIsDown) {
  const Credentials old = renewable();
  const auto kind_of = [&](const Response& answer) {
    return authorizer.absorb(old, {}, answer, clock.now()).error().kind;
  };
  EXPECT_EQ(kind_of(SignInServer::json(503, {})), ErrorKind::unavailable);
  EXPECT_EQ(kind_of(SignInServer::json(400, {{"error", {{"code", 190}}}})),
            ErrorKind::unauthorized);
  EXPECT_EQ(kind_of(SignInServer::page(200)), ErrorKind::unauthorized);
}

}  // namespace
}  // namespace crier
