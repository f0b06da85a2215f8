#include "oauth/sign_in_threads.h"

#include <gtest/gtest.h>

#include "oauth/sign_in_server.h"
#include "support/fake_clock.h"
#include "support/fake_site.h"

namespace crier {
namespace {

using Way = ThreadsSignInPlan::Method;
using std::chrono::days;

constexpr const char* redirect = "https://www.example.gov.uk/crier";
constexpr const char* api = "https://graph.threads.net";

class ThreadsSignInTest : public testing::Test {
 protected:
  FakeClock clock;
  SeededRandom random;
  FakeSite site;

  void SetUp() override {
    const std::string at = api;
    site.on("POST " + at + "/oauth/access_token", [](const Request& request) {
      auto form = SignInServer::form(request.body);
      if (form["code"] != "the-code" || form["client_secret"] != "the-secret" ||
          form["redirect_uri"] != redirect || form["grant_type"] != "authorization_code") {
        return SignInServer::json(400, {{"error_message", "the-secret the-code"}});
      }
      return SignInServer::json(200, {{"access_token", "short"}, {"user_id", 17841400000000042}});
    });
    site.on("GET " + at + "/access_token", [](const Request& request) {
      auto form = SignInServer::form(request.url.substr(request.url.find('?') + 1));
      if (form["access_token"] != "short" || form["client_secret"] != "the-secret" ||
          form["grant_type"] != "th_exchange_token") {
        return SignInServer::json(400, {{"error", {{"code", 100}}}});
      }
      return SignInServer::json(
          200, {{"access_token", "THAA-long"}, {"token_type", "bearer"}, {"expires_in", 5183944}});
    });
    site.on("GET " + at + "/v1.0/me", [](const Request& request) {
      auto form = SignInServer::form(request.url.substr(request.url.find('?') + 1));
      if (form["access_token"] != "THAA-long") {
        return SignInServer::json(
            401, {{"error", {{"code", 190}, {"message", form["access_token"] + " is dead"}}}});
      }
      return SignInServer::json(200, {{"id", "42"}, {"username", "council"}});
    });
    inspection = {{"data", {{"is_valid", true}, {"scopes", {"threads_content_publish"}}}}};
    site.on("GET " + at + "/v1.0/debug_token",
            [this](const Request&) { return SignInServer::json(200, inspection); });
  }

  ThreadsSignIn flow(Way method, Credentials kept = {}) {
    return {{method, api, std::move(kept)}, clock, random};
  }
  Result<SignInStep> go_on(ThreadsSignIn& with, Result<SignInStep> step,
                           std::vector<std::string> typed = {}) {
    std::size_t next = 0;
    while (step) {
      if (auto* const ask = std::get_if<Ask>(&*step)) {
        const auto answer = site.answer(ask->request);
        step = answer ? with.answered(*answer, clock.now()) : with.unanswered(answer.error());
      } else if (std::holds_alternative<Prompt>(*step) && next < typed.size()) {
        prompts.push_back(std::get<Prompt>(*step));
        step = with.told(typed[next++]);
      } else {
        return step;
      }
    }
    return step;
  }
  static Result<Credentials> end(const Result<SignInStep>& step) {
    if (!step) return Failure(step.error());
    if (!std::holds_alternative<SignedIn>(*step)) return fail(ErrorKind::invalid, "not at its end");
    return std::get<SignedIn>(*step).credentials;
  }
  Result<Credentials> token(const std::string& typed = "THAA-long") {
    ThreadsSignIn with = flow(Way::token);
    return end(go_on(with, with.begin(), {typed}));
  }
  Result<Credentials> oauth(const std::function<void(std::string&)>& change = {}) {
    ThreadsSignIn with = flow(Way::oauth);
    const auto step = go_on(with, with.begin(), {"1234567890", "the-secret", redirect});
    if (!step) return Failure(step.error());
    address = std::get<Browse>(*step).url;
    auto asked = SignInServer::form(address.substr(address.find('?') + 1));
    std::string back = std::string(redirect) + "?code=the-code&state=" + asked["state"] + "#_";
    if (change) change(back);
    return end(go_on(with, with.redirected(back)));
  }
  static bool says(const Result<Credentials>& result, std::string_view words) {
    return !result && result.error().message.find(words) != std::string::npos;
  }

  std::vector<Prompt> prompts;
  std::string address;
  nlohmann::json inspection;
};

TEST_F(ThreadsSignInTest, TakesTheTokenOfTheDashboardAndAsksWhoseItIs) {
  const auto credentials = token(" THAA-long\n");
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  EXPECT_TRUE(prompts[0].is_hidden);
  EXPECT_EQ(credentials->kind, "graph");
  EXPECT_EQ(credentials->server, api);
  EXPECT_EQ(credentials->access_token.reveal(), "THAA-long");
  EXPECT_EQ(credentials->account_id, "42");
  EXPECT_EQ(credentials->handle, "@council");
  EXPECT_EQ(credentials->obtained_at, clock.now());
  EXPECT_EQ(credentials->expires_at, clock.now() + days{60});
  EXPECT_EQ(credentials->ends_at, credentials->expires_at);
  EXPECT_EQ(credentials->token_endpoint, "https://graph.threads.net/refresh_access_token");
  EXPECT_TRUE(credentials->client_secret.empty());
  for (const Request& request : site.asked) EXPECT_FALSE(request.follow_redirects);
}

TEST_F(ThreadsSignInTest, BelievesTheTokenItselfAboutWhenItEnds) {
  inspection["data"]["expires_at"] = (clock.now() + days{20}).time_since_epoch().count();
  EXPECT_EQ(token()->ends_at, clock.now() + days{20});
  inspection["data"]["expires_at"] = (clock.now() + days{900}).time_since_epoch().count();
  EXPECT_EQ(token()->ends_at, clock.now() + days{60}) << "no token lasts longer";
  inspection["data"]["expires_at"] = 0;
  EXPECT_EQ(token()->ends_at, clock.now() + days{60});
  inspection["data"]["expires_at"] =
      (clock.now() + std::chrono::hours{1}).time_since_epoch().count();
  EXPECT_TRUE(says(token(), "60 minutes only"));
}

TEST_F(ThreadsSignInTest, DoesWithoutWhatTheTokenSaysOfItself) {
  for (const char* body : {"", "[]", "{}", R"({"data":7})", R"({"data":{"expires_at":"x"}})"}) {
    site.on("GET https://graph.threads.net/v1.0/debug_token",
            [body](const Request&) { return FakeSite::respond(200, body); });
    EXPECT_TRUE(token().has_value()) << body;
  }
  site.on("GET https://graph.threads.net/v1.0/debug_token", [](const Request&) -> Result<Response> {
    return fail(ErrorKind::unavailable, "no connection");
  });
  EXPECT_TRUE(token().has_value());
}

TEST_F(ThreadsSignInTest, RefusesATokenThatMayNotPost) {
  inspection["data"]["scopes"] = {"threads_basic"};
  EXPECT_TRUE(says(token(), "may read and not post"));
}

TEST_F(ThreadsSignInTest, SaysWhatToDoWithATokenThatIsNotTaken) {
  const auto refused = token("THAA-other");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::unauthorized);
  EXPECT_TRUE(says(refused, "User Token Generator"));
  EXPECT_FALSE(says(refused, "THAA-other"));
  ThreadsSignIn with = flow(Way::token);
  ASSERT_TRUE(with.begin().has_value());
  for (const std::string& typed : {std::string(), std::string("two words"), std::string(5000, 'x'),
                                   std::string("caf\xc3\xa9")}) {
    const auto step = with.told(typed);
    ASSERT_FALSE(step.has_value());
    EXPECT_EQ(step.error().kind, ErrorKind::invalid) << "it may be typed again";
  }
}

TEST_F(ThreadsSignInTest, GoesFromAgreementToATokenThatLasts) {
  const auto credentials = oauth();
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  EXPECT_EQ(credentials->access_token.reveal(), "THAA-long");
  EXPECT_EQ(credentials->client_id, "1234567890");
  EXPECT_TRUE(credentials->client_secret.empty()) << "nothing needs it any more";
  EXPECT_EQ(credentials->app_redirect_uri, redirect);
  EXPECT_TRUE(prompts[1].is_hidden);
  EXPECT_TRUE(address.starts_with("https://threads.net/oauth/authorize?client_id=1234567890&"));
  auto asked = SignInServer::form(address.substr(address.find('?') + 1));
  EXPECT_EQ(asked["scope"], "threads_basic,threads_content_publish");
  EXPECT_EQ(asked["response_type"], "code");
  EXPECT_EQ(asked["redirect_uri"], redirect);
  EXPECT_GE(asked["state"].size(), 43U);
}

TEST_F(ThreadsSignInTest, StripsWhatThreadsHangsOnTheCode) {
  EXPECT_TRUE(oauth([](std::string& back) {
                back.erase(back.find("#_"));
                back.insert(back.find("&state"), "%23_");
              }).has_value());
}

TEST_F(ThreadsSignInTest, RefusesAnAnswerOfAnotherSignInAndOneThatSaysNo) {
  const auto other = oauth(
      [](std::string& back) { back = std::string(redirect) + "?code=the-code&state=another"; });
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error().kind, ErrorKind::rejected);
  const auto declined = oauth([](std::string& back) {
    back.replace(back.find("code=the-code"), 13, "error=access_denied");
  });
  ASSERT_FALSE(declined.has_value());
  EXPECT_EQ(declined.error().kind, ErrorKind::unauthorized);
  const auto bare = oauth([](std::string& back) { back = "the-code"; });
  EXPECT_EQ(bare.error().kind, ErrorKind::invalid) << "nobody could tell whose it is";
  EXPECT_TRUE(site.asked.empty());
}

TEST_F(ThreadsSignInTest, AsksForTheSecretAloneTheNextTime) {
  Credentials kept = *oauth();
  ThreadsSignIn with = flow(Way::oauth, kept);
  const auto step = with.begin();
  ASSERT_TRUE(std::holds_alternative<Prompt>(*step));
  EXPECT_EQ(std::get<Prompt>(*step).what, "Threads app secret");
  EXPECT_TRUE(std::holds_alternative<Browse>(*with.told("the-secret")));
  kept.server = "https://graph.evil.test";
  ThreadsSignIn other = flow(Way::oauth, kept);
  EXPECT_EQ(std::get<Prompt>(*other.begin()).what, "Threads app ID");
}

TEST_F(ThreadsSignInTest, TakesNoAppIdOrAddressThatCannotBeOne) {
  ThreadsSignIn with = flow(Way::oauth);
  ASSERT_TRUE(with.begin().has_value());
  EXPECT_FALSE(with.told("my app").has_value());
  EXPECT_FALSE(with.told("abc").has_value());
  ASSERT_TRUE(with.told("1234567890").has_value());
  ASSERT_TRUE(with.told("the-secret").has_value());
  EXPECT_FALSE(with.told("http://www.example.gov.uk/crier").has_value());
  EXPECT_FALSE(with.told("www.example.gov.uk").has_value());
  EXPECT_TRUE(with.told(redirect).has_value());
}

TEST_F(ThreadsSignInTest, SendsTheTokenNowhereInPlainText) {
  ThreadsSignIn with({Way::token, "http://graph.threads.net", {}}, clock, random);
  EXPECT_EQ(with.begin().error().kind, ErrorKind::invalid);
}

TEST_F(ThreadsSignInTest, ShowsNoSecretInAnyFailure) {
  const std::string echo = "the-secret the-code short THAA-long ";
  for (const char* path : {"POST /oauth/access_token", "GET /access_token", "GET /v1.0/me"}) {
    const std::string name = path;
    const std::size_t space = name.find(' ');
    for (const int status : {0, 200, 302, 400, 401, 403, 500}) {
      SetUp();
      site.on(name.substr(0, space + 1) + api + name.substr(space + 1),
              [&](const Request& request) -> Result<Response> {
                if (status == 0) return fail(ErrorKind::unavailable, "{} {}", request.url, echo);
                return SignInServer::json(status, {{"error", {{"message", echo}}}, {"m", echo}});
              });
      for (const auto& failed : {token(), oauth()}) {
        if (failed) continue;
        for (const char* secret : {"the-secret", "the-code", "short", "THAA-long"}) {
          EXPECT_FALSE(says(failed, secret)) << failed.error().message;
        }
      }
    }
  }
}

}  // namespace
}  // namespace crier
