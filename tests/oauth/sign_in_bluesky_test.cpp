#include "oauth/sign_in_bluesky.h"

#include <gtest/gtest.h>

#include "oauth/bluesky_server.h"
#include "support/fake_clock.h"

namespace crier {
namespace {

constexpr const char* callback = "http://127.0.0.1:4711/callback";

class BlueskySignInTest : public testing::Test {
 protected:
  BlueskyServer server;
  FakeClock clock;
  SeededRandom random;
  std::string txt;  ///< what the DNS says
  std::vector<std::string> looked_up;

  BlueskySignInPlan plan() {
    BlueskySignInPlan made;
    made.handle = server.handle;
    made.redirect_uri = callback;
    return made;
  }
  /// Goes on for as long as no person is needed.
  Result<SignInStep> go_on(BlueskySignIn& flow, Result<SignInStep> step) {
    while (step) {
      if (auto* const ask = std::get_if<Ask>(&*step)) {
        const auto answer = fetch(server, ask->request);
        step = answer ? flow.answered(*answer, clock.now()) : flow.unanswered(answer.error());
      } else if (auto* const name = std::get_if<LookUp>(&*step)) {
        looked_up.push_back(name->name);
        step = flow.told(txt);
      } else {
        return step;
      }
    }
    return step;
  }
  Result<SignInStep> begin(BlueskySignIn& flow) { return go_on(flow, flow.begin()); }
  static Result<Credentials> end(const Result<SignInStep>& step) {
    if (!step) return Failure(step.error());
    const auto* const done = std::get_if<SignedIn>(&*step);
    if (done == nullptr) return fail(ErrorKind::rejected, "it is not at its end");
    return done->credentials;
  }
  /// Signs in as a person who agrees to everything, and whose browser changes the answer.
  Result<Credentials> run(BlueskySignInPlan with,
                          const std::function<void(std::string&)>& change = {}) {
    BlueskySignIn flow(std::move(with), clock, random);
    const auto step = begin(flow);
    if (!step) return Failure(step.error());
    if (!std::holds_alternative<Browse>(*step)) return end(step);
    std::string redirect = server.approve(std::get<Browse>(*step).url);
    if (change) change(redirect);
    return end(go_on(flow, flow.redirected(redirect)));
  }
  Error error_of(const std::function<void(std::string&)>& change = {}) {
    const auto credentials = run(plan(), change);
    EXPECT_FALSE(credentials.has_value());
    return credentials ? Error{ErrorKind::uncertain, "it signed in"} : credentials.error();
  }
  Result<Credentials> with_password(const std::string& password) {
    BlueskySignInPlan with = plan();
    with.method = BlueskySignInPlan::Method::app_password;
    BlueskySignIn flow(std::move(with), clock, random);
    const auto step = begin(flow);
    if (!step) return Failure(step.error());
    EXPECT_TRUE(std::get<Prompt>(*step).is_hidden);
    return end(go_on(flow, flow.told(password)));
  }
  static bool says(const Error& error, std::string_view words) {
    return error.message.find(words) != std::string::npos;
  }
};

TEST_F(BlueskySignInTest, GoesFromTheHandleToATokenBoundToAKey) {
  const auto credentials = run(plan());
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  EXPECT_EQ(credentials->kind, "dpop");
  EXPECT_EQ(credentials->server, server.pds);
  EXPECT_EQ(credentials->issuer, server.as);
  EXPECT_EQ(credentials->account_id, server.did);
  EXPECT_EQ(credentials->handle, "@council.example.gov.uk");
  EXPECT_EQ(credentials->access_token.reveal(), "the-access");
  EXPECT_EQ(credentials->refresh_token.reveal(), "the-refresh");
  EXPECT_EQ(credentials->expires_at, clock.now() + std::chrono::seconds{900});
  EXPECT_EQ(credentials->ends_at, clock.now() + std::chrono::days{14});
  EXPECT_EQ(credentials->token_endpoint, server.as + "/token");
  EXPECT_TRUE(public_point(credentials->dpop_key).has_value());
}

TEST_F(BlueskySignInTest, AsksPublicAddressesOnlyAndFollowsNoRedirect) {
  ASSERT_TRUE(run(plan()).has_value());
  ASSERT_TRUE(with_password(server.app_password).has_value());
  ASSERT_GT(server.requests.size(), 8U);
  for (const Request& request : server.requests) {
    EXPECT_TRUE(request.public_only) << request.url;
    EXPECT_FALSE(request.follow_redirects) << request.url;
    EXPECT_LE(request.max_response_bytes, 256U << 10) << request.url;
  }
}

TEST_F(BlueskySignInTest, AnnouncesTheSignInAsThePersonsOwnMachine) {
  ASSERT_TRUE(run(plan()).has_value());
  EXPECT_EQ(server.pushed["client_id"], loopback_client_id(server.pushed["scope"]));
  EXPECT_EQ(server.pushed["code_challenge_method"], "S256");
  EXPECT_EQ(server.pushed["login_hint"], server.handle);
  EXPECT_EQ(server.pushed["redirect_uri"], callback);
  EXPECT_FALSE(server.pushed.contains("client_assertion"));
}

TEST_F(BlueskySignInTest, ProvesAHostedClientByItsKey) {
  BlueskySignInPlan with = plan();
  with.client_id = "https://www.example.gov.uk/crier/client-metadata.json";
  with.client_key = make_p256_key();
  with.redirect_uri = "https://www.example.gov.uk/crier/signed-in.html";
  const auto credentials = run(with);
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  EXPECT_EQ(server.pushed["client_id"], with.client_id);
  const auto assertion = read_jwt(server.pushed["client_assertion"]);
  ASSERT_TRUE(assertion.has_value());
  EXPECT_EQ(assertion->claims["aud"], server.as);
  EXPECT_EQ(credentials->client_key, with.client_key);
  EXPECT_EQ(credentials->ends_at, clock.now() + std::chrono::days{90});
}

TEST_F(BlueskySignInTest, SignsAgainOnceWithTheNonceThatCameAndKeepsToTheNewest) {
  ASSERT_TRUE(run(plan()).has_value());
  // The first has no nonce yet; the token's was in the answer that was fine.
  EXPECT_EQ(server.count(server.as + "/par"), 2);
  EXPECT_EQ(server.count(server.as + "/token"), 1);
}

TEST_F(BlueskySignInTest, DoesNotSignAThirdTimeForAServerThatNeverHasEnough) {
  server.asks_for_every_nonce_anew = true;
  EXPECT_FALSE(run(plan()).has_value());
  EXPECT_EQ(server.count(server.as + "/par"), 2);
}

TEST_F(BlueskySignInTest, AsksForLessThanEverythingAndForMoreOnlyWhereThatIsNotKnown) {
  ASSERT_TRUE(run(plan()).has_value());
  EXPECT_EQ(server.pushed["scope"].find("transition"), std::string::npos);
  server.knows_narrow_scopes = false;
  const auto credentials = run(plan());
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  EXPECT_EQ(credentials->scope, "atproto transition:generic");
}

TEST_F(BlueskySignInTest, RefusesAWrongStateAndNothingElseIsBelieved) {
  const Error error = error_of([](std::string& redirect) {
    const std::size_t at = redirect.find("&state=") + 7;
    redirect.replace(at, redirect.find('&', at) - at, "another");
    redirect += "&error=access_denied";
  });
  EXPECT_EQ(error.kind, ErrorKind::rejected);
  EXPECT_TRUE(says(error, "another sign-in")) << error.message;
  EXPECT_EQ(server.count(server.as + "/token"), 0);
}

TEST_F(BlueskySignInTest, RefusesAWrongIssuerAndAMissingOne) {
  for (const char* issuer : {"?iss=https%3A%2F%2Fevil.test&", "?"}) {
    const Error error = error_of([&](std::string& redirect) {
      const std::size_t at = redirect.find('?');
      redirect.replace(at, redirect.find('&') - at + 1, issuer);
    });
    EXPECT_EQ(error.kind, ErrorKind::rejected) << issuer;
    EXPECT_TRUE(says(error, "server")) << error.message;
  }
  EXPECT_EQ(server.count(server.as + "/token"), 0);
}

TEST_F(BlueskySignInTest, RefusesATokenOfAnotherAccount) {
  server.subject = "did:plc:somebodyelse";
  const Error error = error_of();
  EXPECT_EQ(error.kind, ErrorKind::rejected);
  EXPECT_TRUE(says(error, "Sign out of Bluesky in the browser")) << error.message;
}

TEST_F(BlueskySignInTest, RefusesAnAnswerThatDoesNotSayWhoseTokenItIs) {
  server.subject = "";
  EXPECT_EQ(error_of().kind, ErrorKind::rejected);
}

TEST_F(BlueskySignInTest, RefusesAScopeWithoutAtproto) {
  server.granted_scope = "transition:generic atproto-like";
  const Error error = error_of();
  EXPECT_EQ(error.kind, ErrorKind::rejected);
  EXPECT_TRUE(says(error, "allow all that is asked for")) << error.message;
}

TEST_F(BlueskySignInTest, SaysThatACodeThatHasExpiredOrWasUsedMeansToStartAgain) {
  const Error error = error_of([](std::string& redirect) { redirect += "-of-yesterday"; });
  EXPECT_EQ(error.kind, ErrorKind::unauthorized);
  EXPECT_TRUE(says(error, "start again")) << error.message;
  EXPECT_TRUE(says(error, "invalid_grant")) << error.message;
}

TEST_F(BlueskySignInTest, UsesACodeOnce) {
  BlueskySignIn flow(plan(), clock, random);
  const auto step = begin(flow);
  ASSERT_TRUE(step.has_value()) << step.error().message;
  const std::string redirect = server.approve(std::get<Browse>(*step).url);
  EXPECT_TRUE(flow.is_expected(redirect.substr(redirect.find("/callback"))));
  EXPECT_FALSE(flow.is_expected("/callback?code=theirs&state=theirs"));
  EXPECT_FALSE(flow.is_expected("/favicon.ico"));
  ASSERT_TRUE(go_on(flow, flow.redirected(redirect)).has_value());
  EXPECT_FALSE(flow.is_expected(redirect.substr(redirect.find("/callback"))));
  const auto again = flow.redirected(redirect);
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().kind, ErrorKind::rejected);
  EXPECT_EQ(server.count(server.as + "/token"), 1);
}

TEST_F(BlueskySignInTest, TellsThatThePersonSaidNo) {
  const Error error = error_of([](std::string& redirect) {
    redirect.replace(redirect.find("&code="), std::string::npos, "&error=access_denied");
  });
  EXPECT_EQ(error.kind, ErrorKind::unauthorized);
  EXPECT_TRUE(says(error, "declined")) << error.message;
}

TEST_F(BlueskySignInTest, LetsThePersonPasteAgainAfterAMistake) {
  BlueskySignIn flow(plan(), clock, random);
  const auto step = begin(flow);
  ASSERT_TRUE(step.has_value());
  const std::string redirect = server.approve(std::get<Browse>(*step).url);
  const auto mistake = flow.redirected("https://www.example.gov.uk/");
  ASSERT_FALSE(mistake.has_value());
  EXPECT_EQ(mistake.error().kind, ErrorKind::invalid);
  EXPECT_TRUE(end(go_on(flow, flow.redirected("  " + redirect + "\n"))).has_value());
}

TEST_F(BlueskySignInTest, BlamesAClockThatIsFiveMinutesOff) {
  for (const std::string& endpoint : {server.as + "/par", server.as + "/token"}) {
    Response refused = SignInServer::json(400, {{"error", "invalid_dpop_proof"}});
    refused.headers = {{"Date", "Mon, 02 Mar 2026 09:05:00 GMT"}};
    server.answers = {{endpoint, refused}};
    const Error error = error_of();
    EXPECT_TRUE(says(error, "5 minutes behind")) << error.message;
    EXPECT_TRUE(says(error, "set the clock")) << error.message;
  }
}

TEST_F(BlueskySignInTest, AsksTheDnsWhenTheWebsiteHasNoSay) {
  txt = "did=" + server.did;
  const std::string site = "https://" + server.handle + "/.well-known/atproto-did";
  Response moved = SignInServer::page(302);
  moved.headers = {{"Location", "https://evil.test/"}};
  for (const Response& answer : {SignInServer::page(404), SignInServer::page(200),
                                 SignInServer::page(500, server.did), moved, Response{}}) {
    looked_up.clear();
    server.answers = {{site, answer}};
    const auto credentials = run(plan());
    ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
    EXPECT_EQ(looked_up, (std::vector<std::string>{"_atproto.council.example.gov.uk"}));
  }
}

TEST_F(BlueskySignInTest, AsksBlueskyForANameThatNeitherSiteNorDnsKnows) {
  server.well_known = "";
  ASSERT_TRUE(run(plan()).has_value());
  EXPECT_EQ(server.count("https://public.api.bsky.app/xrpc/com.atproto.identity.resolveHandle"), 1);
  server.answers["https://public.api.bsky.app/xrpc/com.atproto.identity.resolveHandle"] =
      SignInServer::json(400, {{"error", "InvalidRequest"}});
  const Error error = error_of();
  EXPECT_EQ(error.kind, ErrorKind::invalid);
  EXPECT_TRUE(says(error, "feeds.toml")) << error.message;
}

TEST_F(BlueskySignInTest, AsksNoWebsiteForANameThatIsNobodys) {
  BlueskySignInPlan with = plan();
  with.handle = "council.test";
  with.server = "http://127.0.0.1:2583";
  BlueskySignIn flow(std::move(with), clock, random);
  const auto step = flow.begin();
  ASSERT_TRUE(step.has_value());
  const Request& request = std::get<Ask>(*step).request;
  EXPECT_EQ(request.url,
            "http://127.0.0.1:2583/xrpc/com.atproto.identity.resolveHandle?handle=council.test");
  EXPECT_FALSE(request.public_only) << "feeds.toml itself names this machine";
}

TEST_F(BlueskySignInTest, SignsInToAnAccountWhoseNameIsAWebsite) {
  server.well_known = "did:web:council.example.gov.uk";
  server.subject = "did:web:council.example.gov.uk";
  const auto credentials = run(plan());
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  EXPECT_EQ(credentials->account_id, "did:web:council.example.gov.uk");
}

TEST_F(BlueskySignInTest, SignsInWhereverTheAccountIs) {
  BlueskySignInPlan with = plan();
  with.server = "https://pds.example/";
  EXPECT_TRUE(run(with).has_value());
}

TEST_F(BlueskySignInTest, SaysWhereAnAccountHasMovedTo) {
  BlueskySignInPlan with = plan();
  with.server = "https://old-pds.example";
  const auto credentials = run(with);
  ASSERT_FALSE(credentials.has_value());
  EXPECT_EQ(credentials.error().kind, ErrorKind::invalid);
  EXPECT_TRUE(says(credentials.error(), "server = \"https://pds.example\""));
}

TEST_F(BlueskySignInTest, RefusesANameThatTheAccountDoesNotGiveItself) {
  server.document_handle = "somebody-else.example";
  const Error error = error_of();
  EXPECT_EQ(error.kind, ErrorKind::rejected);
  EXPECT_TRUE(says(error, "@somebody-else.example")) << error.message;
}

TEST_F(BlueskySignInTest, SendsNothingSecretToAServerWithoutHttps) {
  server.document_pds = "http://pds.example";
  EXPECT_EQ(error_of().kind, ErrorKind::rejected);
  const auto credentials = with_password("abcd");
  EXPECT_FALSE(credentials.has_value());
  EXPECT_EQ(server.count("http://pds.example/xrpc/com.atproto.server.createSession"), 0);
}

TEST_F(BlueskySignInTest, RefusesAnAuthorizationServerThatIsNotItself) {
  Response other = SignInServer::json(200, {{"issuer", "https://evil.test"},
                                            {"authorization_endpoint", server.as + "/a"},
                                            {"token_endpoint", server.as + "/t"}});
  server.answers[server.as + "/.well-known/oauth-authorization-server"] = other;
  EXPECT_EQ(error_of().kind, ErrorKind::rejected);
  EXPECT_EQ(server.count(server.as + "/par"), 0);
}

TEST_F(BlueskySignInTest, SaysWhatElseThereIsAtAServerWithoutPar) {
  server.answers[server.as + "/.well-known/oauth-authorization-server"] =
      SignInServer::json(200, {{"issuer", server.as},
                               {"authorization_endpoint", server.as + "/a"},
                               {"token_endpoint", server.as + "/t"}});
  EXPECT_TRUE(says(error_of(), "--method app-password"));
}

TEST_F(BlueskySignInTest, FollowsNoRedirectOnItsWay) {
  Response moved = SignInServer::page(307);
  moved.headers = {{"Location", "https://evil.test/"}};
  for (const std::string& at :
       {"https://plc.directory/" + server.did, server.pds + "/.well-known/oauth-protected-resource",
        server.as + "/.well-known/oauth-authorization-server", server.as + "/par",
        server.as + "/token"}) {
    server.answers = {{at, moved}};
    server.requests.clear();
    EXPECT_FALSE(run(plan()).has_value()) << at;
    for (const Request& request : server.requests) {
      EXPECT_FALSE(request.url.starts_with("https://evil.test")) << at;
    }
  }
}

TEST_F(BlueskySignInTest, WaitsForAServerThatIsDown) {
  for (const std::string& at :
       {"https://plc.directory/" + server.did, server.pds + "/.well-known/oauth-protected-resource",
        server.as + "/.well-known/oauth-authorization-server", server.as + "/par",
        server.as + "/token"}) {
    server.answers = {{at, SignInServer::page(503)}};
    EXPECT_EQ(error_of().kind, ErrorKind::unavailable) << at;
    server.answers = {{at, Response{}}};
    EXPECT_EQ(error_of().kind, ErrorKind::unavailable) << at;
  }
}

TEST_F(BlueskySignInTest, RefusesWhatIsNoName) {
  for (const char* name :
       {"", "council", "council example.gov.uk", "https://council.example", "@@council.example"}) {
    BlueskySignInPlan with = plan();
    with.handle = name;
    const auto credentials = run(with);
    ASSERT_FALSE(credentials.has_value()) << name;
    EXPECT_EQ(credentials.error().kind, ErrorKind::invalid);
  }
  EXPECT_TRUE(server.requests.empty());
}

TEST_F(BlueskySignInTest, BeginsASessionWithAnAppPassword) {
  const auto credentials = with_password(" abcd-efgh-ijkl-mnop\n");
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  EXPECT_EQ(credentials->kind, "session");
  EXPECT_EQ(credentials->server, server.pds);
  EXPECT_EQ(credentials->account_id, server.did);
  EXPECT_EQ(credentials->password.reveal(), "abcd-efgh-ijkl-mnop");
  EXPECT_EQ(credentials->signed_in_at, clock.now());
}

TEST_F(BlueskySignInTest, SaysWhereToMakeAnAppPasswordWhenItIsNotTaken) {
  const auto credentials = with_password("wrong");
  ASSERT_FALSE(credentials.has_value());
  EXPECT_EQ(credentials.error().kind, ErrorKind::unauthorized);
  EXPECT_TRUE(says(credentials.error(), "App passwords")) << credentials.error().message;
}

TEST_F(BlueskySignInTest, TakesNoSessionOfAnotherAccount) {
  server.subject = "did:plc:somebodyelse";
  EXPECT_FALSE(with_password(server.app_password).has_value());
}

TEST_F(BlueskySignInTest, AsksAgainForWhatIsNoAppPassword) {
  for (const std::string& typed :
       {std::string(), std::string("two words"), std::string(300, 'x')}) {
    const auto credentials = with_password(typed);
    ASSERT_FALSE(credentials.has_value());
    EXPECT_EQ(credentials.error().kind, ErrorKind::invalid);
  }
}

TEST_F(BlueskySignInTest, ShowsNoSecretInAnyFailure) {
  const std::string echo = "the-code the-access the-refresh abcd-efgh-ijkl-mnop";
  for (const std::string& at : {server.as + "/par", server.as + "/token",
                                server.pds + "/xrpc/com.atproto.server.createSession"}) {
    for (const int status : {200, 302, 400, 401, 403, 500}) {
      server.answers = {{at, SignInServer::json(status, {{"error", echo}, {"message", echo}})}};
      const auto failed =
          at.ends_with("createSession") ? with_password(server.app_password) : run(plan());
      ASSERT_FALSE(failed.has_value()) << at << status;
      for (const char* secret : {"the-code", "the-access", "the-refresh", "abcd-efgh"}) {
        EXPECT_FALSE(says(failed.error(), secret)) << failed.error().message;
      }
    }
  }
}

}  // namespace
}  // namespace crier
