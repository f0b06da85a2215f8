#include <gtest/gtest.h>

#include "core/clock.h"
#include "core/random.h"
#include "core/url.h"
#include "http/curl_client.h"
#include "oauth/authorizer.h"
#include "oauth/crypto.h"
#include "oauth/revoke.h"
#include "oauth/sign_in_bluesky.h"
#include "oauth/sign_in_oauth2.h"
#include "server/browser.h"

namespace crier {
namespace {

constexpr const char* did = "did:plc:ewvi7nxzyoun6zhxrhs64oiz";

/// Signs in as to Bluesky, at a strict server that is not ours: PAR, PKCE, DPoP with nonces.
class OIDCBound : public testing::Test {
 protected:
  void SetUp() override {
    server = environment_of("CRIER_TEST_OIDC_URL");
    if (server.empty()) {
      const std::string why = environment_of("CRIER_TEST_OIDC_MISSING");
      if (servers_are_required()) FAIL() << "CRIER_TEST_OIDC_URL is not set: " << why;
      GTEST_SKIP() << "CRIER_TEST_OIDC_URL is not set: " << why;
    }
    set_their_clock(0);
  }
  void TearDown() override {
    if (!server.empty()) set_their_clock(0);
  }

  std::string server;
  SystemRandom random;
  SystemClock clock;
  CurlClient client{CurlOptions{}};
  const KindAuthorizer authorizer{};
  int asked = 0;

  Response send(const Request& request) {
    ++asked;
    const auto answer = fetch(client, request);
    EXPECT_TRUE(answer.has_value()) << answer.error().message;
    return answer.value_or(Response{});
  }
  void set_their_clock(int seconds_ahead) {
    Request request;
    request.method = Method::post;
    request.url = server + "/test/clock?offset=" + std::to_string(seconds_ahead);
    EXPECT_EQ(send(request).status, 200);
  }
  [[nodiscard]] BlueskySignInPlan plan() const {
    BlueskySignInPlan made;
    made.handle = "council.test";
    made.server = made.plc_directory = server;
    made.redirect_uri = "http://127.0.0.1:4711/callback";
    return made;
  }
  BlueskySignInPlan hosted_plan() {
    BlueskySignInPlan made = plan();
    made.client_id = "https://www.example.gov.uk/crier/client-metadata.json";
    made.redirect_uri = "https://www.example.gov.uk/crier/signed-in.html";
    Request request;
    request.url = server + "/test/client-key";
    made.client_key = Secret(send(request).body);
    return made;
  }
  Result<SignInStep> go_on(SignInFlow& flow, Result<SignInStep> step) {
    while (step && std::holds_alternative<Ask>(*step)) {
      step = flow.answered(send(std::get<Ask>(*step).request), clock.now());
    }
    return step;
  }
  Result<Credentials> sign_in(BlueskySignInPlan with, const char* user = did,
                              const std::function<void()>& meanwhile = {}) {
    BlueskySignIn flow(std::move(with), clock, random);
    const auto step = go_on(flow, flow.begin());
    if (!step) return Failure(step.error());
    const std::string redirect = TestBrowser(user, "any").approve(std::get<Browse>(*step).url);
    if (meanwhile) meanwhile();
    const auto end = go_on(flow, flow.redirected(redirect));
    if (!end) return Failure(end.error());
    return std::get<SignedIn>(*end).credentials;
  }
  /// Renews as a session does: once more with the nonce that came.
  Result<Credentials> renew(Credentials credentials) {
    for (int round = 0; round < 2; ++round) {
      const auto request = authorizer.renew(credentials, clock.now(), random);
      if (!request) return fail(ErrorKind::invalid, "it cannot be renewed");
      const std::string before = credentials.access_token.reveal();
      auto taken = authorizer.absorb(credentials, *request, send(*request), clock.now());
      if (!taken || taken->access_token.reveal() != before) return taken;
      credentials = *std::move(taken);
    }
    return fail(ErrorKind::unavailable, "another nonce was wanted");
  }
};

TEST_F(OIDCBound, SignsInFromOnesOwnMachineByParAndDpop) {
  const auto credentials = sign_in(plan());
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  EXPECT_EQ(credentials->kind, "dpop");
  EXPECT_EQ(credentials->account_id, did);
  EXPECT_FALSE(credentials->refresh_token.empty());
  EXPECT_NE(credentials->scope.find("atproto"), std::string::npos);
}

TEST_F(OIDCBound, SignsInAsAClientWithAHomeAndAKey) {
  const auto credentials = sign_in(hosted_plan());
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  EXPECT_EQ(credentials->client_id, "https://www.example.gov.uk/crier/client-metadata.json");
  const auto renewed = renew(*credentials);
  ASSERT_TRUE(renewed.has_value()) << renewed.error().message;
  EXPECT_NE(renewed->refresh_token, credentials->refresh_token);
}

TEST_F(OIDCBound, IsRefusedWithAnotherKeyThanTheClients) {
  BlueskySignInPlan with = hosted_plan();
  with.client_key = make_p256_key();
  const auto credentials = sign_in(std::move(with));
  ASSERT_FALSE(credentials.has_value());
}

TEST_F(OIDCBound, RefusesTheTokenOfAnotherPerson) {
  const auto credentials = sign_in(plan(), "did:plc:somebodyelse");
  ASSERT_FALSE(credentials.has_value());
  EXPECT_NE(credentials.error().message.find("somebody else signed in"), std::string::npos);
}

TEST_F(OIDCBound, RotatesAndLosesEverythingWhenARefreshTokenIsUsedTwice) {
  const auto first = sign_in(plan());
  ASSERT_TRUE(first.has_value()) << first.error().message;
  const auto second = renew(*first);
  ASSERT_TRUE(second.has_value()) << second.error().message;
  const auto third = renew(*second);
  ASSERT_TRUE(third.has_value()) << third.error().message;
  EXPECT_NE(third->refresh_token, second->refresh_token);
  const auto replayed = renew(*second);
  ASSERT_FALSE(replayed.has_value());
  EXPECT_EQ(replayed.error().kind, ErrorKind::unauthorized);
  EXPECT_NE(replayed.error().message.find("crier auth login"), std::string::npos);
  EXPECT_FALSE(renew(*third).has_value()) << "the server ends the whole sign-in";
}

TEST_F(OIDCBound, RenewsOnceMoreWhenTheNonceHasGoneStale) {
  auto credentials = sign_in(plan());
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  credentials->nonces[server] = "of-the-day-before-yesterday";
  asked = 0;
  const auto renewed = renew(*credentials);
  ASSERT_TRUE(renewed.has_value()) << renewed.error().message;
  EXPECT_EQ(asked, 2);
}

TEST_F(OIDCBound, IsRefusedARenewalWithAnotherKeyThanTheTokens) {
  auto credentials = sign_in(plan());
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  credentials->dpop_key = make_p256_key();
  const auto renewed = renew(*credentials);
  ASSERT_FALSE(renewed.has_value());
  EXPECT_EQ(renewed.error().kind, ErrorKind::unauthorized);
}

TEST_F(OIDCBound, SaysToStartAgainWhenTheCodeHasExpired) {
  const auto credentials = sign_in(plan(), did, [this] { set_their_clock(61); });
  ASSERT_FALSE(credentials.has_value());
  EXPECT_EQ(credentials.error().kind, ErrorKind::unauthorized);
  EXPECT_NE(credentials.error().message.find("start again"), std::string::npos)
      << credentials.error().message;
}

TEST_F(OIDCBound, GivesTheSignInBack) {
  const auto credentials = sign_in(plan());
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  const auto revocation = revocation_request(*credentials, clock.now(), random);
  ASSERT_TRUE(revocation.has_value());
  EXPECT_EQ(send(*revocation).status, 200);
  EXPECT_FALSE(renew(*credentials).has_value());
}

TEST_F(OIDCBound, RotatesAConfidentialClientsRefreshTokenToo) {
  OAuth2SignIn flow(SignInPlan{.kind = SignInPlan::Kind::plain,
                               .server = server,
                               .redirect_uri = "http://127.0.0.1:4711/callback",
                               .client_id = "basic",
                               .client_secret = Secret("a-secret: with/odd+characters%"),
                               .scope = "openid post.write"},
                    random);
  const auto step = go_on(flow, flow.begin());
  ASSERT_TRUE(step.has_value()) << step.error().message;
  const auto end = go_on(
      flow, flow.redirected(TestBrowser("alice", "any").approve(std::get<Browse>(*step).url)));
  ASSERT_TRUE(end.has_value()) << end.error().message;
  const Credentials first = std::get<SignedIn>(*end).credentials;
  const auto second = renew(first);
  ASSERT_TRUE(second.has_value()) << second.error().message;
  EXPECT_NE(second->refresh_token, first.refresh_token);
  EXPECT_FALSE(renew(first).has_value());
  EXPECT_FALSE(renew(*second).has_value());
}

}  // namespace
}  // namespace crier
