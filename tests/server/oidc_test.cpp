#include <gtest/gtest.h>

#include "core/clock.h"
#include "core/random.h"
#include "core/url.h"
#include "http/curl_client.h"
#include "oauth/authorizer.h"
#include "oauth/revoke.h"
#include "oauth/sign_in_oauth2.h"
#include "server/browser.h"

namespace crier {
namespace {

/// Signs in at a strict OAuth 2 server that is not ours.
class OIDC : public testing::Test {
 protected:
  void SetUp() override {
    server = environment_of("CRIER_TEST_OIDC_URL");
    if (!server.empty()) return;
    const std::string why = environment_of("CRIER_TEST_OIDC_MISSING");
    if (servers_are_required()) FAIL() << "CRIER_TEST_OIDC_URL is not set: " << why;
    GTEST_SKIP() << "CRIER_TEST_OIDC_URL is not set: " << why;
  }

  std::string server;
  const std::string callback = "http://127.0.0.1:4711/callback";
  SystemRandom random;
  SystemClock clock;
  CurlClient client{CurlOptions{}};
  Request exchange;  ///< the last request that a flow made after its redirect

  OAuth2SignIn flow(const char* id = "public", const char* secret = "") {
    return {SignInPlan{.kind = SignInPlan::Kind::plain,
                       .server = server,
                       .redirect_uri = callback,
                       .client_id = id,
                       .client_secret = Secret(secret),
                       .scope = "openid post.write"},
            random};
  }
  Response send(const Request& request) {
    const auto answer = fetch(client, request);
    EXPECT_TRUE(answer.has_value()) << answer.error().message;
    return answer.value_or(Response{});
  }
  /// Takes a flow to the address that a person is shown.
  std::string address(OAuth2SignIn& flow) {
    const auto first = flow.begin();
    EXPECT_TRUE(first.has_value());
    const auto step = flow.answered(send(std::get<Ask>(*first).request), clock.now());
    EXPECT_TRUE(step.has_value()) << step.error().message;
    return step ? std::get<Browse>(*step).url : "";
  }
  /// The redirect that a person who agrees is sent to.
  std::string redirect(OAuth2SignIn& flow) {
    return TestBrowser("alice", "any").approve(address(flow));
  }
  Result<SignInStep> finish(OAuth2SignIn& flow, const std::string& redirect) {
    const auto step = flow.redirected(redirect);
    if (!step) return Failure(step.error());
    exchange = std::get<Ask>(*step).request;
    return flow.answered(send(exchange), clock.now());
  }
  static std::string with(std::string text, const std::string& name, const std::string& value) {
    const std::size_t at = text.find(name + "=");
    EXPECT_NE(at, std::string::npos) << text;
    const std::size_t from = at + name.size() + 1;
    return text.replace(from, std::min(text.find('&', from), text.size()) - from, value);
  }
};

TEST_F(OIDC, SignsInWithAndWithoutAClientSecret) {
  for (const auto& [id, secret] :
       {std::pair{"public", ""}, std::pair{"basic", "a-secret: with/odd+characters%"}}) {
    OAuth2SignIn flow = this->flow(id, secret);
    const auto step = finish(flow, redirect(flow));
    ASSERT_TRUE(step.has_value()) << id << ": " << step.error().message;
    const Credentials& credentials = std::get<SignedIn>(*step).credentials;
    EXPECT_FALSE(credentials.access_token.empty());
    EXPECT_EQ(credentials.server, server);
    ASSERT_TRUE(credentials.expires_at.has_value());
    EXPECT_GT(*credentials.expires_at, clock.now());
    Request who;
    who.url = server + "/me";
    const auto signed_request = BearerAuthorizer().sign(who, credentials, clock.now(), random);
    ASSERT_TRUE(signed_request.has_value());
    EXPECT_EQ(send(*signed_request).status, 200);
    const auto revocation = revocation_request(credentials, SysTime{}, random);
    ASSERT_TRUE(revocation.has_value());
    EXPECT_TRUE(revocation->url.starts_with(server + "/"));
  }
}

TEST_F(OIDC, GivesATokenBackSoThatItIsDead) {
  OAuth2SignIn flow = this->flow();
  const auto step = finish(flow, redirect(flow));
  ASSERT_TRUE(step.has_value()) << step.error().message;
  const Credentials& credentials = std::get<SignedIn>(*step).credentials;
  EXPECT_EQ(send(*revocation_request(credentials, SysTime{}, random)).status, 200);
  Request who;
  who.url = server + "/me";
  EXPECT_EQ(send(*BearerAuthorizer().sign(who, credentials, clock.now(), random)).status, 401);
}

TEST_F(OIDC, RefusesAnotherState) {
  OAuth2SignIn flow = this->flow();
  const auto step = finish(flow, with(redirect(flow), "state", "another"));
  ASSERT_FALSE(step.has_value());
  EXPECT_EQ(step.error().kind, ErrorKind::rejected);
}

TEST_F(OIDC, RefusesAnotherIssuerOrNone) {
  OAuth2SignIn first = flow();
  const std::string good = redirect(first);
  EXPECT_FALSE(finish(first, with(good, "iss", "http%3A%2F%2F127.0.0.1%3A1")).has_value());
  OAuth2SignIn second = flow();
  std::string without = redirect(second);
  without.erase(without.find("&iss="));
  const auto step = finish(second, without);
  ASSERT_FALSE(step.has_value());
  EXPECT_EQ(step.error().kind, ErrorKind::rejected);
}

TEST_F(OIDC, IsRefusedWithAnotherVerifier) {
  OAuth2SignIn flow = this->flow();
  const auto step = flow.redirected(redirect(flow));
  ASSERT_TRUE(step.has_value());
  Request request = std::get<Ask>(*step).request;
  request.body = with(request.body, "code_verifier", std::string(43, 'x'));
  const auto end = flow.answered(send(request), clock.now());
  ASSERT_FALSE(end.has_value());
  EXPECT_EQ(end.error().kind, ErrorKind::unauthorized);
  EXPECT_NE(end.error().message.find("invalid_grant"), std::string::npos);
}

TEST_F(OIDC, IsRefusedWithACodeThatWasUsed) {
  OAuth2SignIn flow = this->flow();
  const std::string redirect = this->redirect(flow);
  ASSERT_TRUE(finish(flow, redirect).has_value());
  EXPECT_FALSE(flow.redirected(redirect).has_value()) << "by our side";
  const auto again = read_token_answer(send(exchange), clock.now());
  ASSERT_FALSE(again.has_value()) << "by theirs";
  EXPECT_EQ(again.error().kind, ErrorKind::unauthorized);
}

TEST_F(OIDC, IsRefusedWithACodeOfAnotherSignIn) {
  OAuth2SignIn theirs = flow();
  OAuth2SignIn ours = flow();
  const std::string address = this->address(ours);
  const std::string redirect = this->redirect(theirs);
  EXPECT_FALSE(ours.is_expected(redirect.substr(redirect.find("/callback"))));
  // Even if the state were guessed: the code is bound to the other verifier.
  const std::size_t state = address.find("&state=") + 7;
  const auto step = finish(
      ours, with(redirect, "state", address.substr(state, address.find('&', state) - state)));
  ASSERT_FALSE(step.has_value());
  EXPECT_EQ(step.error().kind, ErrorKind::unauthorized);
}

TEST_F(OIDC, IsRefusedWithAnotherClientSecret) {
  OAuth2SignIn flow = this->flow("basic", "not-it");
  const auto step = finish(flow, redirect(flow));
  ASSERT_FALSE(step.has_value());
  EXPECT_EQ(step.error().kind, ErrorKind::unauthorized);
  EXPECT_NE(step.error().message.find("invalid_client"), std::string::npos);
}

}  // namespace
}  // namespace crier
