#include "oauth/sign_in_facebook.h"

#include <gtest/gtest.h>

#include "oauth/crypto.h"
#include "oauth/sign_in_server.h"
#include "support/fake_clock.h"
#include "support/fake_site.h"

namespace crier {
namespace {

using Way = FacebookSignInPlan::Method;
using nlohmann::json;

constexpr const char* done = "https://www.facebook.com/connect/login_success.html";
const std::string api = "https://graph.facebook.com/v26.0";

json refused(int code, int subcode = 0) {
  return {{"error", {{"message", "the words"}, {"code", code}, {"error_subcode", subcode}}}};
}
json page(const char* id, const char* name, const char* token,
          std::vector<std::string> tasks = {"CREATE_CONTENT"}) {
  return {{"id", id}, {"name", name}, {"access_token", token}, {"tasks", tasks}};
}

class FacebookSignInTest : public testing::Test {
 protected:
  FakeClock clock;
  SeededRandom random;
  FakeSite site;
  json pages = json::array({page("1001", "Example Council", "page-one")});
  json businesses = json::array();
  json told_of_token = {{"is_valid", true},
                        {"type", "PAGE"},
                        {"expires_at", 0},
                        {"data_access_expires_at", 1'780'000'000},
                        {"scopes", {"pages_show_list", "pages_manage_posts"}}};
  bool code_is_used = false;

  using Form = std::map<std::string, std::string>;
  static Form query(const Request& request) {
    return SignInServer::form(request.url.substr(request.url.find('?') + 1));
  }
  void answer(const std::string& path, std::function<Response(Form)> with) {
    site.on("GET " + api + path, [with](const Request& request) { return with(query(request)); });
  }
  void SetUp() override {
    answer("/oauth/access_token", [this](Form form) {
      if (form["client_id"] != "123" || form["client_secret"] != "app-secret") {
        return SignInServer::json(400, refused(1));
      }
      if (form["grant_type"] == "fb_exchange_token") {
        const bool is_good = form["fb_exchange_token"] == "short";
        return is_good ? SignInServer::json(200, {{"access_token", "long"},
                                                  {"token_type", "bearer"},
                                                  {"expires_in", 5'183'944}})
                       : SignInServer::json(400, refused(190, 463));
      }
      if (form["redirect_uri"] != done) return SignInServer::json(400, refused(100, 36008));
      if (form["code"] != "the-code") return SignInServer::json(400, refused(100));
      if (std::exchange(code_is_used, true)) return SignInServer::json(400, refused(100, 36009));
      return SignInServer::json(200, {{"access_token", "short"}, {"expires_in", 5000}});
    });
    answer("/me/accounts", [this](Form form) {
      if (!is_signed(form, "long")) return SignInServer::json(400, refused(190));
      return SignInServer::json(200, {{"data", pages}});
    });
    answer("/me/businesses", [this](Form) {
      return SignInServer::json(200, {{"data", businesses}});
    });
    answer("/me", [](Form form) {
      const std::string token = form["access_token"];
      const bool is_page = token.starts_with("page-");
      if (!is_page) return SignInServer::json(400, refused(100));
      return SignInServer::json(200,
                                {{"id", token == "page-two" ? "1002" : "1001"},
                                 {"name", token == "page-two" ? "Libraries" : "Example Council"},
                                 {"username", "examplecouncil"},
                                 {"category", "Council"}});
    });
    answer("/debug_token", [this](Form form) {
      if (form["access_token"] != "123|app-secret") return SignInServer::json(400, refused(100));
      return SignInServer::json(200, {{"data", told_of_token}});
    });
  }
  static bool is_signed(Form& form, const std::string& token) {
    return form["access_token"] == token &&
           form["appsecret_proof"] == hex(hmac_sha256(Secret("app-secret"), token));
  }

  FacebookSignIn flow(Way method, const std::string& wanted = "", Credentials kept = {}) {
    FacebookSignInPlan plan;
    plan.method = method;
    plan.page = wanted;
    plan.redirect_uri = done;
    plan.kept = std::move(kept);
    return {std::move(plan), clock, random};
  }
  Result<SignInStep> go_on(FacebookSignIn& flow, Result<SignInStep> step,
                           const std::vector<std::string>& typed = {}) {
    std::size_t next = 0;
    while (step) {
      if (auto* const ask = std::get_if<Ask>(&*step)) {
        const auto heard = site.answer(ask->request);
        step = heard ? flow.answered(*heard, clock.now()) : flow.unanswered(heard.error());
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
  Result<Credentials> oauth(const std::string& wanted = "", std::vector<std::string> chosen = {},
                            const std::function<void(std::string&)>& change = {}) {
    FacebookSignIn with = flow(Way::oauth, wanted);
    const auto step = go_on(with, with.begin(), {"123", "app-secret"});
    if (!step) return Failure(step.error());
    address = std::get<Browse>(*step).url;
    auto asked = SignInServer::form(address.substr(address.find('?') + 1));
    std::string redirect = std::string(done) + "?code=the-code&state=" + asked["state"] + "#_=_";
    if (change) change(redirect);
    return end(go_on(with, with.redirected(redirect), chosen));
  }
  Result<Credentials> token(const std::vector<std::string>& typed, const std::string& wanted = "") {
    FacebookSignIn with = flow(Way::token, wanted);
    return end(go_on(with, with.begin(), typed));
  }
  static bool says(const Result<Credentials>& result, std::string_view words) {
    return !result && result.error().message.find(words) != std::string::npos;
  }

  std::vector<Prompt> prompts;
  std::string address;
};

TEST_F(FacebookSignInTest, EndsWithThePagesTokenAndTheAppThatItIsFrom) {
  const auto credentials = oauth();
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  EXPECT_EQ(credentials->kind, "graph");
  EXPECT_EQ(credentials->server, "https://graph.facebook.com");
  EXPECT_EQ(credentials->client_id, "123");
  EXPECT_EQ(credentials->client_secret.reveal(), "app-secret");
  EXPECT_EQ(credentials->access_token.reveal(), "page-one");
  EXPECT_EQ(credentials->account_id, "1001");
  EXPECT_EQ(credentials->handle, "Example Council");
  EXPECT_EQ(credentials->scope, "pages_show_list pages_manage_posts");
  EXPECT_EQ(credentials->obtained_at, clock.now());
  EXPECT_EQ(credentials->signed_in_at, clock.now());
  EXPECT_FALSE(credentials->expires_at.has_value()) << "0 is never";
  EXPECT_EQ(credentials->ends_at, SysTime{std::chrono::seconds{1'780'000'000}});
  EXPECT_TRUE(credentials->token_endpoint.empty()) << "a Page's token is not renewed";
}

TEST_F(FacebookSignInTest, AsksOnFacebooksOwnPageForWhatPostingNeeds) {
  ASSERT_TRUE(oauth().has_value());
  EXPECT_TRUE(address.starts_with("https://www.facebook.com/v26.0/dialog/oauth?")) << address;
  auto asked = SignInServer::form(address.substr(address.find('?') + 1));
  EXPECT_EQ(asked["client_id"], "123");
  EXPECT_EQ(asked["redirect_uri"], done);
  EXPECT_EQ(asked["response_type"], "code");
  EXPECT_EQ(asked["scope"],
            "pages_show_list,pages_manage_posts,pages_read_engagement,business_management");
  EXPECT_GE(asked["state"].size(), 43U);
  EXPECT_EQ(address.find("secret"), std::string::npos);
  EXPECT_FALSE(prompts[0].is_hidden);
  EXPECT_TRUE(prompts[1].is_hidden);
}

TEST_F(FacebookSignInTest, GoesToTheSameServerWhereOneStandsIn) {
  FacebookSignInPlan plan;
  plan.server = "http://127.0.0.1:8701";
  plan.redirect_uri = "http://127.0.0.1:8701/connect/login_success.html";
  FacebookSignIn with(std::move(plan), clock, random);
  ASSERT_TRUE(with.begin().has_value());
  ASSERT_TRUE(with.told("123").has_value());
  const auto step = with.told("app-secret");
  ASSERT_TRUE(step.has_value());
  EXPECT_TRUE(std::get<Browse>(*step).url.starts_with("http://127.0.0.1:8701/v26.0/dialog/oauth?"));
}

TEST_F(FacebookSignInTest, RefusesTheAnswerToAnotherSignIn) {
  const auto other = oauth("", {}, [](std::string& redirect) {
    redirect = std::string(done) + "?code=the-code&state=another";
  });
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error().kind, ErrorKind::rejected);
  EXPECT_TRUE(site.asked.empty()) << "its code goes nowhere";
}

TEST_F(FacebookSignInTest, SaysThatThePersonDeclined) {
  const auto declined = oauth("", {}, [](std::string& redirect) {
    redirect.replace(redirect.find("code=the-code"), 13,
                     "error=access_denied&error_reason=user_denied");
  });
  ASSERT_FALSE(declined.has_value());
  EXPECT_EQ(declined.error().kind, ErrorKind::unauthorized);
  EXPECT_TRUE(says(declined, "declined"));
}

TEST_F(FacebookSignInTest, LetsThePersonPasteAgainWhatIsNoAddress) {
  FacebookSignIn with = flow(Way::oauth);
  ASSERT_TRUE(go_on(with, with.begin(), {"123", "app-secret"}).has_value());
  const auto mistake = with.redirected("Success");
  ASSERT_FALSE(mistake.has_value());
  EXPECT_EQ(mistake.error().kind, ErrorKind::invalid);
  EXPECT_FALSE(with.is_expected("/?code=x&state=y"));
}

TEST_F(FacebookSignInTest, SaysThatACodeIsGoodOnce) {
  ASSERT_TRUE(oauth().has_value());
  const auto again = oauth();
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().kind, ErrorKind::unauthorized);
  EXPECT_TRUE(says(again, "used before")) << again.error().message;
}

TEST_F(FacebookSignInTest, SaysWhatToCheckWhenTheAppIsNotTaken) {
  answer("/oauth/access_token", [](Form) { return SignInServer::json(400, refused(1)); });
  EXPECT_TRUE(says(oauth(), "Check the App ID"));
  answer("/oauth/access_token", [](Form) { return SignInServer::json(400, refused(100, 36008)); });
  EXPECT_TRUE(says(oauth(), "redirect address"));
  answer("/oauth/access_token", [](Form) { return SignInServer::page(503); });
  EXPECT_EQ(oauth().error().kind, ErrorKind::unavailable);
  answer("/oauth/access_token", [](Form) { return SignInServer::json(400, refused(4)); });
  EXPECT_EQ(oauth().error().kind, ErrorKind::throttled);
}

TEST_F(FacebookSignInTest, LetsThePersonChooseThePage) {
  pages.push_back(page("1002", "Libraries", "page-two"));
  const auto credentials = oauth("", {"3", "0", "Libraries", "2"});
  EXPECT_FALSE(credentials.has_value()) << "3 is none of them, and ends this list of answers";
  EXPECT_EQ(credentials.error().kind, ErrorKind::invalid);
  ASSERT_EQ(prompts.size(), 3U);
  EXPECT_EQ(prompts[2].choices,
            (std::vector<std::string>{"Example Council (1001)", "Libraries (1002)"}));
  code_is_used = false;
  const auto second = oauth("", {"2"});
  ASSERT_TRUE(second.has_value()) << second.error().message;
  EXPECT_EQ(second->account_id, "1002");
  EXPECT_EQ(second->access_token.reveal(), "page-two");
}

TEST_F(FacebookSignInTest, TakesThePageThatTheFileNames) {
  pages.push_back(page("1002", "Libraries", "page-two"));
  pages[1]["username"] = "examplelibraries";
  for (const char* name : {"1002", "libraries", "ExampleLibraries"}) {
    code_is_used = false;
    const auto credentials = oauth(name);
    ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
    EXPECT_EQ(credentials->account_id, "1002");
  }
  code_is_used = false;
  const auto none = oauth("Museum");
  ASSERT_FALSE(none.has_value());
  EXPECT_TRUE(says(none, "Example Council (1001), Libraries (1002)")) << none.error().message;
}

TEST_F(FacebookSignInTest, FindsAPageThatABusinessOwns) {
  pages = json::array();
  businesses = json::array({{{"id", "77"}, {"name", "Portfolio"}}, {{"id", "../x"}}});
  answer("/77/owned_pages", [](Form form) {
    // A person's tasks are no field of a Page.
    if (form["fields"].find("tasks") != std::string::npos) {
      return SignInServer::json(400, refused(100));
    }
    return SignInServer::json(
        200,
        {{"data", {{{"id", "1001"}, {"name", "Example Council"}, {"access_token", "page-one"}}}}});
  });
  answer("/77/client_pages", [](Form) { return SignInServer::json(400, refused(200)); });
  const auto credentials = oauth();
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  EXPECT_EQ(credentials->account_id, "1001");
}

TEST_F(FacebookSignInTest, NeedsNoBusinessAndReadsAllPagesOfAList) {
  answer("/me/businesses", [](Form) { return SignInServer::page(500); });
  answer("/me/accounts", [](Form form) {
    if (form["after"] == "MQ==") {
      return SignInServer::json(200, {{"data", {page("1002", "Libraries", "page-two")}}});
    }
    return SignInServer::json(
        200, {{"data", {page("1001", "Example Council", "page-one")}},
              {"paging", {{"next", "https://evil.test/"}, {"cursors", {{"after", "MQ=="}}}}}});
  });
  const auto credentials = oauth("", {"2"});
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  EXPECT_EQ(credentials->account_id, "1002");
  for (const Request& request : site.asked) EXPECT_TRUE(request.url.starts_with(api));
}

TEST_F(FacebookSignInTest, AsksAnEndlessListNotForEver) {
  answer("/me/accounts", [](Form) {
    return SignInServer::json(200,
                              {{"data", {page("1001", "Example Council", "page-one")}},
                               {"paging", {{"next", "x"}, {"cursors", {{"after", "again"}}}}}});
  });
  EXPECT_TRUE(oauth().has_value());
  EXPECT_LT(site.asked.size(), 100U);
}

TEST_F(FacebookSignInTest, SaysThatThereIsNoPage) {
  pages = json::array();
  const auto none = oauth();
  ASSERT_FALSE(none.has_value());
  EXPECT_EQ(none.error().kind, ErrorKind::unauthorized);
  EXPECT_TRUE(says(none, "no Page"));
}

TEST_F(FacebookSignInTest, SaysWhoMayNotPostThere) {
  pages = json::array({page("1001", "Example Council", "page-one", {"ANALYZE", "MODERATE"})});
  EXPECT_TRUE(says(oauth(), "does not let this person post"));
  code_is_used = false;
  pages = json::array({page("1001", "Example Council", "page-one", {"MANAGE"})});
  EXPECT_TRUE(oauth().has_value());
  code_is_used = false;
  pages = json::array({page("1001", "Example Council", "")});
  EXPECT_TRUE(says(oauth(), "does not let this person post")) << "a Page without a token";
}

TEST_F(FacebookSignInTest, SaysThatARightWasNotGranted) {
  told_of_token["scopes"] = {"pages_show_list"};
  EXPECT_TRUE(says(oauth(), "pages_manage_posts is missing"));
}

TEST_F(FacebookSignInTest, NeedsNotBeToldHowLongItLasts) {
  answer("/debug_token", [](Form) { return SignInServer::page(500); });
  const auto credentials = oauth();
  ASSERT_TRUE(credentials.has_value());
  EXPECT_FALSE(credentials->ends_at.has_value());
  EXPECT_NE(credentials->scope.find("pages_manage_posts"), std::string::npos);
}

TEST_F(FacebookSignInTest, TakesAPagesTokenWithItsApp) {
  told_of_token["expires_at"] = 1'770'000'000;
  const auto credentials = token({"page-one", "123", "app-secret"});
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  EXPECT_EQ(credentials->kind, "graph");
  EXPECT_EQ(credentials->account_id, "1001");
  EXPECT_EQ(credentials->client_id, "123");
  EXPECT_EQ(credentials->ends_at, SysTime{std::chrono::seconds{1'770'000'000}});
  EXPECT_EQ(credentials->expires_at, credentials->ends_at);
  EXPECT_TRUE(prompts[0].is_hidden);
  EXPECT_TRUE(prompts[2].is_hidden);
}

TEST_F(FacebookSignInTest, TakesAPagesTokenWithoutItsApp) {
  const auto credentials = token({"page-one", ""});
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  EXPECT_EQ(prompts.size(), 2U) << "no secret without an app";
  EXPECT_TRUE(credentials->client_id.empty());
  EXPECT_FALSE(credentials->ends_at.has_value());
  const auto no_secret = token({"page-one", "123", ""});
  ASSERT_TRUE(no_secret.has_value());
  EXPECT_TRUE(no_secret->client_id.empty()) << "half an app is none";
}

TEST_F(FacebookSignInTest, TellsAPersonsTokenFromAPages) {
  EXPECT_TRUE(says(token({"long", ""}), "a person's token"));
  told_of_token["type"] = "USER";
  EXPECT_TRUE(says(token({"page-one", "123", "app-secret"}), "a person's token"));
  told_of_token["is_valid"] = false;
  EXPECT_TRUE(says(token({"page-one", "123", "app-secret"}), "not valid"));
}

TEST_F(FacebookSignInTest, RefusesATokenOfAnotherPageThanTheFileNames) {
  EXPECT_TRUE(says(token({"page-two", ""}, "1001"), "this token is for the Page"));
  EXPECT_TRUE(token({"page-one", ""}, "example council").has_value());
  EXPECT_TRUE(token({"page-one", ""}, "examplecouncil").has_value());
}

TEST_F(FacebookSignInTest, AsksAgainForWhatFacebookDoesNotShow) {
  FacebookSignIn with = flow(Way::oauth);
  ASSERT_TRUE(with.begin().has_value());
  for (const std::string& typed :
       {std::string(), std::string("my app"), std::string("app12"), std::string(5000, '1')}) {
    const auto step = with.told(typed);
    ASSERT_FALSE(step.has_value()) << typed;
    EXPECT_EQ(step.error().kind, ErrorKind::invalid);
  }
  EXPECT_TRUE(with.told("123").has_value());
}

TEST_F(FacebookSignInTest, AsksForTheAppOnce) {
  const auto first = oauth();
  ASSERT_TRUE(first.has_value());
  FacebookSignIn again = flow(Way::oauth, "", *first);
  EXPECT_TRUE(std::holds_alternative<Browse>(*again.begin()));
  Credentials elsewhere = *first;
  elsewhere.server = "https://graph.evil.test";
  FacebookSignIn other = flow(Way::oauth, "", elsewhere);
  EXPECT_TRUE(std::holds_alternative<Prompt>(*other.begin()));
  FacebookSignIn pasted = flow(Way::token, "", *first);
  EXPECT_TRUE(std::holds_alternative<Prompt>(*pasted.begin())) << "it may be another app's token";
}

TEST_F(FacebookSignInTest, SignsInOverHttpsOnly) {
  FacebookSignInPlan plan;
  plan.server = "http://graph.facebook.com";
  FacebookSignIn plain(std::move(plan), clock, random);
  EXPECT_EQ(plain.begin().error().kind, ErrorKind::invalid);
}

TEST_F(FacebookSignInTest, RefusesPagesForEyesAndOtherAnswersThatAreNone) {
  const char* const paths[] = {"/oauth/access_token", "/me/accounts", "/me"};
  for (const char* path : paths) {
    for (const char* body :
         {"", "[]", "{}", "<!DOCTYPE html><html></html>", R"({"data":7})",
          R"({"access_token":7,"id":8})", R"({"access_token":"a b","id":"../x"})"}) {
      SetUp();
      code_is_used = false;
      answer(path, [body](Form) { return SignInServer::page(200, body); });
      const auto failed = oauth();
      ASSERT_FALSE(failed.has_value()) << path << " " << body;
      EXPECT_EQ(failed.error().kind, ErrorKind::rejected) << failed.error().message;
    }
  }
}

TEST_F(FacebookSignInTest, ShowsNoSecretInAnyFailure) {
  const std::string echo = "app-secret the-code short long page-one 123|app-secret";
  for (const char* path :
       {"/oauth/access_token", "/me/accounts", "/me/businesses", "/me", "/debug_token"}) {
    for (const int status : {200, 302, 400, 401, 403, 500}) {
      SetUp();
      code_is_used = false;
      answer(path, [&](Form) {
        return SignInServer::json(
            status, {{"error", {{"message", echo}, {"code", 100}, {"error_user_msg", echo}}}});
      });
      for (const auto& failed : {oauth(), token({"page-one", "123", "app-secret"})}) {
        if (failed) continue;
        for (const char* secret : {"app-secret", "the-code", "page-one", "short ", "long "}) {
          EXPECT_EQ(failed.error().message.find(secret), std::string::npos)
              << failed.error().message;
        }
      }
    }
  }
}

}  // namespace
}  // namespace crier
