#include <gtest/gtest.h>

#include "network/json.h"
#include "oauth/authorizer.h"
#include "rehearsal/doubles.h"
#include "support/fake_clock.h"

namespace crier::rehearsal {
namespace {

class TelegramDouble : public testing::Test {
 protected:
  FakeClock clock;
  SeededRandom random;
  std::unique_ptr<Double> far =
      make_double("telegram", {clock, random, "https://api.telegram.org"});
  Account account{{"channel"}, "telegram", "https://api.telegram.org", "", {{"chat", "@Council"}}};
  Credentials credentials = far->sign_in(account);

  Response ask(Method method, const std::string& path, const Json& body = {}) {
    Request request;
    request.method = method;
    request.url = "https://api.telegram.org" + path;
    if (!body.is_null()) request.body = write_json(body);
    auto ready = KindAuthorizer().sign(request, credentials, clock.now(), random);
    EXPECT_TRUE(ready.has_value());
    return far->answer(*ready);
  }
  Response send(const std::string& text, const std::string& chat = "@council") {
    return ask(Method::post, "/sendMessage", {{"chat_id", chat}, {"text", text}});
  }
  static std::string words_of(const Response& answer) {
    const Json json = parse_json(answer.body);
    EXPECT_EQ(json.value("ok", true), false);
    EXPECT_EQ(json.value("error_code", 0), answer.status);
    return text_of(json, "description");
  }
};

TEST_F(TelegramDouble, ShowsWhatABotPosts) {
  EXPECT_EQ(ask(Method::get, "/getMe").status, 200);
  EXPECT_EQ(ask(Method::get, "/getChat?chat_id=%40council").status, 200);
  EXPECT_TRUE(far->arrived().empty());
  const Response answer = send("Pool open 🏊");
  EXPECT_EQ(answer.status, 200);
  ASSERT_EQ(far->arrived().size(), 1U);
  EXPECT_EQ(far->arrived()[0].text, "Pool open 🏊");
  EXPECT_EQ(far->arrived()[0].length, 12U) << "as UTF-16 counts";
  EXPECT_EQ(far->arrived()[0].url, "https://t.me/council/1");
}

TEST_F(TelegramDouble, RefusesWhatTelegramRefuses) {
  EXPECT_EQ(send(std::string(4096, 'x')).status, 200);
  EXPECT_EQ(words_of(send(std::string(4097, 'x'))), "Bad Request: message is too long");
  EXPECT_EQ(words_of(send(" ")), "Bad Request: message text is empty");
  EXPECT_EQ(words_of(send("x", "@other")), "Bad Request: chat not found");
  EXPECT_EQ(words_of(ask(Method::get, "/getChat?chat_id=@other")), "Bad Request: chat not found");
  EXPECT_EQ(far->arrived().size(), 1U);
}

TEST_F(TelegramDouble, TellsABadTokenFromNone) {
  credentials.access_token = Secret("/bot123456789:AAF-unknown");
  EXPECT_EQ(words_of(send("x")), "Unauthorized");
  credentials.access_token = Secret("/botnonsense");
  const Response answer = send("x");
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(words_of(answer), "Not Found");
}

TEST_F(TelegramDouble, ForgetsItsTokens) {
  far->expire_tokens();
  EXPECT_EQ(send("x").status, 401);
}

TEST_F(TelegramDouble, AsksForAPauseAfterTwentyInAMinute) {
  for (int i = 0; i < 20; ++i) EXPECT_EQ(send("x").status, 200);
  clock.advance(std::chrono::seconds{20});
  const Response answer = send("x");
  EXPECT_EQ(answer.status, 429);
  EXPECT_EQ(words_of(answer), "Too Many Requests: retry after 40");
  EXPECT_EQ(parse_json(answer.body)["parameters"]["retry_after"], 40);
  clock.advance(std::chrono::seconds{40});
  EXPECT_EQ(send("x").status, 200);
}

TEST_F(TelegramDouble, SurvivesWhateverItIsSent) {
  for (const char* body : {"", "[]", "null", "{", R"({"chat_id":{},"text":7})",
                           R"({"chat_id":"@council","text":{}})", "\xFF"}) {
    Request request;
    request.method = Method::post;
    request.url = "https://api.telegram.org" + credentials.access_token.reveal() + "/sendMessage";
    request.body = body;
    EXPECT_EQ(far->answer(request).status, 400) << body;
  }
  for (const char* url : {"", "x", "https://api.telegram.org", "https://api.telegram.org/bot/"}) {
    Request request;
    request.url = url;
    EXPECT_EQ(far->answer(request).status, 404) << url;
  }
  EXPECT_TRUE(far->arrived().empty());
}

}  // namespace
}  // namespace crier::rehearsal
