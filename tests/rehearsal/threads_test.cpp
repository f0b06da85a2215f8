// The double of Threads, asked as crier asks it and as a careless program would.
#include <gtest/gtest.h>

#include "core/url.h"
#include "network/json.h"
#include "oauth/sign_in_threads.h"
#include "rehearsal/answers.h"
#include "rehearsal/doubles.h"
#include "support/newsroom.h"

namespace crier {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* origin = "https://graph.threads.net";

class ThreadsDouble : public testing::Test {
 protected:
  using Form = std::vector<std::pair<std::string, std::string>>;

  ThreadsDouble() : network(rehearsal::make_double("threads", {room.clock, room.random, origin})) {
    room.config.accounts = {{{"thread"}, "threads", origin, "en", {}}};
    room.config.feeds[0].accounts = {{"thread"}};
    room.tokens.kept.clear();
    room.tokens.kept["thread"] = network->sign_in(room.config.accounts[0]);
    room.site.on_origin(origin,
                        [this](const Request& request) { return network->answer(request); });
    room.add_item("Gritter driver");
    room.run();
  }

  [[nodiscard]] std::string token() { return room.tokens.kept["thread"].access_token.reveal(); }
  Response get(const std::string& path) {
    Request request;
    request.url = origin + path + (path.find('?') == std::string::npos ? '?' : '&') +
                  "access_token=" + percent_encode(token());
    return network->answer(request);
  }
  Response post(const std::string& path, const std::string& body,
                const char* type = "application/x-www-form-urlencoded") {
    Request request;
    request.method = Method::post;
    request.url = origin + path + "?access_token=" + percent_encode(token());
    request.headers = {{"Content-Type", type}};
    request.body = body;
    return network->answer(request);
  }
  Response create(const Form& form) { return post("/v1.0/me/threads", form_encode(form)); }
  static std::string member_of(const Response& answer, const char* name) {
    return text_of(parse_json(answer.body), name);
  }
  static int code_of(const Response& answer, const char* name = "code") {
    const Json json = parse_json(answer.body);
    const Json* code = member(member(&json, "error"), name);
    return code == nullptr ? 0 : code->get<int>();
  }
  Response publish(const std::string& container) {
    return post("/v1.0/me/threads_publish", "creation_id=" + container);
  }
  std::string finished(const Form& form) {
    const std::string id = member_of(create(form), "id");
    for (int i = 0; i < 2; ++i) (void)get("/v1.0/" + id + "?fields=status");
    return id;
  }

  Newsroom room;
  std::unique_ptr<rehearsal::Double> network;
};

TEST_F(ThreadsDouble, TakesAPostOfCriersFromTheFeedToItsAddress) {
  room.config.accounts[0].settings = {{"topic_tag", "Jobs"}, {"reply_control", "everyone"}};
  room.add_item("Librarian");
  const RunReport report = room.run();
  EXPECT_EQ(report.totals.posted, 1U);
  ASSERT_EQ(network->arrived().size(), 1U);
  const auto& post = network->arrived()[0];
  EXPECT_EQ(post.text, "New job: Librarian https://www.example.gov.uk/jobs/1");
  EXPECT_EQ(post.card.url, "https://www.example.gov.uk/jobs/1");
  EXPECT_EQ(post.length, post.text.size());
  EXPECT_EQ(post.limit, 500U);
  SqliteStore store(room.config.state, SqliteStore::Access::read);
  HistoryQuery all;
  const auto history = store.history(all);
  ASSERT_FALSE(history.empty());
  EXPECT_EQ(history[0].url, post.url);
  EXPECT_EQ(history[0].remote_id, post.id);
}

TEST_F(ThreadsDouble, AsksForASignInWhenItsTokensHaveEndedAndLosesNoPost) {
  room.add_item("Librarian");
  network->expire_tokens();
  const RunReport report = room.run();
  EXPECT_TRUE(report.needs_person());
  EXPECT_TRUE(network->arrived().empty());
  room.tokens.kept["thread"] = network->sign_in(room.config.accounts[0]);
  room.clock.advance(minutes{10});
  room.run();
  EXPECT_EQ(network->arrived().size(), 1U);
}

TEST_F(ThreadsDouble, GivesANewTokenForOneThatIsADayOld) {
  const auto refresh = [this] {
    Request request;
    request.url =
        std::string(origin) +
        "/refresh_access_token?grant_type=th_refresh_token&access_token=" + percent_encode(token());
    return network->answer(request);
  };
  EXPECT_EQ(code_of(refresh()), 100) << "too young";
  room.clock.advance(hours{25});
  EXPECT_EQ(refresh().status, 200);
  room.clock.advance(hours{8 * 24});
  room.add_item("Librarian");
  const std::string before = token();
  room.run();
  EXPECT_NE(token(), before) << "crier renews it by itself";
  EXPECT_EQ(network->arrived().size(), 1U);
  room.clock.advance(hours{61 * 24});
  EXPECT_EQ(code_of(refresh()), 190) << "too old";
}

TEST_F(ThreadsDouble, SignsInByItsConsentPage) {
  ThreadsSignIn flow({ThreadsSignInPlan::Method::oauth, origin, {}}, room.clock, room.random);
  ASSERT_TRUE(flow.begin().has_value());
  ASSERT_TRUE(flow.told("1234567890").has_value());
  ASSERT_TRUE(flow.told("rehearsal-threads-app-secret").has_value());
  auto step = flow.told("https://www.example.gov.uk/crier");
  ASSERT_TRUE(step.has_value());
  Request page;
  page.url = std::get<Browse>(*step).url;
  const std::string html = network->answer(page).body;
  const std::size_t from = html.find("href=\"") + 6;
  std::string link = html.substr(from, html.find('"', from) - from);
  for (std::size_t at = 0; (at = link.find("&amp;")) != std::string::npos;) link.erase(at + 1, 4);
  EXPECT_TRUE(link.ends_with("#_"));
  step = flow.redirected(link);
  while (step && std::holds_alternative<Ask>(*step)) {
    step = flow.answered(network->answer(std::get<Ask>(*step).request), room.clock.now());
  }
  ASSERT_TRUE(step.has_value()) << step.error().message;
  room.tokens.kept["thread"] = std::get<SignedIn>(*step).credentials;
  EXPECT_EQ(room.tokens.kept["thread"].handle, "@council.rehearsal");
  EXPECT_EQ(get("/v1.0/me").status, 200);
  EXPECT_EQ(get("/v1.0/debug_token?input_token=" + percent_encode(token())).status, 200);
}

TEST_F(ThreadsDouble, RefusesWhatThreadsRefuses) {
  const std::string long_one(501, 'a');
  const std::string emoji = std::string(497, 'a') + "🚧";
  for (const Form& form :
       {Form{{"media_type", "TEXT"}, {"text", long_one}},
        Form{{"media_type", "TEXT"}, {"text", emoji}}, Form{{"media_type", "TEXT"}, {"text", ""}},
        Form{{"media_type", "TEXT"}, {"text", "a"}, {"topic_tag", "gov.uk"}},
        Form{{"media_type", "TEXT"}, {"text", "a"}, {"reply_control", "nobody"}},
        Form{{"media_type", "TEXT"}, {"text", "a"}, {"lang", "cy"}},
        Form{{"media_type", "IMAGE"}, {"text", "a"}, {"image_url", "a.jpg"}},
        Form{{"media_type", "IMAGE"},
             {"image_url", "https://a.uk/a.jpg"},
             {"alt_text", std::string(1001, 'a')}},
        Form{{"media_type", "IMAGE"},
             {"image_url", "https://a.uk/a.jpg"},
             {"link_attachment", "https://a.uk"}},
        Form{{"media_type", "CAROUSEL"}, {"children", "1,2"}}, Form{{"text", "a"}}}) {
    const Response answer = create(form);
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(code_of(answer), 100) << answer.body;
  }
  EXPECT_EQ(create({{"media_type", "TEXT"}, {"text", std::string(500, 'a')}}).status, 200);
}

TEST_F(ThreadsDouble, DropsTheOptionsOfAJsonBodyWithoutAWord) {
  const Response answer =
      post("/v1.0/me/threads",
           R"({"media_type":"TEXT","text":"a","link_attachment":"https://a.uk","topic_tag":"a.b"})",
           "application/json");
  ASSERT_EQ(answer.status, 200);
  const std::string id = member_of(answer, "id");
  for (int i = 0; i < 2; ++i) (void)get("/v1.0/" + id + "?fields=status");
  ASSERT_EQ(publish(id).status, 200);
  EXPECT_TRUE(network->arrived().at(0).card.url.empty());
}

TEST_F(ThreadsDouble, TellsHowFarAContainerIs) {
  const std::string id = member_of(create({{"media_type", "TEXT"}, {"text", "a"}}), "id");
  const auto status = [&] { return member_of(get("/v1.0/" + id + "?fields=status"), "status"); };
  EXPECT_EQ(code_of(publish(id), "error_subcode"), 4279009) << "it is not ready";
  EXPECT_EQ(status(), "IN_PROGRESS");
  EXPECT_EQ(status(), "FINISHED");
  const Response done = publish(id);
  ASSERT_EQ(done.status, 200);
  EXPECT_EQ(status(), "PUBLISHED");
  EXPECT_EQ(code_of(get("/v1.0/" + member_of(done, "id") + "?fields=status")), 100);
  const std::string old = finished({{"media_type", "TEXT"}, {"text", "b"}});
  room.clock.advance(hours{24});
  EXPECT_EQ(member_of(get("/v1.0/" + old + "?fields=status"), "status"), "EXPIRED");
  EXPECT_EQ(code_of(publish(old)), 24);
}

TEST_F(ThreadsDouble, MakesATwinOfWhatIsPublishedTwice) {
  const std::string id = finished({{"media_type", "TEXT"}, {"text", "a"}});
  EXPECT_EQ(publish(id).status, 200);
  EXPECT_EQ(publish(id).status, 200);
  EXPECT_EQ(network->arrived().size(), 2U) << "so that a program that relies on it is found out";
}

TEST_F(ThreadsDouble, FailsAContainerWithTooManyLinksOrAPictureThatItCannotUse) {
  std::string links;
  for (int i = 0; i < 6; ++i) links += "https://a.uk/" + std::to_string(i) + " ";
  const std::string id = finished({{"media_type", "TEXT"}, {"text", links}});
  EXPECT_EQ(member_of(get("/v1.0/" + id + "?fields=status"), "error_message"),
            "THREADS_API__LINK_LIMIT_EXCEEDED");
  const std::string image =
      finished({{"media_type", "IMAGE"}, {"image_url", "https://a.uk/a.webp"}});
  EXPECT_EQ(member_of(get("/v1.0/" + image + "?fields=status"), "status"), "ERROR");
}

TEST_F(ThreadsDouble, KeepsPicturesWithTheirDescriptions) {
  std::string children;
  for (const char* name : {"a", "b"}) {
    const std::string url = "https://a.uk/" + std::string(name) + ".jpg";
    children += (children.empty() ? "" : ",") + finished({{"media_type", "IMAGE"},
                                                          {"image_url", url},
                                                          {"alt_text", name},
                                                          {"is_carousel_item", "true"}});
  }
  const std::string id =
      finished({{"media_type", "CAROUSEL"}, {"children", children}, {"text", "Two"}});
  ASSERT_EQ(publish(id).status, 200);
  ASSERT_EQ(network->arrived().at(0).pictures.size(), 2U);
  EXPECT_EQ(network->arrived()[0].pictures[1].url, "https://a.uk/b.jpg");
  EXPECT_EQ(network->arrived()[0].pictures[1].alt, "b");
}

TEST_F(ThreadsDouble, ListsWhatIsPublicInPagesNewestFirst) {
  for (int i = 0; i < 5; ++i) {
    (void)publish(finished({{"media_type", "TEXT"}, {"text", std::to_string(i)}}));
    room.clock.advance(seconds{60});
  }
  const Json page = parse_json(get("/v1.0/me/threads?fields=id,text&limit=2").body);
  ASSERT_EQ(page["data"].size(), 2U);
  EXPECT_EQ(page["data"][0]["text"], "4");
  ASSERT_TRUE(page["paging"].contains("next"));
  const std::string after = page["paging"]["cursors"]["after"];
  const Json last = parse_json(get("/v1.0/me/threads?limit=10&after=" + after).body);
  EXPECT_EQ(last["data"].size(), 3U);
  EXPECT_FALSE(last["paging"].contains("next"));
  const auto since = (room.clock.now() - seconds{130}).time_since_epoch().count();
  EXPECT_EQ(parse_json(get(fmt::format("/v1.0/me/threads?since={}", since)).body)["data"].size(),
            2U);
}

TEST_F(ThreadsDouble, TakesTwoHundredAndFiftyPostsADay) {
  for (int i = 0; i < 250; ++i) {
    (void)publish(finished({{"media_type", "TEXT"}, {"text", std::to_string(i)}}));
  }
  EXPECT_EQ(network->arrived().size(), 250U);
  EXPECT_EQ(code_of(publish(finished({{"media_type", "TEXT"}, {"text", "more"}}))), 4);
  EXPECT_NE(get("/v1.0/me/threads_publishing_limit").body.find("\"quota_usage\":250"),
            std::string::npos);
  room.clock.advance(hours{25});
  EXPECT_EQ(publish(finished({{"media_type", "TEXT"}, {"text", "more"}})).status, 200);
}

TEST_F(ThreadsDouble, NeverThrowsWhateverItIsSent) {
  const std::string bytes("\xFF\xFE\x00%zz&&==", 10);
  for (const char* path : {"", "/", "/v1.0/", "/v1.0/me/threads", "/v1.0/me/threads_publish",
                           "/oauth/authorize", "/oauth/access_token", "/v1.0/debug_token", "/x"}) {
    for (const Method method : {Method::get, Method::post, Method::del}) {
      Request request;
      request.method = method;
      request.url = origin + std::string(path) + "?access_token=" + token() + "&" + bytes;
      request.body = bytes;
      (void)network->answer(request);
      request.url = origin + std::string(path);
      request.headers = {{"Content-Type", "application/json"}};
      (void)network->answer(request);
      (void)network->publishes(request);
    }
  }
  EXPECT_TRUE(network->arrived().empty());
}

}  // namespace
}  // namespace crier
