// crier's own sign-ins and requests before the double of X.
#include "rehearsal/x.h"

#include <gtest/gtest.h>

#include "oauth/authorizer.h"
#include "oauth/revoke.h"
#include "oauth/sign_in_x.h"
#include "rehearsal/doubles.h"
#include "rehearsal/person.h"

namespace crier {
namespace {

constexpr const char* origin = "http://127.0.0.1:8702";
constexpr const char* redirect = "http://127.0.0.1:5555/callback";

class XDouble : public ::testing::Test {
 protected:
  XDouble() : far(rehearsal::make_x({clock, random, origin})), person(*far, clock, origin) {}

  Result<SignInStep> sign_in(XSignInPlan::Method method, const std::string& decision = "yes",
                             const std::string& pin = {}) {
    const bool is_pin = method == XSignInPlan::Method::pin;
    XSignIn flow({.method = method, .server = origin, .redirect_uri = redirect}, clock, random);
    auto step = flow.begin();
    for (const char* typed : {is_pin ? rehearsal::x_api_key : rehearsal::x_client_id,
                              is_pin ? rehearsal::x_api_secret : rehearsal::x_client_secret}) {
      if (!step || !std::holds_alternative<Prompt>(*step)) return step;
      step = flow.told(typed);
    }
    step = person.go_on(flow, std::move(step));
    if (!step || !std::holds_alternative<Browse>(*step)) return step;
    const Response answer = person.press(person.get(std::get<Browse>(*step).url), decision);
    if (!is_pin) {
      const std::string target(find_header(answer.headers, "Location").value_or(""));
      return person.go_on(flow, flow.redirected(target));
    }
    const std::size_t at = answer.body.find("<code>");
    const std::string shown =
        at == std::string::npos ? "0000000"
                                : answer.body.substr(at + 6, answer.body.find("</code>") - at - 6);
    return person.go_on(flow, flow.redirected(pin.empty() ? shown : pin));
  }

  Response send(const Credentials& by, Request request) {
    auto ready = KindAuthorizer().sign(std::move(request), by, clock.now(), random);
    return ready ? far->answer(*ready) : Response{};
  }
  Response post(const Credentials& by, const std::string& path, const std::string& body) {
    Request request;
    request.method = Method::post;
    request.url = origin + path;
    request.headers = {{"Content-Type", "application/json"}};
    request.body = body;
    return send(by, std::move(request));
  }
  Response upload(const Credentials& by, const std::string& bytes) {
    Request request;
    request.method = Method::post;
    request.url = std::string(origin) + "/2/media/upload";
    request.parts = {{"media", bytes, "picture.jpg", "image/jpeg"},
                     {"media_category", "tweet_image", {}, {}}};
    return send(by, std::move(request));
  }
  static Json list_of(const Response& answer) { return parse_json(answer.body)["data"]; }
  Response list(const Credentials& by, const std::string& more = {}) {
    Request request;
    request.url =
        std::string(origin) + "/2/users/" + by.account_id + "/tweets?max_results=5" + more;
    return send(by, std::move(request));
  }
  Credentials signed_in(const std::string& name = "council") {
    return far->sign_in({{name}, "x", origin, "", {}, {}});
  }

  FakeClock clock;
  SeededRandom random;
  std::unique_ptr<rehearsal::Double> far;
  Person person;
};

TEST_F(XDouble, LetsAPersonSignInWithANumberAndPost) {
  const auto step = sign_in(XSignInPlan::Method::pin);
  ASSERT_TRUE(step.has_value()) << step.error().message;
  const Credentials by = std::get<SignedIn>(*step).credentials;
  EXPECT_EQ(by.kind, "oauth1");
  EXPECT_EQ(by.handle, "@council");
  const Response answer = post(by, "/2/tweets", R"({"text":"Ämter & <Zeiten>"})");
  EXPECT_EQ(answer.status, 201) << answer.body;
  ASSERT_EQ(far->arrived().size(), 1U);
  EXPECT_EQ(far->arrived()[0].text, "Ämter & <Zeiten>");
}

TEST_F(XDouble, LetsAPersonSignInWithOAuth2AndEachRefreshTokenIsGoodOnce) {
  const auto step = sign_in(XSignInPlan::Method::oauth2);
  ASSERT_TRUE(step.has_value()) << step.error().message;
  const Credentials by = std::get<SignedIn>(*step).credentials;
  EXPECT_EQ(by.kind, "bearer");
  far->expire_tokens();
  EXPECT_EQ(post(by, "/2/tweets", R"({"text":"one"})").status, 401);
  const auto request = KindAuthorizer().renew(by, clock.now(), random);
  ASSERT_TRUE(request.has_value());
  auto renewed = KindAuthorizer().absorb(by, *request, far->answer(*request), clock.now());
  ASSERT_TRUE(renewed.has_value()) << renewed.error().message;
  EXPECT_EQ(post(*renewed, "/2/tweets", R"({"text":"one"})").status, 201);
  EXPECT_EQ(far->answer(*request).status, 400);
  const auto back = revocation_request(*renewed, clock.now(), random);
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(far->answer(*back).status, 200);
  EXPECT_EQ(post(*renewed, "/2/tweets", R"({"text":"two"})").status, 401);
}

TEST_F(XDouble, APersonWhoSaysNoIsNotSignedIn) {
  for (const auto method : {XSignInPlan::Method::pin, XSignInPlan::Method::oauth2}) {
    EXPECT_FALSE(sign_in(method, "no").has_value());
  }
}

TEST_F(XDouble, AWrongNumberIsRefused) {
  EXPECT_FALSE(sign_in(XSignInPlan::Method::pin, "yes", "1").has_value());
}

TEST_F(XDouble, RefusesAWrongSignatureAndOneThatWasUsed) {
  Credentials by = signed_in();
  Request request;
  request.url = std::string(origin) + "/2/users/me";
  const auto ready = KindAuthorizer().sign(request, by, clock.now(), random);
  ASSERT_TRUE(ready.has_value());
  EXPECT_EQ(far->answer(*ready).status, 200);
  EXPECT_EQ(far->answer(*ready).status, 401) << "a nonce is good once";
  const auto early =
      KindAuthorizer().sign(request, by, clock.now() - std::chrono::hours{1}, random);
  EXPECT_EQ(far->answer(*early).status, 401);
  by.token_secret = Secret("another");
  const Response answer = send(by, request);
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(find_header(answer.headers, "Content-Type"), "application/problem+json");
}

TEST_F(XDouble, TakesNoPropertyThatItDoesNotKnow) {
  const Credentials by = signed_in();
  EXPECT_EQ(post(by, "/2/tweets", R"({"text":"one","lang":"de"})").status, 400);
  EXPECT_EQ(post(by, "/2/tweets", R"({})").status, 400);
  EXPECT_EQ(post(by, "/2/tweets", R"({"text":"one","media":{"media_ids":["7"]}})").status, 400);
  EXPECT_TRUE(far->arrived().empty());
}

TEST_F(XDouble, CountsAsXDoesAndRefusesTheSameWordsTwice) {
  const Credentials by = signed_in();
  const std::string link = " https://www.example.gov.uk/" + std::string(200, 'a');
  const auto text = [](const std::string& words) { return write_json({{"text", words}}); };
  EXPECT_EQ(post(by, "/2/tweets", text(std::string(257, 'x') + link)).status, 403);
  EXPECT_EQ(post(by, "/2/tweets", text(std::string(256, 'x') + link)).status, 201);
  const Response again = post(by, "/2/tweets", text(std::string(256, 'x') + link));
  EXPECT_EQ(again.status, 403);
  EXPECT_NE(again.body.find("duplicate content"), std::string::npos);
  const Credentials other = signed_in("museum");
  EXPECT_EQ(post(other, "/2/tweets", text(std::string(256, 'x') + link)).status, 201);
  EXPECT_EQ(far->arrived().size(), 2U);
  EXPECT_EQ(far->arrived()[0].length, 280U);
}

TEST_F(XDouble, PicturesHaveTheirDescriptions) {
  const Credentials by = signed_in();
  EXPECT_EQ(upload(by, "words").status, 400);
  const std::string id = text_of(parse_json(upload(by, "\xFF\xD8\xFFrest").body)["data"], "id");
  const auto describe = [&](const std::string& words) {
    return post(by, "/2/media/metadata",
                write_json({{"id", id}, {"metadata", {{"alt_text", {{"text", words}}}}}}));
  };
  EXPECT_EQ(describe(std::string(1001, 'x')).status, 400);
  EXPECT_EQ(describe("A pool").status, 200);
  EXPECT_EQ(
      post(by, "/2/tweets", write_json({{"text", "one"}, {"media", {{"media_ids", {id}}}}})).status,
      201);
  ASSERT_EQ(far->arrived().size(), 1U);
  ASSERT_EQ(far->arrived()[0].pictures.size(), 1U);
  EXPECT_EQ(far->arrived()[0].pictures[0].alt, "A pool");
  EXPECT_EQ(far->arrived()[0].pictures[0].type, "image/jpeg");
}

TEST_F(XDouble, ShowsLinksAsItsOwnWithWhereTheyLead) {
  const Credentials by = signed_in();
  EXPECT_TRUE(list_of(list(by)).is_null()) << "an account without posts has no data";
  EXPECT_EQ(
      post(by, "/2/tweets", R"({"text":"A & B https://www.example.gov.uk/a?b=1&c=2 end"})").status,
      201);
  const Json data = list_of(list(by));
  ASSERT_EQ(data.size(), 1U);
  const std::string text = data[0]["text"];
  EXPECT_TRUE(text.starts_with("A &amp; B https://t.co/")) << text;
  EXPECT_EQ(data[0]["entities"]["urls"][0]["expanded_url"], "https://www.example.gov.uk/a?b=1&c=2");
}

TEST_F(XDouble, ListsNewestFirstAndPageByPage) {
  const Credentials by = signed_in();
  for (int i = 0; i < 7; ++i) {
    EXPECT_EQ(post(by, "/2/tweets", write_json({{"text", "post " + std::to_string(i)}})).status,
              201);
  }
  const Response first = list(by);
  ASSERT_EQ(list_of(first).size(), 5U);
  EXPECT_EQ(list_of(first)[0]["text"], "post 6");
  const std::string next = parse_json(first.body)["meta"]["next_token"];
  const Response second = list(by, "&pagination_token=" + next);
  ASSERT_EQ(list_of(second).size(), 2U);
  EXPECT_EQ(list_of(second)[1]["text"], "post 0");
  EXPECT_EQ(list(by, "&surprise=1").status, 400);
}

TEST_F(XDouble, AnswersAnythingWithoutBreaking) {
  for (const char* at : {"", "/", "/2/tweets", "/2/oauth2/token", "/oauth/access_token",
                         "/oauth/authorize?oauth_token=x", "/i/oauth2/authorize?state=1",
                         "/2/media/upload", "/oauth/request_token"}) {
    for (const Method method : {Method::get, Method::post}) {
      for (const char* authorization : {"", "OAuth ", "OAuth a=\"", "Basic !!", "Bearer x"}) {
        Request request;
        request.method = method;
        request.url = std::string(origin) + at;
        request.headers = {{"Authorization", authorization}};
        request.body = "{\xFF";
        EXPECT_GE(far->answer(request).status, 200);
      }
    }
  }
  EXPECT_TRUE(far->arrived().empty());
}

}  // namespace
}  // namespace crier
