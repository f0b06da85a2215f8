#include "oauth/sign_in_linkedin.h"

#include <gtest/gtest.h>

#include "oauth/authorizer.h"
#include "oauth/revoke.h"
#include "oauth/sign_in_server.h"
#include "support/fake_clock.h"
#include "support/fake_site.h"

namespace crier {
namespace {

using Way = LinkedinSignInPlan::Method;

constexpr const char* callback = "http://127.0.0.1:18920/callback";
constexpr const char* acls = "GET https://api.linkedin.com/rest/organizationAcls";

class LinkedinSignInTest : public testing::Test {
 protected:
  FakeClock clock;
  SeededRandom random;
  FakeSite site;
  std::vector<std::string> pages{"1234567", "7654321"};
  nlohmann::json token{{"access_token", "the-access"},
                       {"expires_in", 5'184'000},
                       {"scope", "w_organization_social,r_organization_social"}};

  void SetUp() override {
    site.on(acls, [this](const Request& request) -> Result<Response> {
      if (find_header(request.headers, "Authorization") !=
          std::optional<std::string_view>("Bearer the-access")) {
        return FakeSite::respond(401, R"({"status":401})");
      }
      nlohmann::json elements = nlohmann::json::array();
      if (request.url.find("role=ADMINISTRATOR") != std::string::npos) {
        for (const std::string& page : pages) {
          elements.push_back({{"organization", "urn:li:organization:" + page}});
        }
      }
      return SignInServer::json(200, {{"elements", elements}});
    });
    site.on("GET https://api.linkedin.com/rest/organizations/1234567", [](const Request&) {
      return SignInServer::json(200, {{"localizedName", "Example Council"}});
    });
    site.on("POST https://www.linkedin.com/oauth/v2/accessToken",
            [this](const Request& request) -> Result<Response> {
              auto form = SignInServer::form(request.body);
              if (form["code"] != "the-code" || form["client_secret"] != "the-secret" ||
                  form["redirect_uri"] != callback) {
                return SignInServer::json(400, {{"error", "invalid_request"}});
              }
              return SignInServer::json(200, token);
            });
  }

  LinkedinSignIn flow(Way method, const std::string& organization = {}, Credentials kept = {}) {
    LinkedinSignInPlan plan;
    plan.method = method;
    plan.redirect_uri = callback;
    plan.version = "202609";
    plan.organization = organization;
    plan.kept = std::move(kept);
    return {std::move(plan), clock, random};
  }
  /// Goes on, and types what is asked for, until something else is wanted.
  Result<SignInStep> go_on(LinkedinSignIn& flow, Result<SignInStep> step,
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
  Result<Credentials> paste(const std::vector<std::string>& typed,
                            const std::string& organization = {}) {
    LinkedinSignIn with = flow(Way::token, organization);
    return end(go_on(with, with.begin(), typed));
  }
  Result<Credentials> oauth(const std::string& code = "the-code") {
    LinkedinSignIn with = flow(Way::oauth, "1234567");
    const auto step = go_on(with, with.begin(), {"the-id", "the-secret"});
    if (!step) return Failure(step.error());
    address = std::get<Browse>(*step).url;
    auto asked = SignInServer::form(address.substr(address.find('?') + 1));
    return end(go_on(with, with.redirected(std::string(callback) + "?state=" + asked["state"] +
                                           "&code=" + code)));
  }

  std::vector<Prompt> prompts;
  std::string address;
};

TEST_F(LinkedinSignInTest, KeepsAPastedTokenForSixtyDaysAndThePageThatWasChosen) {
  const auto credentials = paste({" the-access\n", "1"});
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  EXPECT_EQ(credentials->kind, "bearer");
  EXPECT_EQ(credentials->server, "https://api.linkedin.com");
  EXPECT_EQ(credentials->upload_server, "https://www.linkedin.com");
  EXPECT_EQ(credentials->account_id, "1234567");
  EXPECT_EQ(credentials->handle, "Example Council (1234567)");
  EXPECT_EQ(credentials->ends_at, clock.now() + std::chrono::days{60});
  ASSERT_EQ(prompts.size(), 2U);
  EXPECT_TRUE(prompts[0].is_hidden) << "nobody looks over the shoulder";
  EXPECT_EQ(prompts[1].choices, (std::vector<std::string>{"Example Council (1234567)", "7654321"}));
}

TEST_F(LinkedinSignInTest, AsksAgainForAChoiceThatIsNone) {
  LinkedinSignIn with = flow(Way::token);
  ASSERT_TRUE(go_on(with, with.begin(), {"the-access"}));
  for (const char* bad : {"0", "3", "", "-1", "x"}) {
    const auto step = with.told(bad);
    ASSERT_FALSE(step.has_value()) << bad;
    EXPECT_EQ(step.error().kind, ErrorKind::invalid);
  }
  const auto credentials = end(with.told("2"));
  ASSERT_TRUE(credentials.has_value());
  EXPECT_EQ(credentials->account_id, "7654321");
}

TEST_F(LinkedinSignInTest, TakesTheOnlyPageWithoutAQuestion) {
  pages = {"1234567"};
  ASSERT_TRUE(paste({"the-access"}).has_value());
  EXPECT_EQ(prompts.size(), 1U);
}

TEST_F(LinkedinSignInTest, TakesThePageOfTheSettings) {
  const auto credentials = paste({"the-access"}, "urn:li:organization:7654321");
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  EXPECT_EQ(credentials->account_id, "7654321");
  const auto other = paste({"the-access"}, "99");
  ASSERT_FALSE(other.has_value()) << "the person is no admin of it";
  EXPECT_EQ(other.error().kind, ErrorKind::unauthorized);
}

TEST_F(LinkedinSignInTest, FindsThePagesOfAContentAdminUnderEitherName) {
  site.on(acls, [](const Request& request) -> Result<Response> {
    if (request.url.find("role=CONTENT_ADMINISTRATOR&") != std::string::npos) {
      return FakeSite::respond(400, R"({"status":400,"message":"no such role"})");
    }
    nlohmann::json elements = nlohmann::json::array();
    if (request.url.find("role=CONTENT_ADMIN&") != std::string::npos) {
      elements.push_back({{"organizationTarget", "urn:li:organization:7654321"}});
    }
    return SignInServer::json(200, {{"elements", elements}});
  });
  const auto credentials = paste({"the-access"});
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  EXPECT_EQ(credentials->account_id, "7654321");
}

TEST_F(LinkedinSignInTest, AsksForTheNumberWhereLinkedInDoesNotTell) {
  site.on(acls, [](const Request&) -> Result<Response> {
    return FakeSite::respond(403, R"({"status":403,"code":"ACCESS_DENIED"})");
  });
  const auto credentials = paste({"the-access", "1234567"});
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  EXPECT_EQ(credentials->account_id, "1234567");
  EXPECT_EQ(prompts.size(), 2U);
}

TEST_F(LinkedinSignInTest, RefusesATokenThatLinkedInDoesNotKnow) {
  const auto credentials = paste({"another-token"});
  ASSERT_FALSE(credentials.has_value());
  EXPECT_EQ(credentials.error().kind, ErrorKind::unauthorized);
  EXPECT_EQ(credentials.error().message.find("another-token"), std::string::npos);
  LinkedinSignIn with = flow(Way::token);
  ASSERT_TRUE(with.begin());
  EXPECT_EQ(with.told("two words").error().kind, ErrorKind::invalid) << "and asks again";
}

TEST_F(LinkedinSignInTest, SaysThatThePersonMayPostForNoPage) {
  pages.clear();
  const auto credentials = paste({"the-access"});
  ASSERT_FALSE(credentials.has_value());
  EXPECT_NE(credentials.error().message.find("admin"), std::string::npos);
}

TEST_F(LinkedinSignInTest, ProvesItsClientInTheFormAndSendsNoChallenge) {
  const auto credentials = oauth();
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  EXPECT_TRUE(address.starts_with("https://www.linkedin.com/oauth/v2/authorization?"));
  EXPECT_EQ(address.find("code_challenge"), std::string::npos);
  EXPECT_NE(address.find("scope=w_organization_social%20r_organization_social%20"),
            std::string::npos);
  EXPECT_FALSE(find_header(site.asked.front().headers, "Authorization"));
  EXPECT_EQ(credentials->client_id, "the-id");
  EXPECT_EQ(credentials->issuer, "https://www.linkedin.com");
  EXPECT_EQ(credentials->ends_at, clock.now() + std::chrono::days{60});
  EXPECT_TRUE(credentials->refresh_token.empty());
  EXPECT_FALSE(BearerAuthorizer().renew(*credentials, clock.now(), random).has_value());
}

TEST_F(LinkedinSignInTest, RenewsWithTheSecretInTheForm) {
  token["refresh_token"] = "the-refresh";
  token["refresh_token_expires_in"] = 31'536'000;
  const auto credentials = oauth();
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  EXPECT_EQ(credentials->ends_at, clock.now() + std::chrono::days{365});
  const auto renewal = BearerAuthorizer().renew(*credentials, clock.now(), random);
  ASSERT_TRUE(renewal.has_value());
  EXPECT_FALSE(find_header(renewal->headers, "Authorization"));
  auto form = SignInServer::form(renewal->body);
  EXPECT_EQ(form["client_secret"], "the-secret");
  EXPECT_EQ(form["refresh_token"], "the-refresh");
  EXPECT_EQ(renewal->url, "https://www.linkedin.com/oauth/v2/accessToken");
  const auto renewed = BearerAuthorizer().absorb(
      *credentials, *renewal,
      SignInServer::json(200, {{"access_token", "new"}, {"expires_in", 60}}), clock.now());
  ASSERT_TRUE(renewed.has_value()) << renewed.error().message;
  EXPECT_EQ(renewed->access_token.reveal(), "new");
  EXPECT_EQ(renewed->ends_at, credentials->ends_at)
      << "a year from the first sign-in, not from now";
  const auto revocation = revocation_request(*credentials, clock.now(), random);
  ASSERT_TRUE(revocation.has_value());
  EXPECT_EQ(SignInServer::form(revocation->body)["client_secret"], "the-secret");
}

TEST_F(LinkedinSignInTest, TakesNoTokenOfAnotherKind) {
  token["token_type"] = "mac";
  EXPECT_FALSE(oauth().has_value());
  token["token_type"] = "Bearer";
  EXPECT_TRUE(oauth().has_value());
}

TEST_F(LinkedinSignInTest, RefusesAWrongCodeAndATokenThatMayNotPost) {
  EXPECT_FALSE(oauth("another-code").has_value());
  token["scope"] = "r_organization_social";
  const auto credentials = oauth();
  ASSERT_FALSE(credentials.has_value());
  EXPECT_EQ(credentials.error().kind, ErrorKind::rejected);
}

TEST_F(LinkedinSignInTest, KnowsItsOwnRedirectByItsState) {
  LinkedinSignIn with = flow(Way::oauth);
  const auto step = go_on(with, with.begin(), {"the-id", "the-secret"});
  ASSERT_TRUE(step.has_value());
  const std::string& url = std::get<Browse>(*step).url;
  auto asked = SignInServer::form(url.substr(url.find('?') + 1));
  EXPECT_FALSE(with.is_expected("/callback?code=the-code&state=another"));
  EXPECT_TRUE(with.is_expected("/callback?code=the-code&state=" + asked["state"]));
  EXPECT_FALSE(with.redirected("/callback?code=the-code&state=another").has_value());
}

}  // namespace
}  // namespace crier
