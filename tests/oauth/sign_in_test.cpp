#include <gtest/gtest.h>

#include "oauth/revoke.h"
#include "oauth/sign_in_oauth2.h"
#include "oauth/sign_in_server.h"
#include "support/fake_clock.h"

namespace crier {
namespace {

constexpr const char* callback = "http://127.0.0.1:4711/callback";

class SignInTest : public testing::Test {
 protected:
  const std::string origin = "https://social.example";
  SignInServer server{origin};
  SeededRandom random;
  FakeClock clock;

  OAuth2SignIn flow(const Credentials& kept = {}, std::string_view redirect_uri = callback) {
    return {SignInPlan{.server = origin, .redirect_uri = std::string(redirect_uri), .kept = kept},
            random};
  }

  Result<SignInStep> send(OAuth2SignIn& flow, Result<SignInStep> step) {
    while (step && std::holds_alternative<Ask>(*step)) {
      const auto answer = fetch(server, std::get<Ask>(*step).request);
      if (!answer) return Failure(answer.error());
      step = flow.answered(*answer, clock.now());
    }
    return step;
  }

  /// Signs in as a person would who agrees to everything.
  Result<Credentials> run(OAuth2SignIn flow) {
    auto step = send(flow, flow.begin());
    while (step && std::holds_alternative<Browse>(*step)) {
      step = send(flow, flow.redirected(server.approve(std::get<Browse>(*step).url)));
    }
    if (!step) return Failure(step.error());
    return std::get<SignedIn>(*step).credentials;
  }

  ErrorKind kind_of_failure() {
    const auto credentials = run(flow());
    EXPECT_FALSE(credentials.has_value());
    return credentials ? ErrorKind::uncertain : credentials.error().kind;
  }
};

TEST_F(SignInTest, EndsWithATokenAndWhoseItIs) {
  const auto credentials = run(flow());
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  EXPECT_EQ(credentials->access_token.reveal(), "the-token");
  EXPECT_EQ(credentials->server, origin);
  EXPECT_EQ(credentials->account_id, "42");
  EXPECT_EQ(credentials->handle, "@jobs@social.example");
  EXPECT_EQ(credentials->scope, "write:statuses write:media read:statuses profile");
  EXPECT_EQ(credentials->obtained_at, clock.now());
  EXPECT_EQ(credentials->revocation_endpoint, origin + "/oauth/revoke");
  for (const Request& request : server.requests) {
    EXPECT_FALSE(request.follow_redirects) << request.url;
    EXPECT_LE(request.max_response_bytes, 256U << 10) << request.url;
  }
}

TEST_F(SignInTest, AsksAServerWithoutDiscoveryAtTheFixedAddresses) {
  server.has_discovery = false;
  const auto credentials = run(flow());
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  EXPECT_EQ(credentials->scope, "write:statuses write:media read:statuses read:accounts");
  EXPECT_EQ(server.asked_for["code_challenge_method"], "S256");
}

TEST_F(SignInTest, TakesAPageInPlaceOfADiscoveryDocumentForNone) {
  server.answers["/.well-known/oauth-authorization-server"] = SignInServer::page(200);
  EXPECT_TRUE(run(flow()).has_value());
}

TEST_F(SignInTest, WaitsForAServerThatIsDownInsteadOfGuessing) {
  server.answers["/.well-known/oauth-authorization-server"] = SignInServer::page(503);
  EXPECT_EQ(kind_of_failure(), ErrorKind::unavailable);
  EXPECT_EQ(server.requests.size(), 1U);
}

TEST_F(SignInTest, SendsNothingToAnotherServerThatDiscoveryNames) {
  server.discovery_changes["token_endpoint"] = "https://evil.test/token";
  EXPECT_EQ(kind_of_failure(), ErrorKind::rejected);
  EXPECT_EQ(server.requests.size(), 1U);
}

TEST_F(SignInTest, TellsTheAddressThatTheServerHasMovedTo) {
  Response moved = SignInServer::page(301);
  moved.headers = {{"Location", "https://other.example/.well-known/oauth-authorization-server?x"}};
  server.answers["/.well-known/oauth-authorization-server"] = moved;
  const auto credentials = run(flow());
  ASSERT_FALSE(credentials.has_value());
  EXPECT_EQ(credentials.error().kind, ErrorKind::invalid);
  EXPECT_NE(credentials.error().message.find("https://other.example"), std::string::npos);
  EXPECT_EQ(server.requests.size(), 1U);
}

TEST_F(SignInTest, BeginsOnlyWithHttpsOrThisMachine) {
  for (const char* address : {"http://social.example", "", "social.example", "file:///etc"}) {
    OAuth2SignIn flow({.server = address, .redirect_uri = callback}, random);
    const auto step = flow.begin();
    ASSERT_FALSE(step.has_value()) << address;
    EXPECT_EQ(step.error().kind, ErrorKind::invalid);
  }
}

TEST_F(SignInTest, KeepsItsRegistrationForTheNextSignIn) {
  const auto first = run(flow());
  ASSERT_TRUE(first.has_value());
  ASSERT_TRUE(run(flow(*first)).has_value());
  EXPECT_EQ(server.registrations, 1);
}

TEST_F(SignInTest, RegistersAnewWhenTheRedirectOrTheScopesOrTheServerChange) {
  const auto first = run(flow());
  ASSERT_TRUE(first.has_value());
  ASSERT_TRUE(run(flow(*first, out_of_band)).has_value());
  EXPECT_EQ(server.registrations, 2);
  Credentials kept = *first;
  kept.server = "https://other.example";
  ASSERT_TRUE(run(flow(kept)).has_value());
  EXPECT_EQ(server.registrations, 3);
  server.has_discovery = false;  // "profile" becomes "read:accounts"
  ASSERT_TRUE(run(flow(*first)).has_value());
  EXPECT_EQ(server.registrations, 4);
}

TEST_F(SignInTest, RegistersAnewBeforeThePersonIsAskedWhenTheServerHasForgottenIt) {
  const auto first = run(flow());
  ASSERT_TRUE(first.has_value());
  server.clients.clear();
  const auto second = run(flow(*first));
  ASSERT_TRUE(second.has_value()) << second.error().message;
  EXPECT_EQ(second->client_id, "client-2");
}

TEST_F(SignInTest, AsksThePersonAgainWhenTheServerForgetsTheRegistrationMeanwhile) {
  const auto first = run(flow());
  ASSERT_TRUE(first.has_value());
  server.forgets_clients_at_exchange = true;
  const auto second = run(flow(*first));
  ASSERT_TRUE(second.has_value()) << second.error().message;
  EXPECT_EQ(second->client_id, "client-2");
}

TEST_F(SignInTest, TakesOneAnswerOnly) {
  OAuth2SignIn flow = this->flow();
  const auto step = send(flow, flow.begin());
  ASSERT_TRUE(step.has_value());
  const std::string answer = server.approve(std::get<Browse>(*step).url);
  ASSERT_TRUE(flow.is_expected(answer));
  ASSERT_TRUE(flow.redirected(answer).has_value());
  EXPECT_FALSE(flow.is_expected(answer));
  const auto again = flow.redirected(answer);
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().kind, ErrorKind::rejected);
}

TEST_F(SignInTest, IsOverAfterAnAnswerOfAnotherSignIn) {
  OAuth2SignIn flow = this->flow();
  const auto step = send(flow, flow.begin());
  ASSERT_TRUE(step.has_value());
  const std::string answer = server.approve(std::get<Browse>(*step).url);
  EXPECT_FALSE(flow.is_expected("/callback?code=theirs&state=theirs"));
  EXPECT_FALSE(flow.is_expected("/callback?code=theirs"));
  EXPECT_FALSE(flow.redirected("/callback?code=theirs&state=theirs").has_value());
  EXPECT_FALSE(flow.redirected(answer).has_value());
}

TEST_F(SignInTest, TakesACodeThatTheServerShows) {
  OAuth2SignIn flow = this->flow({}, out_of_band);
  auto step = send(flow, flow.begin());
  ASSERT_TRUE(step.has_value());
  ASSERT_FALSE(server.approve(std::get<Browse>(*step).url).empty());
  const auto nonsense = flow.redirected("not a code");
  ASSERT_FALSE(nonsense.has_value());
  EXPECT_EQ(nonsense.error().kind, ErrorKind::invalid);
  step = send(flow, flow.redirected("  the-code\n"));
  ASSERT_TRUE(step.has_value()) << step.error().message;
  EXPECT_EQ(std::get<SignedIn>(*step).credentials.handle, "@jobs@social.example");
}

TEST_F(SignInTest, TakesTheAddressOfTheServersPageThatShowsTheCode) {
  OAuth2SignIn flow = this->flow({}, out_of_band);
  auto step = send(flow, flow.begin());
  ASSERT_TRUE(step.has_value());
  ASSERT_FALSE(server.approve(std::get<Browse>(*step).url).empty());
  step = send(flow, flow.redirected(origin + "/oauth/authorize/native?code=the-code"));
  ASSERT_TRUE(step.has_value()) << step.error().message;
}

TEST_F(SignInTest, TakesNoPageOfAnotherServerForTheOneThatShowsTheCode) {
  OAuth2SignIn flow = this->flow({}, out_of_band);
  ASSERT_TRUE(send(flow, flow.begin()).has_value());
  const auto step = flow.redirected("https://evil.test/oauth/authorize/native?code=the-code");
  ASSERT_FALSE(step.has_value());
  EXPECT_EQ(step.error().kind, ErrorKind::rejected);
}

TEST_F(SignInTest, TakesNoBareCodeWhereTheBrowserIsSentBack) {
  OAuth2SignIn flow = this->flow();
  ASSERT_TRUE(send(flow, flow.begin()).has_value());
  EXPECT_FALSE(flow.redirected("the-code").has_value());
}

TEST_F(SignInTest, SaysThatAServerIsNoneThatItCanPostTo) {
  server.has_discovery = false;
  server.answers["/api/v1/apps"] = SignInServer::page(404);
  EXPECT_EQ(kind_of_failure(), ErrorKind::rejected);
  server.answers["/api/v1/apps"] = SignInServer::page(200);
  EXPECT_EQ(kind_of_failure(), ErrorKind::rejected);
  server.answers["/api/v1/apps"] = SignInServer::page(429);
  EXPECT_EQ(kind_of_failure(), ErrorKind::throttled);
}

TEST_F(SignInTest, RefusesATokenThatMayNotPost) {
  server.answers["/oauth/token"] =
      SignInServer::json(200, {{"access_token", "t"}, {"token_type", "Bearer"}, {"scope", "read"}});
  EXPECT_EQ(kind_of_failure(), ErrorKind::rejected);
}

TEST_F(SignInTest, RefusesATokenThatTheServerDoesNotKnowOrAnAccountThatIsNone) {
  const char* const path = "/api/v1/accounts/verify_credentials";
  server.answers[path] = SignInServer::page(401);
  EXPECT_EQ(kind_of_failure(), ErrorKind::unauthorized);
  server.answers[path] = SignInServer::page(200);
  EXPECT_EQ(kind_of_failure(), ErrorKind::rejected);
  server.answers[path] = SignInServer::json(200, {{"id", "../../oauth"}, {"acct", "a"}});
  EXPECT_EQ(kind_of_failure(), ErrorKind::rejected);
  server.answers[path] = SignInServer::json(200, {{"id", 42}, {"acct", "a"}});
  EXPECT_EQ(kind_of_failure(), ErrorKind::rejected);
}

TEST_F(SignInTest, ShowsNoSecretInAnyFailure) {
  const auto first = run(flow());
  ASSERT_TRUE(first.has_value());
  for (const char* path : {"/oauth/token", "/api/v1/apps", "/api/v1/accounts/verify_credentials"}) {
    for (const int status : {200, 302, 400, 401, 403, 500}) {
      server.answers = {{path, SignInServer::json(status, {{"error", "the-token the-secret"},
                                                           {"id", "the-token the-code"}})}};
      const auto credentials = run(flow());
      ASSERT_FALSE(credentials.has_value()) << path << status;
      const std::string& message = credentials.error().message;
      for (const char* secret : {"the-token", "the-secret", "the-code"}) {
        EXPECT_EQ(message.find(secret), std::string::npos) << message;
      }
    }
  }
}

TEST_F(SignInTest, SignsInAtAServerThatIsOnlyOAuth) {
  server.clients["given"] = callback;
  OAuth2SignIn flow({.kind = SignInPlan::Kind::plain,
                     .server = origin,
                     .redirect_uri = callback,
                     .client_id = "given",
                     .client_secret = Secret("the-secret"),
                     .scope = "post.write"},
                    random);
  server.discovery_changes["token_endpoint_auth_methods_supported"] = {"client_secret_post"};
  const auto credentials = run(std::move(flow));
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  EXPECT_EQ(credentials->scope, "post.write");
  EXPECT_EQ(server.registrations, 0);
}

TEST_F(SignInTest, GivesTokensBackToTheirOwnServerOnly) {
  auto credentials = run(flow());
  ASSERT_TRUE(credentials.has_value());
  const auto request = revocation_request(*credentials, SysTime{}, random);
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->url, origin + "/oauth/revoke");
  EXPECT_EQ(SignInServer::form(request->body)["token"], "the-token");
  credentials->revocation_endpoint = "https://evil.test/revoke";
  EXPECT_FALSE(revocation_request(*credentials, SysTime{}, random).has_value());
  credentials->revocation_endpoint.clear();
  EXPECT_FALSE(revocation_request(*credentials, SysTime{}, random).has_value());
}

}  // namespace
}  // namespace crier
