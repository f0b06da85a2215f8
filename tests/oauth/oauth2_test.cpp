#include "oauth/oauth2.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace crier {
namespace {

Response answer(int status, std::string body) {
  Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

// Source: RFC 7636 appendix B.
TEST(OAuth2, MakesTheChallengeOfRfc7636) {
  EXPECT_EQ(challenge_of(Secret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

TEST(OAuth2, MakesANewVerifierAndStateEachTime) {
  SeededRandom random;
  const Pkce first = make_pkce(random);
  const Pkce second = make_pkce(random);
  EXPECT_EQ(first.verifier.reveal().size(), 43U);
  EXPECT_NE(first.verifier.reveal(), second.verifier.reveal());
  EXPECT_EQ(first.challenge, challenge_of(first.verifier));
  EXPECT_NE(make_state(random), make_state(random));
}

TEST(OAuth2, EncodesEveryPartOfTheAuthorizationAddress) {
  EXPECT_EQ(authorization_url({"https://a.example/auth?tenant=1", "an id", "http://127.0.0.1:1/c",
                               "read write:statuses", "s", "c"}),
            "https://a.example/auth?tenant=1&response_type=code&client_id=an%20id&"
            "redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fc&scope=read%20write%3Astatuses&state=s&"
            "code_challenge=c&code_challenge_method=S256");
}

TEST(OAuth2, ReadsARedirectFromATargetOrAWholeAddress) {
  for (const char* text : {"/callback?code=a%2Bb+c&state=s%3D&iss=https%3A%2F%2Fa.example",
                           " http://127.0.0.1:4/callback?code=a%2Bb+c&state=s%3D&"
                           "iss=https://a.example#fragment\r\n"}) {
    const auto redirect = read_redirect(text);
    ASSERT_TRUE(redirect.has_value()) << redirect.error().message;
    EXPECT_EQ(redirect->code.reveal(), "a+b c");
    EXPECT_EQ(redirect->state, "s=");
    EXPECT_EQ(redirect->issuer, "https://a.example");
  }
}

TEST(OAuth2, RefusesARedirectThatIsNoneOrSaysAParameterTwice) {
  const std::string long_one = "/callback?code=" + std::string(9000, 'a');
  for (const std::string& text :
       {std::string("nonsense"), std::string(), std::string("/callback"), long_one,
        std::string("/callback?code=a&code=b"), std::string("/callback?state=a&code=c&state=b")}) {
    const auto redirect = read_redirect(text);
    ASSERT_FALSE(redirect.has_value()) << text;
    EXPECT_EQ(redirect.error().kind, ErrorKind::invalid);
  }
  EXPECT_TRUE(read_redirect("/callback?&&%&=&a=%zz&code").has_value());
}

ErrorKind kind_of_refusal(const std::string& text, const ExpectedRedirect& expected) {
  const auto redirect = read_redirect(text);
  EXPECT_TRUE(redirect.has_value());
  const auto code = accept_redirect(*redirect, expected);
  EXPECT_FALSE(code.has_value()) << text;
  return code ? ErrorKind::uncertain : code.error().kind;
}

TEST(OAuth2, AcceptsARedirectWithItsOwnStateAndIssuer) {
  const auto redirect = read_redirect("/callback?code=c&state=s&iss=https://a.example");
  ASSERT_TRUE(redirect.has_value());
  const auto code = accept_redirect(
      *redirect, {.state = "s", .issuer = "https://a.example", .issuer_must_be_present = true});
  ASSERT_TRUE(code.has_value());
  EXPECT_EQ(code->reveal(), "c");
}

TEST(OAuth2, RefusesARedirectWithoutItsOwnState) {
  const ExpectedRedirect expected{.state = "right"};
  EXPECT_EQ(kind_of_refusal("/callback?code=c&state=wrong", expected), ErrorKind::rejected);
  EXPECT_EQ(kind_of_refusal("/callback?code=c&state=", expected), ErrorKind::rejected);
  EXPECT_EQ(kind_of_refusal("/callback?code=c", expected), ErrorKind::rejected);
  EXPECT_EQ(kind_of_refusal("/callback?code=c&state=rightx", expected), ErrorKind::rejected);
  EXPECT_EQ(kind_of_refusal("/callback?code=c&state=", {.state = ""}), ErrorKind::rejected);
  EXPECT_EQ(
      kind_of_refusal("/c?code=c&state=wrong", {.state = "right", .state_may_be_absent = true}),
      ErrorKind::rejected);
}

TEST(OAuth2, RefusesARedirectOfAnotherIssuer) {
  ExpectedRedirect expected{.state = "s", .issuer = "https://a.example"};
  EXPECT_EQ(kind_of_refusal("/callback?code=c&state=s&iss=https://b.example", expected),
            ErrorKind::rejected);
  EXPECT_EQ(kind_of_refusal("/callback?code=c&state=s&iss=https://a.example/", expected),
            ErrorKind::rejected);
  expected.issuer_must_be_present = true;
  EXPECT_EQ(kind_of_refusal("/callback?code=c&state=s", expected), ErrorKind::rejected);
}

TEST(OAuth2, TellsThatThePersonOrTheServerSaidNo) {
  const ExpectedRedirect expected{.state = "s"};
  EXPECT_EQ(kind_of_refusal("/callback?error=access_denied&state=s", expected),
            ErrorKind::unauthorized);
  EXPECT_EQ(kind_of_refusal("/callback?error=server_error&code=c&state=s", expected),
            ErrorKind::unauthorized);
  // An error is believed no more than a code when the state is another's.
  EXPECT_EQ(kind_of_refusal("/callback?error=access_denied&state=x", expected),
            ErrorKind::rejected);
  EXPECT_EQ(kind_of_refusal("/callback?state=s", expected), ErrorKind::rejected);
}

TEST(OAuth2, ShowsAServersWordsWithoutControlCharacters) {
  const auto redirect = read_redirect(
      "/c?state=s&error=server_error&error_description=%1b%5B2Jbusy%00%0a" + std::string(900, 'x'));
  ASSERT_TRUE(redirect.has_value());
  const auto code = accept_redirect(*redirect, {.state = "s"});
  ASSERT_FALSE(code.has_value());
  EXPECT_EQ(code.error().message.find('\x1b'), std::string::npos);
  EXPECT_EQ(code.error().message.find('\n'), std::string::npos);
  EXPECT_LT(code.error().message.size(), 300U);
}

// Source: RFC 6749 section 2.3.1 (both halves form-encoded, then base64).
TEST(OAuth2, ProvesTheClientInTheHeaderOrInTheBody) {
  const Secret secret("a-secret: with/odd+characters%");
  const FormFields fields = {{"code", "a b"}};
  const auto basic =
      client_request("https://a.example/token", {"me", secret, ClientAuth::basic}, fields);
  EXPECT_EQ(basic.body, "code=a%20b");
  EXPECT_EQ(find_header(basic.headers, "Authorization"),
            "Basic bWU6YS1zZWNyZXQlM0ElMjB3aXRoJTJGb2RkJTJCY2hhcmFjdGVycyUyNQ==");
  const auto post =
      client_request("https://a.example/token", {"me", secret, ClientAuth::post}, fields);
  EXPECT_EQ(post.body,
            "code=a%20b&client_id=me&client_secret=a-secret%3A%20with%2Fodd%2Bcharacters%25");
  EXPECT_EQ(find_header(post.headers, "Authorization"), std::nullopt);
  const auto none = client_request("https://a.example/token", {"me", {}, ClientAuth::none}, fields);
  EXPECT_EQ(none.body, "code=a%20b&client_id=me");
  for (const Request& request : {basic, post, none}) {
    EXPECT_EQ(request.method, Method::post);
    EXPECT_FALSE(request.follow_redirects);
  }
}

TEST(OAuth2, ReadsATokenAnswer) {
  const auto token = read_token_answer(
      answer(
          200,
          R"({"access_token":"t","token_type":"bearer","expires_in":3600,"scope":"a b","x":[]})"),
      SysTime{});
  ASSERT_TRUE(token.has_value());
  EXPECT_EQ(token->access_token.reveal(), "t");
  EXPECT_TRUE(token->refresh_token.empty());
  EXPECT_EQ(token->scope, "a b");
  EXPECT_EQ(token->expires_in, std::chrono::seconds{3600});
  const auto short_one =
      read_token_answer(answer(200, R"({"access_token":"t","token_type":"Bearer"})"), SysTime{});
  ASSERT_TRUE(short_one.has_value());
  EXPECT_EQ(short_one->scope, std::nullopt);
  EXPECT_EQ(short_one->expires_in, std::nullopt);
}

TEST(OAuth2, TakesNoTokenFromAnAnswerThatIsNone) {
  for (const char* body :
       {"", "<html>access_token=t</html>", "[]", "null", R"({"access_token":"t"})",
        R"({"access_token":"t","token_type":"DPoP"})",
        R"({"access_token":7,"token_type":"Bearer"})",
        R"({"access_token":"a b","token_type":"Bearer"})", R"({"token_type":"Bearer"})",
        R"({"access_token":"t","token_type":"Bearer")"}) {
    const auto token = read_token_answer(answer(200, body), SysTime{});
    ASSERT_FALSE(token.has_value()) << body;
    EXPECT_EQ(token.error().kind, ErrorKind::rejected);
  }
}

TEST(OAuth2, RepeatsNothingOfATokenEndpointsAnswer) {
  const auto named = read_token_answer(
      answer(400, R"({"error":"invalid_grant","error_description":"hidden verifier-7"})"),
      SysTime{});
  ASSERT_FALSE(named.has_value());
  EXPECT_EQ(named.error().kind, ErrorKind::unauthorized);
  EXPECT_NE(named.error().message.find("invalid_grant"), std::string::npos);
  EXPECT_EQ(named.error().message.find("hidden"), std::string::npos);
  for (const int status : {302, 400, 401, 403, 422, 429, 500, 503}) {
    const auto echo = read_token_answer(
        answer(status, R"({"error":"client_secret=hidden","access_token":"hidden"})"), SysTime{});
    ASSERT_FALSE(echo.has_value());
    EXPECT_EQ(echo.error().message.find("hidden"), std::string::npos) << echo.error().message;
  }
}

TEST(OAuth2, TellsTryLaterFromSignInAgain) {
  const auto kind = [](int status, const char* body) {
    return read_token_answer(answer(status, body), SysTime{}).error().kind;
  };
  EXPECT_EQ(kind(503, "busy"), ErrorKind::unavailable);
  EXPECT_EQ(kind(429, "{}"), ErrorKind::throttled);
  EXPECT_EQ(kind(401, R"({"error":"invalid_client"})"), ErrorKind::unauthorized);
}

TEST(OAuth2, TrustsHttpsAndThisMachineOnly) {
  for (const char* url : {"https://a.example", "http://127.0.0.1:9", "http://localhost/x"}) {
    EXPECT_TRUE(is_safe_origin(url)) << url;
  }
  for (const char* url : {"http://a.example", "http://127.0.0.1.a.example", "ftp://a.example", "",
                          "https://", "https://me@a.example", "http://localhost.a.example"}) {
    EXPECT_FALSE(is_safe_origin(url)) << url;
  }
}

}  // namespace
}  // namespace crier
