#include "network/facebook/facebook.h"

#include <gtest/gtest.h>

#include "core/url.h"
#include "network/json.h"
#include "oauth/authorizer.h"
#include "oauth/sign_in_facebook.h"
#include "rehearsal/answers.h"
#include "rehearsal/doubles.h"
#include "support/fake_clock.h"

namespace crier::rehearsal {
namespace {

constexpr const char* origin = "http://127.0.0.1:8701";
constexpr const char* jpeg = "\xFF\xD8\xFF\xE0 a picture";

class FacebookDoubleTest : public testing::Test {
 protected:
  FakeClock clock;
  SeededRandom random;
  std::unique_ptr<Double> page = make_facebook({clock, random, origin});
  Account account{{"page"}, "facebook", origin, "en", {}};
  Credentials credentials = page->sign_in(account);
  FacebookNetwork network;
  AccountFacts facts{{{"account_id", credentials.account_id}}, {}};

  Response ask(Request request) {
    if (request.sign) {
      auto ready = KindAuthorizer().sign(std::move(request), credentials, clock.now(), random);
      EXPECT_TRUE(ready.has_value());
      request = *ready;
    }
    return page->answer(request);
  }
  Response get(const std::string& path, bool sign = true) {
    Request request;
    request.url = std::string(origin) + path;
    request.sign = sign;
    return ask(std::move(request));
  }
  Response post(const std::string& path, const std::string& form) {
    Request request;
    request.method = Method::post;
    request.url = std::string(origin) + path;
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    request.body = form;
    request.sign = true;
    return ask(std::move(request));
  }
  static int code_in(const Response& answer) {
    const Json json = parse_json(answer.body);
    const Json* code = member(member(&json, "error"), "code");
    return code != nullptr && code->is_number_integer() ? code->get<int>() : 0;
  }
  static Delivery delivery(const std::string& title) {
    Delivery one;
    one.post.link = "https://www.example.gov.uk/" + percent_encode(title);
    one.post.text = title + " " + one.post.link;
    return one;
  }
  Outcome deliver(Delivery one) {
    std::optional<Response> last;
    for (int turns = 0; turns < 20; ++turns) {
      Turn turn = network.next(one, {account, facts, clock.now()}, last ? &*last : nullptr);
      one.notes = turn.notes;
      if (auto* finish = std::get_if<Finish>(&turn.step)) return finish->outcome;
      if (std::holds_alternative<GetImage>(turn.step)) {
        last = respond(200, jpeg, {{"Content-Type", "image/jpeg"}});
      } else if (auto* prepare = std::get_if<Prepare>(&turn.step)) {
        last = ask(prepare->request);
      } else if (auto* publish = std::get_if<Publish>(&turn.step)) {
        EXPECT_TRUE(page->publishes(publish->request));
        one.publishing_at = clock.now();
        last = ask(publish->request);
      }
    }
    return Uncertain{};
  }
};

TEST_F(FacebookDoubleTest, ShowsWhatTheAdapterPosts) {
  const Outcome outcome = deliver(delivery("Pool"));
  ASSERT_TRUE(std::holds_alternative<Receipt>(outcome));
  ASSERT_EQ(page->arrived().size(), 1U);
  const Arrived& post = page->arrived().front();
  EXPECT_EQ(post.id, std::get<Receipt>(outcome).remote_id);
  EXPECT_EQ(post.url, std::get<Receipt>(outcome).url);
  EXPECT_EQ(post.text, "Pool https://www.example.gov.uk/Pool");
  EXPECT_EQ(post.card.url, "https://www.example.gov.uk/Pool");
  EXPECT_EQ(post.limit, 63'206U);
  EXPECT_TRUE(post.pictures.empty());
}

TEST_F(FacebookDoubleTest, ShowsPicturesWithTheirDescriptions) {
  Delivery one = delivery("Pool");
  one.post.images = {{"https://www.example.gov.uk/a.jpg", "The pool"},
                     {"https://www.example.gov.uk/b.jpg", ""}};
  ASSERT_TRUE(std::holds_alternative<Receipt>(deliver(one)));
  const Arrived& post = page->arrived().front();
  ASSERT_EQ(post.pictures.size(), 2U);
  EXPECT_EQ(post.pictures[0].alt, "The pool");
  EXPECT_EQ(post.pictures[0].bytes, jpeg);
  EXPECT_EQ(post.pictures[0].type, "image/jpeg");
  EXPECT_TRUE(post.card.url.empty());
}

TEST_F(FacebookDoubleTest, ListsThePostsThatTheAdapterLooksFor) {
  for (const char* title : {"Pool", "Library", "Park"}) {
    ASSERT_TRUE(std::holds_alternative<Receipt>(deliver(delivery(title))));
    clock.advance(std::chrono::seconds{5});
  }
  const Context context{account, facts, clock.now()};
  Delivery lost = delivery("Library");
  lost.publishing_at = clock.now();
  const auto found = network.recognise(lost, context, ask(*network.look_for(lost, context)));
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->remote_id, page->arrived()[1].id);
  Delivery never = delivery("Museum");
  const auto none = network.recognise(never, context, ask(*network.look_for(never, context)));
  ASSERT_TRUE(none);
  EXPECT_FALSE(*none);
}

TEST_F(FacebookDoubleTest, ListsManyPostsPageByPage) {
  for (int i = 0; i < 205; ++i) {
    ASSERT_EQ(post("/v26.0/me/feed", "message=" + std::to_string(i)).status, 200);
  }
  std::string cursor;
  std::vector<std::string> texts;
  do {
    const auto past =
        network.read_back({account, facts, clock.now()},
                          ask(*network.look_back({account, facts, clock.now()}, cursor)));
    ASSERT_TRUE(past.has_value());
    for (const PastPost& one : past->posts) texts.push_back(one.text);
    cursor = past->next;
  } while (!cursor.empty());
  ASSERT_EQ(texts.size(), 205U);
  EXPECT_EQ(texts.front(), "204");
  EXPECT_EQ(texts.back(), "0");
}

TEST_F(FacebookDoubleTest, RefusesTheSameWordsTwiceInARow) {
  const Delivery one = delivery("Pool");
  ASSERT_TRUE(std::holds_alternative<Receipt>(deliver(one)));
  EXPECT_TRUE(std::holds_alternative<Uncertain>(deliver(one)));
  ASSERT_TRUE(std::holds_alternative<Receipt>(deliver(delivery("Library"))));
  EXPECT_TRUE(std::holds_alternative<Receipt>(deliver(one))) << "in a row, and no longer";
  EXPECT_EQ(page->arrived().size(), 3U);
}

TEST_F(FacebookDoubleTest, RefusesWhatFacebookRefuses) {
  EXPECT_EQ(code_in(post("/me/feed", "message=")), 100);
  EXPECT_EQ(code_in(post("/me/feed", "message=a&colour=red")), 100);
  EXPECT_EQ(code_in(post("/me/feed", "message=a&link=pool")), 100);
  EXPECT_EQ(code_in(post("/me/feed", "message=a&link=https%3A%2F%2Fwww.facebook.com%2Fx")),
            1609008);
  EXPECT_EQ(
      code_in(post("/me/feed", "message=a&attached_media%5B0%5D=%7B%22media_fbid%22%3A%227%22%7D")),
      100);
  EXPECT_EQ(code_in(post("/me/feed", "message=" + std::string(63'207, 'x'))), 100);
  EXPECT_EQ(code_in(post("/100000000000002/feed", "message=a")), 100) << "another Page's";
  EXPECT_EQ(code_in(get("/me?fields=colour")), 100);
  EXPECT_EQ(code_in(get("/me/feed", false)), 104);
  EXPECT_TRUE(page->arrived().empty());
  EXPECT_EQ(post("/me/feed", "message=" + std::string(63'206, 'x')).status, 200);
}

TEST_F(FacebookDoubleTest, RefusesAPictureThatIsNone) {
  Request request;
  request.method = Method::post;
  request.url = std::string(origin) + "/v26.0/me/photos";
  request.sign = true;
  request.parts = {{"source", "<svg/>", "a.jpg", "image/jpeg"}, {"published", "false", {}, {}}};
  EXPECT_EQ(code_in(ask(request)), 1366046);
  request.parts[0].content = jpeg;
  EXPECT_EQ(ask(request).status, 200);
  request.parts[1].content = "true";
  EXPECT_EQ(code_in(ask(request)), 100);
  EXPECT_TRUE(page->arrived().empty());
}

TEST_F(FacebookDoubleTest, ForgetsAPhotoAfterADay) {
  Delivery one = delivery("Pool");
  one.notes = {{"media0", "122000000000000001"}};
  one.post.images = {{"https://www.example.gov.uk/a.jpg", "The pool"}};
  Delivery first = one;
  first.notes.clear();
  ASSERT_TRUE(std::holds_alternative<Receipt>(deliver(first)));
  clock.advance(std::chrono::hours{25});
  one.post.text = "Again";
  EXPECT_TRUE(std::holds_alternative<Deferred>(deliver(one))) << "it is tried without the picture";
  EXPECT_EQ(page->arrived().size(), 1U);
}

TEST_F(FacebookDoubleTest, ChecksTheProofOfTheAppsSecret) {
  credentials.client_secret = Secret("another");
  EXPECT_EQ(code_in(get("/me")), 100);
  credentials.client_secret = {};
  EXPECT_EQ(get("/me").status, 200) << "it is not asked for";
}

TEST_F(FacebookDoubleTest, TakesNoTokenThatHasEndedOrIsNoneOfIts) {
  credentials.access_token = Secret("EAAsomething");
  EXPECT_EQ(code_in(get("/me")), 190);
  credentials = page->sign_in(account);
  page->expire_tokens();
  const Outcome outcome = deliver(delivery("Pool"));
  ASSERT_TRUE(std::holds_alternative<Deferred>(outcome));
  EXPECT_EQ(std::get<Deferred>(outcome).why.kind, ErrorKind::unauthorized);
  credentials = page->sign_in(account);
  EXPECT_TRUE(std::holds_alternative<Receipt>(deliver(delivery("Pool"))));
}

TEST_F(FacebookDoubleTest, SignsInToThePageThatTheAccountNames) {
  account.settings["page"] = "Example Libraries";
  credentials = page->sign_in(account);
  EXPECT_EQ(credentials.account_id, "100000000000002");
  EXPECT_EQ(parse_json(get("/v26.0/me?fields=id,name,link").body).value("name", ""),
            "Example Libraries");
}

TEST_F(FacebookDoubleTest, LetsAPersonSignInAndChoose) {
  FacebookSignInPlan plan;
  plan.server = origin;
  plan.redirect_uri = std::string(origin) + "/connect/login_success.html";
  FacebookSignIn flow(plan, clock, random);
  auto step = flow.begin();
  const std::vector<std::string> typed = {"42", "the-secret", "2"};
  std::size_t next = 0;
  while (step && !std::holds_alternative<SignedIn>(*step)) {
    if (auto* asked = std::get_if<Ask>(&*step)) {
      step = flow.answered(page->answer(asked->request), clock.now());
    } else if (std::holds_alternative<Prompt>(*step)) {
      ASSERT_LT(next, typed.size());
      step = flow.told(typed[next++]);
    } else {
      Request shown;
      shown.url = std::get<Browse>(*step).url;
      const Response form = page->answer(shown);
      EXPECT_EQ(form.status, 200);
      EXPECT_NE(form.body.find("<button"), std::string::npos);
      Request pressed;
      pressed.method = Method::post;
      pressed.url = shown.url.substr(0, shown.url.find('?'));
      pressed.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
      pressed.body = query_of(shown);
      const Response sent_on = page->answer(pressed);
      EXPECT_EQ(sent_on.status, 302);
      const std::string to(find_header(sent_on.headers, "Location").value_or(""));
      EXPECT_TRUE(to.starts_with(plan.redirect_uri)) << to;
      step = flow.redirected(to);
    }
  }
  ASSERT_TRUE(step.has_value()) << step.error().message;
  credentials = std::get<SignedIn>(*step).credentials;
  EXPECT_EQ(credentials.account_id, "100000000000002");
  EXPECT_FALSE(credentials.expires_at.has_value()) << "of a token that lasts comes one without end";
  EXPECT_EQ(credentials.ends_at, clock.now() + std::chrono::hours{90 * 24});
  facts.values["account_id"] = credentials.account_id;
  EXPECT_TRUE(std::holds_alternative<Receipt>(deliver(delivery("Pool"))));
}

TEST_F(FacebookDoubleTest, ShowsAFormWithoutWhatWasPutIntoIt) {
  const Response answer =
      get("/dialog/oauth?client_id=1&response_type=code&redirect_uri=https%3A%2F%2Fa.test%2F&state="
          "%22%3E%3Cscript%3E",
          false);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body.find("<script>"), std::string::npos);
  EXPECT_EQ(
      get("/dialog/oauth?client_id=1&redirect_uri=javascript%3Ax&response_type=code", false).status,
      400);
}

TEST_F(FacebookDoubleTest, AnswersWhateverItIsSent) {
  for (const char* path : {"", "/", "/v", "/v1", "//", "/v26.0", "/v26.0/", "/%FF", "/me/../x",
                           "/debug_token", "/oauth/access_token?client_id=1&client_secret=x",
                           "/me/published_posts?limit=x&after=99999999999999999999"}) {
    for (const Method method : {Method::get, Method::post, Method::del}) {
      for (const bool sign : {true, false}) {
        Request request;
        request.method = method;
        request.url = std::string(origin) + path;
        request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
        request.body = "message=%FF&attached_media[=x&fields={{,}";
        request.sign = sign;
        const Response answer = ask(request);
        EXPECT_GE(answer.status, 200) << path;
      }
    }
  }
  EXPECT_TRUE(page->arrived().empty());
}

}  // namespace
}  // namespace crier::rehearsal
