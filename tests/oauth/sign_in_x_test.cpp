#include "oauth/sign_in_x.h"

#include <gtest/gtest.h>

#include "oauth/crypto.h"
#include "oauth/sign_in_server.h"
#include "support/fake_clock.h"
#include "support/fake_site.h"

namespace crier {
namespace {

using Way = XSignInPlan::Method;

constexpr const char* callback = "http://127.0.0.1:8976/callback";

class XSignInTest : public testing::Test {
 protected:
  FakeClock clock;
  SeededRandom random;
  FakeSite site;
  const std::string api = "https://api.x.com";

  void SetUp() override {
    site.on("POST https://api.x.com/oauth/request_token", [](const Request&) {
      return FakeSite::respond(
          200, "oauth_token=temp&oauth_token_secret=temp-secret&oauth_callback_confirmed=true");
    });
    site.on("POST https://api.x.com/oauth/access_token", [](const Request& request) {
      const bool is_right = find_header(request.headers, "Authorization")
                                .value_or("")
                                .find("oauth_verifier=\"1234567\"") != std::string_view::npos;
      if (!is_right) return FakeSite::respond(401, "Error processing your OAuth request");
      return FakeSite::respond(200,
                               "oauth_token=42-long&oauth_token_secret=long-secret&user_id=42&"
                               "screen_name=ExampleCouncil");
    });
    site.on("POST https://api.x.com/2/oauth2/token", [](const Request& request) {
      auto form = SignInServer::form(request.body);
      if (form["code"] != "the-code") {
        return SignInServer::json(400, {{"error", "invalid_request"}});
      }
      return SignInServer::json(200, {{"access_token", "the-access"},
                                      {"refresh_token", "the-refresh"},
                                      {"token_type", "bearer"},
                                      {"expires_in", 7200},
                                      {"scope",
                                       "tweet.write users.read tweet.read "
                                       "offline.access media.write"}});
    });
    site.on("GET https://api.x.com/2/users/me", [](const Request&) {
      return SignInServer::json(
          200, {{"data", {{"id", "42"}, {"name", "Council"}, {"username", "ExampleCouncil"}}}});
    });
  }

  XSignIn flow(Way method, Credentials kept = {}) {
    XSignInPlan plan;
    plan.method = method;
    plan.redirect_uri = callback;
    plan.kept = std::move(kept);
    return {std::move(plan), clock, random};
  }
  /// Goes on, and types what is asked for, until something else is wanted.
  Result<SignInStep> go_on(XSignIn& flow, Result<SignInStep> step,
                           std::vector<std::string> typed = {}) {
    std::size_t next = 0;
    while (step) {
      if (auto* const ask = std::get_if<Ask>(&*step)) {
        const auto answer = site.answer(ask->request);
        if (!answer) return flow.unanswered(answer.error());
        step = flow.answered(*answer, clock.now());
      } else if (std::holds_alternative<Prompt>(*step) && next < typed.size()) {
        prompts.push_back(std::get<Prompt>(*step));
        step = flow.told(typed[next++]);
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
  Result<Credentials> pin(const std::string& typed) {
    XSignIn with = flow(Way::pin);
    const auto step = go_on(with, with.begin(), {"the-key", "the-key-secret"});
    if (!step) return Failure(step.error());
    return end(go_on(with, with.redirected(typed)));
  }
  Result<Credentials> tokens() {
    XSignIn with = flow(Way::tokens);
    return end(go_on(with, with.begin(), {"the-key", "the-key-secret", "42-long", "long-secret"}));
  }
  Result<Credentials> oauth2(const std::string& secret = "",
                             const std::function<void(std::string&)>& change = {}) {
    XSignIn with = flow(Way::oauth2);
    const auto step = go_on(with, with.begin(), {"the-id", secret});
    if (!step) return Failure(step.error());
    address = std::get<Browse>(*step).url;
    auto asked = SignInServer::form(address.substr(address.find('?') + 1));
    std::string redirect = std::string(callback) + "?state=" + asked["state"] + "&code=the-code";
    if (change) change(redirect);
    return end(go_on(with, with.redirected(redirect)));
  }
  static bool says(const Result<Credentials>& result, std::string_view words) {
    return !result && result.error().message.find(words) != std::string::npos;
  }
  [[nodiscard]] std::string header(std::size_t at, const char* name) const {
    return std::string(find_header(site.asked.at(at).headers, name).value_or(""));
  }

  std::vector<Prompt> prompts;
  std::string address;
};

TEST_F(XSignInTest, EndsWithTokensAfterThePersonTypedTheNumber) {
  const auto credentials = pin(" 1234567\n");
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  EXPECT_EQ(credentials->kind, "oauth1");
  EXPECT_EQ(credentials->server, api);
  EXPECT_EQ(credentials->client_id, "the-key");
  EXPECT_EQ(credentials->client_secret.reveal(), "the-key-secret");
  EXPECT_EQ(credentials->access_token.reveal(), "42-long");
  EXPECT_EQ(credentials->token_secret.reveal(), "long-secret");
  EXPECT_EQ(credentials->account_id, "42");
  EXPECT_EQ(credentials->handle, "@ExampleCouncil");
  EXPECT_FALSE(credentials->ends_at.has_value());
  EXPECT_EQ(site.asked.size(), 2U) << "whose account it is stood in the answer";
}

TEST_F(XSignInTest, AsksForTheNumberOnAPageOfX) {
  XSignIn with = flow(Way::pin);
  const auto step = go_on(with, with.begin(), {"the-key", "the-key-secret"});
  ASSERT_TRUE(step.has_value());
  EXPECT_EQ(std::get<Browse>(*step).url, "https://api.x.com/oauth/authorize?oauth_token=temp");
  EXPECT_TRUE(std::get<Browse>(*step).shows_code);
  EXPECT_NE(header(0, "Authorization").find("oauth_callback=\"oob\""), std::string::npos);
  EXPECT_FALSE(prompts[0].is_hidden);
  EXPECT_TRUE(prompts[1].is_hidden);
  const auto mistake = with.redirected("12 34");
  ASSERT_FALSE(mistake.has_value());
  EXPECT_EQ(mistake.error().kind, ErrorKind::invalid);
  EXPECT_TRUE(go_on(with, with.redirected("1234567")).has_value());
  EXPECT_FALSE(with.redirected("1234567").has_value()) << "it is good once";
}

TEST_F(XSignInTest, SaysThatANumberThatIsNotTakenMeansToStartAgain) {
  const auto credentials = pin("7654321");
  ASSERT_FALSE(credentials.has_value());
  EXPECT_EQ(credentials.error().kind, ErrorKind::unauthorized);
  EXPECT_TRUE(says(credentials, "start again"));
}

TEST_F(XSignInTest, RefusesAnAnswerThatConfirmsNoCallback) {
  site.on("POST https://api.x.com/oauth/request_token", [](const Request&) {
    return FakeSite::respond(200, "oauth_token=temp&oauth_token_secret=temp-secret");
  });
  EXPECT_TRUE(says(pin("1234567"), "confirms no callback"));
}

TEST_F(XSignInTest, SaysWhatToCheckWhenXDoesNotTakeTheApp) {
  site.on("POST https://api.x.com/oauth/request_token", [](const Request&) {
    return FakeSite::respond(403, "<?xml?><error code=\"415\">Callback URL not approved</error>");
  });
  EXPECT_TRUE(says(pin("1"), "callback URL"));
  site.on("POST https://api.x.com/oauth/request_token",
          [](const Request&) { return FakeSite::respond(503, ""); });
  EXPECT_EQ(pin("1").error().kind, ErrorKind::unavailable);
}

TEST_F(XSignInTest, BlamesAClockThatIsFiveMinutesOff) {
  site.on("POST https://api.x.com/oauth/request_token", [](const Request&) {
    return FakeSite::respond(401,
                             R"({"errors":[{"code":135,"message":"Timestamp out of bounds."}]})",
                             {{"Date", "Mon, 02 Mar 2026 08:55:00 GMT"}});
  });
  EXPECT_TRUE(says(pin("1"), "5 minutes ahead of"));
}

TEST_F(XSignInTest, TakesTheFourTextsOfTheConsoleAndAsksWhoseTheyAre) {
  const auto credentials = tokens();
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  EXPECT_EQ(credentials->kind, "oauth1");
  EXPECT_EQ(credentials->account_id, "42");
  EXPECT_EQ(credentials->handle, "@ExampleCouncil");
  EXPECT_EQ(credentials->signed_in_at, clock.now());
  ASSERT_EQ(site.asked.size(), 1U) << "each question costs money";
  EXPECT_TRUE(header(0, "Authorization").starts_with("OAuth "));
  EXPECT_FALSE(site.asked[0].follow_redirects);
}

TEST_F(XSignInTest, AsksAgainForATextThatXDoesNotShow) {
  XSignIn with = flow(Way::tokens);
  ASSERT_TRUE(with.begin().has_value());
  for (const std::string& typed : {std::string(), std::string("two words"), std::string(2000, 'x'),
                                   std::string("caf\xc3\xa9")}) {
    const auto step = with.told(typed);
    ASSERT_FALSE(step.has_value());
    EXPECT_EQ(step.error().kind, ErrorKind::invalid);
  }
  EXPECT_TRUE(with.told("the-key").has_value());
}

TEST_F(XSignInTest, RefusesAnAnswerThatIsNoAccount) {
  for (const char* body : {"", "[]", "{}", R"({"data":[]})", R"({"data":{"id":42}})",
                           R"({"data":{"id":"../x","username":"a"}})",
                           R"({"data":{"id":"123456789012345678901234567890123"}})"}) {
    site.on("GET https://api.x.com/2/users/me",
            [body](const Request&) { return FakeSite::respond(200, body); });
    const auto credentials = tokens();
    ASSERT_FALSE(credentials.has_value()) << body;
    EXPECT_TRUE(says(credentials, "Check all four texts"));
  }
}

TEST_F(XSignInTest, SignsInByOAuth2AsAPublicOrAConfidentialClient) {
  for (const char* secret : {"", "the:secret/+"}) {
    site.asked.clear();
    const auto credentials = oauth2(secret);
    ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
    EXPECT_EQ(credentials->kind, "bearer");
    EXPECT_EQ(credentials->refresh_token.reveal(), "the-refresh");
    EXPECT_EQ(credentials->expires_at, clock.now() + std::chrono::seconds{7200});
    EXPECT_EQ(credentials->token_endpoint, api + "/2/oauth2/token");
    EXPECT_EQ(credentials->handle, "@ExampleCouncil");
    EXPECT_EQ(header(0, "Authorization"),
              *secret == '\0' ? "" : "Basic " + base64("the-id:the%3Asecret%2F%2B"));
    auto form = SignInServer::form(site.asked[0].body);
    EXPECT_EQ(form.contains("client_id"), *secret == '\0');
    auto asked = SignInServer::form(address.substr(address.find('?') + 1));
    EXPECT_TRUE(address.starts_with("https://x.com/i/oauth2/authorize?"));
    EXPECT_EQ(asked["code_challenge"], challenge_of(Secret(form["code_verifier"])));
    EXPECT_EQ(asked["redirect_uri"], callback);
    EXPECT_NE(asked["scope"].find("offline.access"), std::string::npos);
  }
}

TEST_F(XSignInTest, RefusesAnAnswerOfAnotherSignInAndOneThatSaysNo) {
  const auto other = oauth2("", [](std::string& redirect) {
    redirect = std::string(callback) + "?state=another&code=the-code";
  });
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error().kind, ErrorKind::rejected);
  const auto declined = oauth2("", [](std::string& redirect) {
    redirect.replace(redirect.find("&code="), std::string::npos, "&error=access_denied");
  });
  ASSERT_FALSE(declined.has_value());
  EXPECT_EQ(declined.error().kind, ErrorKind::unauthorized);
  EXPECT_TRUE(site.asked.empty());
}

TEST_F(XSignInTest, SaysThatACodeThatHasExpiredMeansToStartAgain) {
  const auto expired = oauth2("", [](std::string& redirect) { redirect += "-late"; });
  ASSERT_FALSE(expired.has_value());
  EXPECT_TRUE(says(expired, "30 seconds"));
}

TEST_F(XSignInTest, RefusesATokenThatMayNotPost) {
  site.on("POST https://api.x.com/2/oauth2/token", [](const Request&) {
    return SignInServer::json(
        200, {{"access_token", "t"}, {"token_type", "bearer"}, {"scope", "tweet.read"}});
  });
  EXPECT_TRUE(says(oauth2(), "allow all that is asked for"));
}

TEST_F(XSignInTest, AsksForTheAppsKeysOnce) {
  const auto first = pin("1234567");
  ASSERT_TRUE(first.has_value());
  prompts.clear();
  XSignIn with = flow(Way::pin, *first);
  const auto step = go_on(with, with.begin());
  ASSERT_TRUE(step.has_value());
  EXPECT_TRUE(std::holds_alternative<Browse>(*step));
  // Those of OAuth 1.0a are no client of OAuth 2.0, nor the other way round.
  XSignIn other = flow(Way::oauth2, *first);
  EXPECT_TRUE(std::holds_alternative<Prompt>(*other.begin()));
}

TEST_F(XSignInTest, GivesKeptKeysToTheirOwnServerOnly) {
  Credentials kept = *pin("1234567");
  kept.server = "https://api.evil.test";
  XSignIn with = flow(Way::pin, kept);
  EXPECT_TRUE(std::holds_alternative<Prompt>(*with.begin()));
  XSignInPlan plan;
  plan.server = "http://api.x.com";
  XSignIn plain(std::move(plan), clock, random);
  EXPECT_EQ(plain.begin().error().kind, ErrorKind::invalid);
}

TEST_F(XSignInTest, ShowsNoSecretInAnyFailure) {
  const std::string echo =
      "the-key-secret temp-secret long-secret the-code the-access the-refresh 1234567";
  for (const char* path :
       {"POST https://api.x.com/oauth/request_token", "POST https://api.x.com/oauth/access_token",
        "POST https://api.x.com/2/oauth2/token", "GET https://api.x.com/2/users/me"}) {
    for (const int status : {200, 302, 400, 401, 403, 500}) {
      SetUp();
      site.on(path, [&](const Request&) {
        return SignInServer::json(status, {{"error", echo}, {"detail", echo}});
      });
      for (const auto& failed : {pin("1234567"), tokens(), oauth2("the-key-secret")}) {
        if (failed) continue;
        for (const char* secret : {"secret", "the-code", "the-access", "the-refresh", "1234567"}) {
          EXPECT_EQ(failed.error().message.find(std::string(secret) + " "), std::string::npos)
              << failed.error().message;
        }
      }
    }
  }
}

}  // namespace
}  // namespace crier
