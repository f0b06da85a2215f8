#include <gtest/gtest.h>

#include "core/clock.h"
#include "core/random.h"
#include "core/url.h"
#include "http/curl_client.h"
#include "oauth/authorizer.h"
#include "oauth/oauth2.h"
#include "oauth/sign_in_x.h"
#include "server/browser.h"

namespace crier {
namespace {

/// Signs in and sends as to X, at a server whose reading of RFC 5849 is not ours.
class OAUTH1 : public testing::Test {
 protected:
  void SetUp() override {
    server = environment_of("CRIER_TEST_OAUTH1_URL");
    if (server.empty()) {
      const std::string why = environment_of("CRIER_TEST_OAUTH1_MISSING");
      if (servers_are_required()) FAIL() << "CRIER_TEST_OAUTH1_URL is not set: " << why;
      GTEST_SKIP() << "CRIER_TEST_OAUTH1_URL is not set: " << why;
    }
    set_their_clock(0);
  }

  std::string server;
  SystemRandom random;
  SystemClock clock;
  CurlClient client{CurlOptions{}};
  const OAuth1Authorizer authorizer{};
  Request last;  ///< the last that a flow sent

  Response send(const Request& request) {
    const auto answer = fetch(client, request);
    EXPECT_TRUE(answer.has_value()) << answer.error().message;
    return answer.value_or(Response{});
  }
  void set_their_clock(int seconds_ahead) {
    Request request;
    request.method = Method::post;
    request.url = server + "/test/timestamps?offset=" + std::to_string(seconds_ahead);
    EXPECT_EQ(send(request).status, 204);
  }
  XSignIn flow(XSignInPlan::Method method = XSignInPlan::Method::pin) {
    XSignInPlan plan;
    plan.method = method;
    plan.server = server;
    return {std::move(plan), clock, random};
  }
  Result<SignInStep> go_on(XSignIn& flow, Result<SignInStep> step,
                           const std::vector<std::string>& typed = {}) {
    std::size_t next = 0;
    while (step) {
      if (auto* const ask = std::get_if<Ask>(&*step)) {
        last = ask->request;
        step = flow.answered(send(last), clock.now());
      } else if (std::holds_alternative<Prompt>(*step) && next < typed.size()) {
        step = flow.told(typed[next++]);
      } else {
        return step;
      }
    }
    return step;
  }
  static std::string secret() { return "client-secret/with+odd&characters=%25~"; }
  Result<Credentials> sign_in() {
    XSignIn with = flow();
    const auto step = go_on(with, with.begin(), {"test-key", secret()});
    if (!step) return Failure(step.error());
    const std::string number =
        TestBrowser("ExampleCouncil", "any").approve(std::get<Browse>(*step).url);
    const auto end = go_on(with, with.redirected(number));
    if (!end) return Failure(end.error());
    return std::get<SignedIn>(*end).credentials;
  }
  Request signed_request(Request request, const Credentials& credentials) {
    request.url = server + request.url;
    auto made = authorizer.sign(std::move(request), credentials, clock.now(), random);
    EXPECT_TRUE(made.has_value()) << made.error().message;
    return made.value_or(Request{});
  }
};

Request post_to(const std::string& path) {
  Request request;
  request.method = Method::post;
  request.url = path;
  return request;
}

TEST_F(OAUTH1, SignsInOnThreeLegsWithANumberAndOddCharacters) {
  const auto credentials = sign_in();
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  EXPECT_EQ(credentials->handle, "@ExampleCouncil");
  EXPECT_EQ(credentials->account_id, "42");
  EXPECT_NE(credentials->token_secret.reveal().find("~/+="), std::string::npos);
}

TEST_F(OAUTH1, IsUnderstoodWhateverItSends) {
  const auto credentials = sign_in();
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  std::vector<Request> requests;
  Request get;
  get.url = "/2/users/me?user.fields=id%2Cname&odd=a%20b+c%C3%BC~*%27()&empty=&b=2&b=10";
  requests.push_back(get);
  Request json = post_to("/2/tweets");
  json.headers = {{"Content-Type", "application/json"}};
  json.body = R"({"text":"a=b&c=d Grüße"})";
  requests.push_back(json);
  Request form = post_to("/2/form?b=a%20b&a=1");
  form.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  form.body =
      form_encode(FormFields{{"status", "Grüße ~ ' ( ) * % & = + 日本 👍"}, {"a", ""}, {"a", "1"}});
  requests.push_back(form);
  Request parts = post_to("/2/media/upload?media_category=tweet_image");
  parts.parts = {{"media", "status=1&b=2", "a.png", "image/png"}, {"media_type", "x", "", ""}};
  requests.push_back(parts);
  requests.push_back(post_to("/2/nothing%20at%20all/~x"));
  for (const Request& request : requests) {
    EXPECT_EQ(send(signed_request(request, *credentials)).status, 200) << request.url;
  }
}

TEST_F(OAUTH1, IsRefusedWhenARequestIsReplayedAndTakenWhenItIsSignedAnew) {
  const auto credentials = sign_in();
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  const Request once = signed_request(post_to("/2/tweets"), *credentials);
  EXPECT_EQ(send(once).status, 200);
  EXPECT_EQ(send(once).status, 401);
  EXPECT_EQ(send(signed_request(post_to("/2/tweets"), *credentials)).status, 200);
}

TEST_F(OAUTH1, IsRefusedWhenAnythingSignedIsChanged) {
  const auto credentials = sign_in();
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  Request request = signed_request(post_to("/2/tweets?a=1"), *credentials);
  request.url.back() = '2';
  EXPECT_EQ(send(request).status, 401);
  request = signed_request(post_to("/2/tweets"), *credentials);
  request.method = Method::get;
  EXPECT_EQ(send(request).status, 401);
  Credentials wrong = *credentials;
  wrong.token_secret = Secret(wrong.token_secret.reveal() + "x");
  EXPECT_EQ(send(signed_request(post_to("/2/tweets"), wrong)).status, 401);
}

TEST_F(OAUTH1, StartsAgainAfterAWrongNumberAndUsesARightOneOnce) {
  XSignIn wrong = flow();
  const auto step = go_on(wrong, wrong.begin(), {"test-key", secret()});
  ASSERT_TRUE(step.has_value()) << step.error().message;
  const auto refused = go_on(wrong, wrong.redirected("0000000x"));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::unauthorized);
  EXPECT_NE(refused.error().message.find("start again"), std::string::npos);
  XSignIn right = flow();
  const auto page = go_on(right, right.begin(), {"test-key", secret()});
  ASSERT_TRUE(page.has_value());
  const std::string number =
      TestBrowser("ExampleCouncil", "any").approve(std::get<Browse>(*page).url);
  const auto exchange = right.redirected(number);
  ASSERT_TRUE(exchange.has_value());
  const Request request = std::get<Ask>(*exchange).request;
  EXPECT_EQ(send(request).status, 200);
  EXPECT_NE(send(request).status, 200) << "by theirs";
  EXPECT_FALSE(right.redirected(number).has_value()) << "by ours";
}

TEST_F(OAUTH1, SaysThatTheClockIsOffWhenATimestampIsTooOld) {
  set_their_clock(3600);
  const auto refused = sign_in();
  ASSERT_FALSE(refused.has_value());
  EXPECT_NE(refused.error().message.find("60 minutes behind"), std::string::npos)
      << refused.error().message;
  set_their_clock(-3600);
  EXPECT_NE(sign_in().error().message.find("60 minutes ahead of"), std::string::npos);
  set_their_clock(0);
  EXPECT_TRUE(sign_in().has_value());
}

TEST_F(OAUTH1, SaysWhatToCheckWhenTheAppsSecretIsWrong) {
  XSignIn with = flow();
  const auto step = go_on(with, with.begin(), {"test-key", "not-it"});
  ASSERT_FALSE(step.has_value());
  EXPECT_EQ(step.error().kind, ErrorKind::unauthorized);
  EXPECT_NE(step.error().message.find("Check the API key"), std::string::npos);
}

TEST_F(OAUTH1, RefusesFourTextsThatDoNotGoTogether) {
  XSignIn with = flow(XSignInPlan::Method::tokens);
  const auto step = go_on(with, with.begin(), {"test-key", "not-it", "42-token", "its-secret"});
  ASSERT_FALSE(step.has_value());
  EXPECT_NE(step.error().message.find("Check all four texts"), std::string::npos);
}

}  // namespace
}  // namespace crier
