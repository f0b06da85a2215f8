#include <gtest/gtest.h>

#include "core/url.h"
#include "network/json.h"
#include "oauth/authorizer.h"
#include "oauth/revoke.h"
#include "oauth/sign_in_oauth2.h"
#include "rehearsal/answers.h"
#include "rehearsal/doubles.h"
#include "support/fake_clock.h"
#include "support/png.h"

namespace crier::rehearsal {
namespace {

class MastodonStandIn : public testing::Test {
 protected:
  static constexpr const char* origin = "http://127.0.0.1:8701";
  FakeClock clock;
  SeededRandom random;
  std::unique_ptr<Double> server = make_double("mastodon", {clock, random, origin});
  Account account{{"town-hall"}, "mastodon", "https://social.example.gov.uk", "en", {}};
  Credentials credentials = server->sign_in(account);

  Response ask(Request request, bool is_signed = true) {
    if (is_signed) {
      const Result<Request> made =
          BearerAuthorizer().sign(std::move(request), credentials, clock.now(), random);
      EXPECT_TRUE(made.has_value());
      request = *made;
    }
    return server->answer(request);
  }
  static Request get(const std::string& path) {
    Request request;
    request.url = origin + path;
    return request;
  }
  static Request status(const Json& body, const std::string& key = {}) {
    Request request = get("/api/v1/statuses");
    request.method = Method::post;
    request.headers = {{"Content-Type", "application/json"}};
    if (!key.empty()) request.headers.push_back({"Idempotency-Key", key});
    request.body = write_json(body);
    return request;
  }
  static Request media(const std::string& bytes, const std::string& description) {
    Request request = get("/api/v2/media");
    request.method = Method::post;
    request.parts = {{"file", bytes, "picture.png", "image/png"},
                     {"description", description, {}, {}}};
    return request;
  }
  static std::string error_of(const Response& answer) {
    return text_of(parse_json(answer.body), "error");
  }
};

TEST_F(MastodonStandIn, TakesAStatusAndShowsIt) {
  const auto answer =
      ask(status({{"status", "New job: https://www.example.gov.uk/jobs/2"}, {"language", "en"}}));
  ASSERT_EQ(answer.status, 200);
  const Json posted = parse_json(answer.body);
  EXPECT_TRUE(text_of(posted, "url").starts_with(std::string(origin) + "/@town_hall/"));
  EXPECT_NE(text_of(posted, "content").find("<a href=\"https://www.example.gov.uk/jobs/2\""),
            std::string::npos);
  ASSERT_EQ(server->arrived().size(), 1U);
  const Arrived& post = server->arrived()[0];
  EXPECT_EQ(post.id, text_of(posted, "id"));
  EXPECT_EQ(post.length, 9U + 23U) << "every link counts 23";
  EXPECT_EQ(post.limit, 500U);
  EXPECT_EQ(post.language, "en");
  EXPECT_EQ(post.at, clock.now());
}

TEST_F(MastodonStandIn, TakesARepeatForTheSameForAnHour) {
  const Request request = status({{"status", "words"}}, "key-1");
  const auto first = ask(request);
  clock.advance(std::chrono::minutes{59});
  EXPECT_EQ(ask(request).body, first.body);
  EXPECT_EQ(server->arrived().size(), 1U);
  clock.advance(std::chrono::minutes{2});
  EXPECT_NE(ask(request).body, first.body);
  EXPECT_EQ(server->arrived().size(), 2U);
}

TEST_F(MastodonStandIn, RefusesWhatMastodonRefuses) {
  EXPECT_EQ(ask(status({{"status", " "}})).status, 422);
  EXPECT_EQ(ask(status({{"status", std::string(500, 'x')}})).status, 200);
  const auto too_long = ask(status({{"status", std::string(501, 'x')}}));
  EXPECT_EQ(too_long.status, 422);
  EXPECT_EQ(error_of(too_long), "Validation failed: Text character limit of 500 exceeded");
  EXPECT_EQ(
      ask(status({{"status", std::string(490, 'x')}, {"spoiler_text", "12345678901"}})).status,
      422);
  EXPECT_EQ(ask(status({{"status", "a"}, {"visibility", "loud"}})).status, 422);
  EXPECT_EQ(ask(status({{"status", "a"}, {"media_ids", Json::array({"7"})}})).status, 422);
  EXPECT_EQ(ask(get("/api/v1/nothing")).status, 404);
  EXPECT_EQ(server->arrived().size(), 1U);
}

TEST_F(MastodonStandIn, AnswersWhateverItIsSent) {
  for (const char* body :
       {"", "{", "[]", "null", "{\"status\":{}}", "{\"status\":[1],\"media_ids\":7}",
        "{\"media_ids\":[{},null,1]}", "\xFF\xFE"}) {
    Request request = status({});
    request.body = body;
    EXPECT_GE(ask(request).status, 400) << body;
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    EXPECT_GE(ask(request).status, 400) << body;
  }
  Request odd = get("");
  EXPECT_EQ(server->answer(odd).status, 404);
  odd.url = "";
  EXPECT_EQ(server->answer(odd).status, 404);
  EXPECT_TRUE(server->arrived().empty());
}

TEST_F(MastodonStandIn, KeepsPicturesWithTheirDescriptions) {
  const std::string png = make_png(2, 2, noise);
  const auto uploaded = ask(media(png, "A duck"));
  ASSERT_EQ(uploaded.status, 200);
  const std::string id = text_of(parse_json(uploaded.body), "id");
  EXPECT_EQ(ask(get("/api/v1/media/" + id)).status, 200);
  ASSERT_EQ(ask(status({{"status", "words"}, {"media_ids", Json::array({id})}})).status, 200);
  ASSERT_EQ(server->arrived().at(0).pictures.size(), 1U);
  EXPECT_EQ(server->arrived()[0].pictures[0].bytes, png);
  EXPECT_EQ(server->arrived()[0].pictures[0].alt, "A duck");
  EXPECT_EQ(server->arrived()[0].pictures[0].type, "image/png");
  const auto again = ask(status({{"status", "more"}, {"media_ids", Json::array({id})}}));
  EXPECT_EQ(again.status, 422) << "a picture belongs to one post";
}

TEST_F(MastodonStandIn, RefusesAPictureThatIsNone) {
  EXPECT_EQ(ask(media("<svg/>", "A duck")).status, 422);
  EXPECT_EQ(ask(media("", "A duck")).status, 422);
  EXPECT_EQ(ask(media(make_png(1, 1, noise), std::string(1501, 'x'))).status, 422);
}

TEST_F(MastodonStandIn, KnowsNobodyWithoutAToken) {
  const Request request = status({{"status", "words"}});
  EXPECT_EQ(ask(request, false).status, 401);
  Request forged = request;
  forged.headers.push_back({"Authorization", "Bearer forged"});
  EXPECT_EQ(ask(forged, false).status, 401);
  server->expire_tokens();
  EXPECT_EQ(ask(request).status, 401);
  EXPECT_TRUE(server->arrived().empty());
  credentials = server->sign_in(account);
  EXPECT_EQ(ask(request).status, 200);
}

TEST_F(MastodonStandIn, ListsTheNewestFirstAndGoesOn) {
  for (int i = 0; i < 25; ++i) {
    ASSERT_EQ(ask(status({{"status", "post " + std::to_string(i)}})).status, 200);
  }
  const std::string path = "/api/v1/accounts/" + credentials.account_id + "/statuses?limit=20";
  const auto first = ask(get(path));
  const Json page = parse_json(first.body);
  ASSERT_EQ(page.size(), 20U);
  EXPECT_EQ(text_of(page[0], "content"), "<p>post 24</p>");
  EXPECT_TRUE(find_header(first.headers, "Link").has_value());
  const auto rest = ask(get(path + "&max_id=" + text_of(page[19], "id")));
  EXPECT_EQ(parse_json(rest.body).size(), 5U);
  EXPECT_FALSE(find_header(rest.headers, "Link").has_value());
}

TEST_F(MastodonStandIn, SaysWhatStandsAboveAPost) {
  (void)ask(status({{"status", "a"}, {"spoiler_text", "Automatic"}, {"visibility", "private"}}));
  EXPECT_EQ(server->arrived().at(0).note,
            "Hidden until the reader opens it: Automatic. For followers only");
}

/// Goes through the sign-in as `crier auth login` does, with a browser that allows everything.
class MastodonConsent : public MastodonStandIn {
 protected:
  std::string consent(const std::string& url) {
    Request page;
    page.url = url;
    const auto shown = server->answer(page);
    EXPECT_EQ(shown.status, 200) << shown.body;
    EXPECT_NE(shown.body.find("<button>"), std::string::npos);
    page.method = Method::post;
    page.body = query_of(page);  // what the form would send
    page.url = std::string(origin) + "/oauth/authorize";
    page.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    const auto answer = server->answer(page);
    EXPECT_EQ(answer.status, 302) << answer.body;
    return std::string(find_header(answer.headers, "Location").value_or(""));
  }
};

TEST_F(MastodonConsent, LetsCrierSignInAndOutAgain) {
  SignInPlan plan;
  plan.server = origin;
  plan.redirect_uri = "http://127.0.0.1:9999/callback";
  OAuth2SignIn sign_in(plan, random);
  auto step = sign_in.begin();
  for (int i = 0; i < 10 && step && !std::holds_alternative<SignedIn>(*step); ++i) {
    if (const auto* asked = std::get_if<Ask>(&*step)) {
      step = sign_in.answered(server->answer(asked->request), clock.now());
    } else {
      step = sign_in.redirected(consent(std::get<Browse>(*step).url));
    }
  }
  ASSERT_TRUE(step.has_value()) << step.error().message;
  ASSERT_TRUE(std::holds_alternative<SignedIn>(*step));
  credentials = std::get<SignedIn>(*step).credentials;
  EXPECT_EQ(credentials.handle, "@town_hall@127.0.0.1:8701");
  EXPECT_EQ(ask(status({{"status", "words"}})).status, 200);
  const auto revocation = revocation_request(credentials, clock.now(), random);
  ASSERT_TRUE(revocation.has_value());
  EXPECT_EQ(server->answer(*revocation).status, 200);
  EXPECT_EQ(ask(status({{"status", "more"}})).status, 401);
}

TEST_F(MastodonConsent, GivesATokenForTheRightVerifierAlone) {
  Request registration = get("/api/v1/apps");
  registration.method = Method::post;
  registration.body = form_encode(FormFields{
      {"client_name", "crier"}, {"redirect_uris", "http://127.0.0.1/cb"}, {"scopes", "write"}});
  const Json app = parse_json(server->answer(registration).body);
  const std::string id = text_of(app, "client_id");
  const Pkce pkce = make_pkce(random);
  const std::string url =
      authorization_url({std::string(origin) + "/oauth/authorize", id, "http://127.0.0.1/cb",
                         "write", "state", pkce.challenge});
  const auto exchange = [&](const std::string& verifier) {
    const auto code = read_redirect(consent(url));
    EXPECT_TRUE(code.has_value());
    EXPECT_EQ(code->state, "state");
    return server
        ->answer(client_request(std::string(origin) + "/oauth/token",
                                {id, Secret(text_of(app, "client_secret")), ClientAuth::post},
                                {{"grant_type", "authorization_code"},
                                 {"code", code->code.reveal()},
                                 {"redirect_uri", "http://127.0.0.1/cb"},
                                 {"code_verifier", verifier}}))
        .status;
  };
  EXPECT_EQ(exchange("wrong"), 400);
  EXPECT_EQ(exchange(pkce.verifier.reveal()), 200);
  Request elsewhere;
  elsewhere.url = authorization_url({std::string(origin) + "/oauth/authorize", id,
                                     "http://127.0.0.1/evil", "write", "state", pkce.challenge});
  EXPECT_EQ(server->answer(elsewhere).status, 400);
}

}  // namespace
}  // namespace crier::rehearsal
