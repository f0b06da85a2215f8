#include "oauth/authorizer.h"

#include <gtest/gtest.h>

#include "oauth/crypto.h"
#include "oauth/jwt.h"
#include "oauth/revoke.h"
#include "oauth/sign_in_server.h"
#include "support/fake_clock.h"

namespace crier {
namespace {

using Verdict = Authorizer::Verdict;
using std::chrono::seconds;

Response answer(int status, const nlohmann::json& body = nlohmann::json::object(),
                Headers headers = {}) {
  Response response = SignInServer::json(status, body);
  response.headers = std::move(headers);
  return response;
}

class Authorizers : public testing::Test {
 protected:
  FakeClock clock;
  SeededRandom random;
  KindAuthorizer authorizer;
  const std::string pds = "https://pds.example";
  const std::string as = "https://as.example";

  Credentials of_kind(const char* kind) {
    Credentials made;
    made.kind = kind;
    made.server = pds;
    made.client_id = "client";
    made.access_token = Secret("old-access");
    made.obtained_at = made.signed_in_at = clock.now();
    if (made.kind == "oauth1") {
      made.client_secret = Secret("client-secret");
      made.token_secret = Secret("token-secret");
      return made;
    }
    made.refresh_token = Secret("old-refresh");
    made.expires_at = clock.now() + seconds{7200};
    made.account_id = "did:plc:council";
    if (made.kind == "dpop") {
      made.issuer = as;
      made.dpop_key = make_p256_key();
    }
    if (made.kind != "session") {
      made.token_endpoint = (made.kind == "dpop" ? as : pds) + "/token";
      made.revocation_endpoint = (made.kind == "dpop" ? as : pds) + "/revoke";
    }
    return made;
  }
  Result<Request> sign(const Credentials& credentials, const std::string& url) {
    Request request;
    request.url = url;
    request.follow_redirects = true;
    return authorizer.sign(std::move(request), credentials, clock.now(), random);
  }
  Request renewal(const Credentials& credentials) {
    auto request = authorizer.renew(credentials, clock.now(), random);
    EXPECT_TRUE(request.has_value());
    return request.value_or(Request{});
  }
  Result<Credentials> absorb(const Credentials& credentials, const Response& response) {
    return authorizer.absorb(credentials, renewal(credentials), response, clock.now());
  }
  static std::string header(const Request& request, const char* name) {
    return std::string(find_header(request.headers, name).value_or(""));
  }
  static nlohmann::json claims(const Request& request) {
    const auto jwt = read_jwt(header(request, "DPoP"));
    return jwt ? jwt->claims : nlohmann::json();
  }
};

TEST_F(Authorizers, SignForTheirOwnServerOnlyAndFollowNoRedirect) {
  for (const char* kind : {"bearer", "oauth1", "dpop", "session"}) {
    const Credentials credentials = of_kind(kind);
    const auto good = sign(credentials, pds + "/xrpc/x?a=b");
    ASSERT_TRUE(good.has_value()) << kind << ": " << good.error().message;
    EXPECT_FALSE(good->follow_redirects) << kind;
    EXPECT_FALSE(header(*good, "Authorization").empty()) << kind;
    for (const std::string& url :
         {as + "/token", std::string("https://pds.example.evil.test/"),
          std::string("http://pds.example/"), std::string("https://pds.example:444/")}) {
      const auto bad = sign(credentials, url);
      ASSERT_FALSE(bad.has_value()) << kind << " " << url;
      EXPECT_EQ(bad.error().kind, ErrorKind::invalid);
      EXPECT_EQ(bad.error().message.find("old-access"), std::string::npos);
    }
  }
}

TEST_F(Authorizers, AreChosenByTheKindOfCredentials) {
  EXPECT_EQ(header(*sign(of_kind("bearer"), pds), "Authorization"), "Bearer old-access");
  EXPECT_EQ(header(*sign(of_kind("session"), pds), "Authorization"), "Bearer old-access");
  EXPECT_EQ(header(*sign(of_kind("dpop"), pds), "Authorization"), "DPoP old-access");
  EXPECT_TRUE(header(*sign(of_kind("oauth1"), pds), "Authorization").starts_with("OAuth "));
}

TEST_F(Authorizers, SignNothingWithCredentialsOfAKindTheyDoNotKnow) {
  Credentials credentials = of_kind("bearer");
  credentials.kind = "from-next-year";
  const auto signed_request = sign(credentials, pds);
  ASSERT_FALSE(signed_request.has_value());
  EXPECT_EQ(signed_request.error().kind, ErrorKind::invalid);
  EXPECT_FALSE(authorizer.renew(credentials, clock.now(), random).has_value());
  EXPECT_FALSE(authorizer.is_due(credentials, clock.now()));
}

TEST_F(Authorizers, AskForANewSignInWhenASecretIsMissingOrDamaged) {
  Credentials oauth1 = of_kind("oauth1");
  oauth1.token_secret = {};
  Credentials dpop = of_kind("dpop");
  dpop.dpop_key = Secret("-----BEGIN PRIVATE KEY-----");
  for (const Credentials& credentials : {oauth1, dpop}) {
    const auto signed_request = sign(credentials, pds);
    ASSERT_FALSE(signed_request.has_value()) << credentials.kind;
    EXPECT_EQ(signed_request.error().kind, ErrorKind::unauthorized);
  }
}

TEST_F(Authorizers, RenewAMinuteBeforeTheEndOrATenthOfAShortLife) {
  for (const char* kind : {"bearer", "dpop", "session"}) {
    Credentials credentials = of_kind(kind);
    EXPECT_FALSE(authorizer.is_due(credentials, clock.now())) << kind;
    EXPECT_FALSE(authorizer.is_due(credentials, *credentials.expires_at - seconds{61})) << kind;
    EXPECT_TRUE(authorizer.is_due(credentials, *credentials.expires_at - seconds{60})) << kind;
    EXPECT_TRUE(authorizer.is_due(credentials, *credentials.expires_at + seconds{1})) << kind;
    credentials.expires_at = clock.now() + seconds{30};
    EXPECT_FALSE(authorizer.is_due(credentials, clock.now() + seconds{26})) << kind;
    EXPECT_TRUE(authorizer.is_due(credentials, clock.now() + seconds{27})) << kind;
  }
  EXPECT_FALSE(authorizer.is_due(of_kind("oauth1"), clock.now() + std::chrono::years{9}));
}

TEST_F(Authorizers, DoNotRenewWhatHasNoRefreshToken) {
  Credentials credentials = of_kind("bearer");
  credentials.refresh_token = {};
  EXPECT_FALSE(authorizer.is_due(credentials, *credentials.expires_at));
  EXPECT_FALSE(authorizer.renew(credentials, clock.now(), random).has_value());
  EXPECT_EQ(authorizer.heed(credentials, {}, answer(401)), Verdict::fine);
}

TEST_F(Authorizers, TakeWhatABearersRenewalGives) {
  Credentials credentials = of_kind("bearer");
  credentials.client_secret = Secret("the: secret");
  const Request request = renewal(credentials);
  EXPECT_EQ(request.url, pds + "/token");
  EXPECT_EQ(header(request, "Authorization"), "Basic " + base64("client:the%3A%20secret"));
  EXPECT_EQ(SignInServer::form(request.body)["refresh_token"], "old-refresh");
  const auto taken = absorb(credentials, answer(200, {{"access_token", "new-access"},
                                                      {"token_type", "bearer"},
                                                      {"expires_in", 7200},
                                                      {"refresh_token", "new-refresh"}}));
  ASSERT_TRUE(taken.has_value()) << taken.error().message;
  EXPECT_EQ(taken->access_token.reveal(), "new-access");
  EXPECT_EQ(taken->refresh_token.reveal(), "new-refresh");
  EXPECT_EQ(taken->expires_at, clock.now() + seconds{7200});
  const auto kept =
      absorb(credentials, answer(200, {{"access_token", "new-access"}, {"token_type", "bearer"}}));
  ASSERT_TRUE(kept.has_value());
  EXPECT_EQ(kept->refresh_token.reveal(), "old-refresh") << "RFC 6749 section 6: it stays good";
}

TEST_F(Authorizers, TellARenewalThatIsOverFromOneThatMayWorkLater) {
  for (const char* kind : {"bearer", "dpop", "session"}) {
    const Credentials credentials = of_kind(kind);
    const auto over = absorb(credentials, answer(400, {{"error", "invalid_grant"}}));
    ASSERT_FALSE(over.has_value()) << kind;
    EXPECT_EQ(over.error().kind, ErrorKind::unauthorized) << kind;
    EXPECT_NE(over.error().message.find("crier auth login"), std::string::npos) << kind;
    EXPECT_EQ(absorb(credentials, answer(503)).error().kind, ErrorKind::unavailable) << kind;
    const auto throttled = absorb(credentials, answer(429, {}, {{"Retry-After", "77"}}));
    EXPECT_EQ(throttled.error().kind, ErrorKind::throttled) << kind;
    EXPECT_EQ(throttled.error().retry_after, seconds{77}) << kind;
  }
}

TEST_F(Authorizers, RepeatNothingSecretOfARefusedRenewal) {
  for (const char* kind : {"bearer", "dpop", "session"}) {
    for (const int status : {200, 302, 400, 401, 403, 500}) {
      const auto taken =
          absorb(of_kind(kind), answer(status, {{"error", "old-refresh"},
                                                {"error_description", "old-access"},
                                                {"message", "old-refresh old-access"}}));
      ASSERT_FALSE(taken.has_value()) << kind << status;
      EXPECT_EQ(taken.error().message.find("old-"), std::string::npos) << taken.error().message;
    }
  }
}

TEST_F(Authorizers, SendTheNewestNonceOfEachServerAndTheTokensHashToTheResourceOnly) {
  Credentials credentials = of_kind("dpop");
  credentials.nonces = {{pds, "of-the-pds"}, {as, "of-the-as"}};
  const auto resource = sign(credentials, pds + "/xrpc/x");
  EXPECT_EQ(claims(*resource)["nonce"], "of-the-pds");
  EXPECT_EQ(claims(*resource)["ath"], base64url(sha256("old-access")));
  const Request request = renewal(credentials);
  EXPECT_EQ(claims(request)["nonce"], "of-the-as");
  EXPECT_FALSE(claims(request).contains("ath"));
  EXPECT_EQ(header(request, "Authorization"), "");
  // An answer that is fine brings the next nonce too.
  Request sent;
  sent.url = pds + "/xrpc/x";
  EXPECT_EQ(authorizer.heed(credentials, sent, answer(200, {}, {{"DPoP-Nonce", "next"}})),
            Verdict::fine);
  EXPECT_EQ(claims(*sign(credentials, pds + "/xrpc/y"))["nonce"], "next");
  EXPECT_EQ(credentials.nonces[as], "of-the-as");
}

TEST_F(Authorizers, SayWhatARefusalOfADpopRequestMeans) {
  Credentials credentials = of_kind("dpop");
  Request sent;
  sent.url = pds + "/xrpc/x";
  EXPECT_EQ(authorizer.heed(credentials, sent,
                            answer(401, {},
                                   {{"DPoP-Nonce", "n"},
                                    {"WWW-Authenticate", "DPoP error=\"use_dpop_nonce\""}})),
            Verdict::sign_again);
  EXPECT_EQ(
      authorizer.heed(credentials, sent,
                      answer(401, {}, {{"WWW-Authenticate", "DPoP error=\"invalid_token\""}})),
      Verdict::renew);
  EXPECT_EQ(authorizer.heed(credentials, sent, answer(401, {{"error", "InvalidToken"}})),
            Verdict::renew);
  EXPECT_EQ(authorizer.heed(credentials, sent, answer(401, {{"error", "AccountTakedown"}})),
            Verdict::fine);
  EXPECT_EQ(authorizer.heed(credentials, sent, answer(403)), Verdict::fine);
}

TEST_F(Authorizers, TakeTheNonceThatARenewalIsAskedForAndKeepTheTokens) {
  const Credentials credentials = of_kind("dpop");
  const auto again = absorb(
      credentials, answer(400, {{"error", "use_dpop_nonce"}}, {{"DPoP-Nonce", "of-the-as"}}));
  ASSERT_TRUE(again.has_value()) << again.error().message;
  EXPECT_EQ(again->access_token, credentials.access_token);
  EXPECT_EQ(again->refresh_token, credentials.refresh_token);
  EXPECT_EQ(claims(renewal(*again))["nonce"], "of-the-as");
}

TEST_F(Authorizers, TakeADpopRenewalOfTheSameAccountOnly) {
  Credentials credentials = of_kind("dpop");
  nlohmann::json body = {{"access_token", "new-access"},
                         {"token_type", "DPoP"},
                         {"refresh_token", "new-refresh"},
                         {"sub", "did:plc:council"},
                         {"expires_in", 900}};
  const auto taken = absorb(credentials, answer(200, body));
  ASSERT_TRUE(taken.has_value()) << taken.error().message;
  EXPECT_EQ(taken->refresh_token.reveal(), "new-refresh");
  EXPECT_EQ(taken->ends_at, *credentials.signed_in_at + std::chrono::days{14});
  body["sub"] = "did:plc:another";
  const auto of_another = absorb(credentials, answer(200, body));
  ASSERT_FALSE(of_another.has_value());
  EXPECT_EQ(of_another.error().kind, ErrorKind::unauthorized);
  body["sub"] = "did:plc:council";
  body["token_type"] = "Bearer";
  EXPECT_FALSE(absorb(credentials, answer(200, body)).has_value()) << "a token that is not bound";
}

TEST_F(Authorizers, KnowWhenADpopSignInEnds) {
  Credentials credentials = of_kind("dpop");
  const SysTime began = *credentials.signed_in_at;
  EXPECT_EQ(dpop_ends_at(credentials, began + std::chrono::days{9}), began + std::chrono::days{14});
  credentials.client_key = make_p256_key();
  EXPECT_EQ(dpop_ends_at(credentials, began + std::chrono::days{9}), began + std::chrono::days{99});
  EXPECT_EQ(dpop_ends_at(credentials, began + std::chrono::days{700}),
            began + std::chrono::days{730});
}

TEST_F(Authorizers, ProveAConfidentialClientWhenItRenewsAndGivesBack) {
  Credentials credentials = of_kind("dpop");
  credentials.client_id = "https://site.example/client-metadata.json";
  credentials.client_key = make_p256_key();
  const auto revocation = revocation_request(credentials, clock.now(), random);
  ASSERT_TRUE(revocation.has_value());
  for (const Request& request : {renewal(credentials), *revocation}) {
    auto form = SignInServer::form(request.body);
    EXPECT_EQ(form["client_assertion_type"],
              "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    const auto assertion = read_jwt(form["client_assertion"]);
    ASSERT_TRUE(assertion.has_value());
    EXPECT_EQ(assertion->claims["aud"], as);
    EXPECT_EQ(assertion->claims["sub"], credentials.client_id);
  }
}

std::string session_token(SysTime end) {
  return "e30." + base64url(nlohmann::json{{"exp", end.time_since_epoch().count()}}.dump()) +
         ".c2ln";
}

nlohmann::json session(SysTime end) {
  return {{"did", "did:plc:council"},
          {"handle", "council.example.gov.uk"},
          {"accessJwt", session_token(end)},
          {"refreshJwt", "new-refresh"}};
}

TEST_F(Authorizers, RefreshASessionWithItsRefreshToken) {
  const Credentials credentials = of_kind("session");
  const Request request = renewal(credentials);
  EXPECT_EQ(request.url, pds + "/xrpc/com.atproto.server.refreshSession");
  EXPECT_EQ(header(request, "Authorization"), "Bearer old-refresh");
  EXPECT_TRUE(request.body.empty()) << "the server refuses one that has a body";
  const SysTime end = clock.now() + seconds{3600};
  const auto taken = absorb(credentials, answer(200, session(end)));
  ASSERT_TRUE(taken.has_value()) << taken.error().message;
  EXPECT_EQ(taken->expires_at, end);
  EXPECT_EQ(taken->refresh_token.reveal(), "new-refresh");
  EXPECT_EQ(taken->handle, "@council.example.gov.uk");
  EXPECT_EQ(taken->ends_at, clock.now() + std::chrono::days{90});
}

TEST_F(Authorizers, BeginAnotherSessionWithThePasswordWhenOneHasEnded) {
  Credentials credentials = of_kind("session");
  credentials.password = Secret("abcd-efgh-ijkl-mnop");
  const auto emptied = absorb(credentials, answer(400, {{"error", "ExpiredToken"}}));
  ASSERT_TRUE(emptied.has_value());
  EXPECT_TRUE(authorizer.is_due(*emptied, clock.now()));
  const Request request = renewal(*emptied);
  EXPECT_EQ(request.url, pds + "/xrpc/com.atproto.server.createSession");
  EXPECT_EQ(nlohmann::json::parse(request.body)["identifier"], "did:plc:council");
  EXPECT_EQ(nlohmann::json::parse(request.body)["password"], "abcd-efgh-ijkl-mnop");
  const auto taken = absorb(*emptied, answer(200, session(clock.now() + seconds{60})));
  ASSERT_TRUE(taken.has_value());
  EXPECT_FALSE(taken->ends_at.has_value()) << "no person is needed while the password is known";
}

TEST_F(Authorizers, DoNotTryThePasswordWhileTheServerIsOnlyDownOrBusy) {
  Credentials credentials = of_kind("session");
  credentials.password = Secret("abcd-efgh-ijkl-mnop");
  EXPECT_EQ(absorb(credentials, answer(502)).error().kind, ErrorKind::unavailable);
  EXPECT_EQ(absorb(credentials, answer(429)).error().kind, ErrorKind::throttled);
}

TEST_F(Authorizers, SayWhyAnAppPasswordIsNotTaken) {
  Credentials credentials = of_kind("session");
  credentials.refresh_token = {};
  credentials.password = Secret("abcd-efgh-ijkl-mnop");
  for (const auto& [status, error, words] :
       {std::tuple{401, "AuthenticationRequired", "make a new one"},
        std::tuple{401, "AuthFactorTokenRequired", "use an app password"},
        std::tuple{401, "AccountTakedown", "taken this account down"}}) {
    const auto taken = absorb(credentials, answer(status, {{"error", error}}));
    ASSERT_FALSE(taken.has_value());
    EXPECT_EQ(taken.error().kind, ErrorKind::unauthorized);
    EXPECT_NE(taken.error().message.find(words), std::string::npos) << taken.error().message;
  }
}

TEST_F(Authorizers, TakeNoSessionOfAnotherAccountAndNoneThatIsNone) {
  const Credentials credentials = of_kind("session");
  nlohmann::json body = session(clock.now());
  body["did"] = "did:plc:another";
  EXPECT_EQ(absorb(credentials, answer(200, body)).error().kind, ErrorKind::unauthorized);
  for (const char* missing : {"did", "accessJwt", "refreshJwt"}) {
    body = session(clock.now());
    body[missing] = nullptr;
    EXPECT_EQ(absorb(credentials, answer(200, body)).error().kind, ErrorKind::rejected) << missing;
  }
}

TEST_F(Authorizers, BelieveNoSillyEndOfASessionToken) {
  const Credentials credentials = of_kind("session");
  for (const std::string& token :
       {std::string("opaque"), std::string("a.!!!.c"), std::string("a.e30.c"),
        "a." + base64url(R"({"exp":-5})") + ".c", "a." + base64url(R"({"exp":"soon"})") + ".c",
        "a." + base64url(R"({"exp":18446744073709551615})") + ".c"}) {
    nlohmann::json body = session(clock.now());
    body["accessJwt"] = token;
    const auto taken = absorb(credentials, answer(200, body));
    ASSERT_TRUE(taken.has_value()) << token;
    EXPECT_EQ(taken->expires_at, clock.now() + std::chrono::hours{2}) << token;
  }
}

TEST_F(Authorizers, SayWhatARefusalInASessionMeans) {
  Credentials credentials = of_kind("session");
  EXPECT_EQ(authorizer.heed(credentials, {}, answer(400, {{"error", "ExpiredToken"}})),
            Verdict::renew);
  EXPECT_EQ(authorizer.heed(credentials, {}, answer(401)), Verdict::renew);
  EXPECT_EQ(authorizer.heed(credentials, {}, answer(400, {{"error", "InvalidRequest"}})),
            Verdict::fine);
  EXPECT_EQ(authorizer.heed(credentials, {}, answer(401, {{"error", "AccountTakedown"}})),
            Verdict::fine);
}

TEST_F(Authorizers, ComplainOfAClockThatIsMoreThanTwoMinutesOff) {
  const auto at = [&](const char* date) {
    return clock_complaint(answer(401, {}, {{"Date", date}}), clock.now());
  };
  // It is 09:00:00.
  const auto ahead = at("Mon, 02 Mar 2026 08:55:00 GMT");
  ASSERT_TRUE(ahead.has_value());
  EXPECT_NE(ahead->find("5 minutes ahead of"), std::string::npos) << *ahead;
  EXPECT_NE(ahead->find("timedatectl"), std::string::npos);
  EXPECT_NE(at("Mon, 02 Mar 2026 10:00:00 GMT")->find("60 minutes behind"), std::string::npos);
  EXPECT_FALSE(at("Mon, 02 Mar 2026 08:58:30 GMT").has_value());
  EXPECT_FALSE(at("never").has_value());
  EXPECT_FALSE(clock_complaint(answer(401), clock.now()).has_value());
}

TEST_F(Authorizers, BlameTheClockForARefusedRenewalWhenItIsOff) {
  const auto taken = absorb(of_kind("dpop"), answer(400, {{"error", "invalid_dpop_proof"}},
                                                    {{"Date", "Mon, 02 Mar 2026 08:55:00 GMT"}}));
  ASSERT_FALSE(taken.has_value());
  EXPECT_NE(taken.error().message.find("5 minutes ahead"), std::string::npos);
  EXPECT_EQ(taken.error().message.find("auth login"), std::string::npos);
}

TEST_F(Authorizers, GiveTokensBackWhereTheyCameFrom) {
  const auto given = [&](const Credentials& credentials) {
    return revocation_request(credentials, clock.now(), random);
  };
  const auto dpop = given(of_kind("dpop"));
  ASSERT_TRUE(dpop.has_value());
  EXPECT_EQ(dpop->url, as + "/revoke");
  EXPECT_FALSE(header(*dpop, "DPoP").empty()) << "a bound token is not taken back without";
  EXPECT_EQ(SignInServer::form(dpop->body)["token"], "old-refresh");
  const auto session = given(of_kind("session"));
  ASSERT_TRUE(session.has_value());
  EXPECT_EQ(session->url, pds + "/xrpc/com.atproto.server.deleteSession");
  EXPECT_EQ(header(*session, "Authorization"), "Bearer old-refresh");
  Credentials x = of_kind("bearer");
  x.client_secret = Secret("client-secret");
  EXPECT_TRUE(header(*given(x), "Authorization").starts_with("Basic "));
  EXPECT_FALSE(given(of_kind("oauth1")).has_value()) << "X has no way to do it by";
  Credentials led_away = of_kind("dpop");
  led_away.revocation_endpoint = "https://evil.test/revoke";
  EXPECT_FALSE(given(led_away).has_value());
}

}  // namespace
}  // namespace crier
