#include "oauth/sign_in_telegram.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"
#include "support/fake_site.h"

namespace crier {
namespace {

constexpr const char* token = "123456789:AAF-abcDEF_1234567";
constexpr const char* server = "https://api.telegram.org";
std::string bot() { return std::string(server) + "/bot" + token; }

class TelegramSignInTest : public testing::Test {
 protected:
  TelegramSignInTest() {
    answer("getMe", 200,
           R"({"ok":true,"result":{"id":123456789,"is_bot":true,"username":"council_bot"}})");
    answer("getChat", 200, R"({"ok":true,"result":{"id":-100,"title":"Council"}})");
  }
  void answer(const char* method, int status, const char* body) {
    site.on("GET " + bot() + "/" + method,
            [status, body](const Request&) { return FakeSite::respond(status, body); });
  }
  Result<Credentials> sign_in(const std::string& typed = token) {
    TelegramSignIn flow(server, "@council", clock, random);
    auto step = flow.begin();
    EXPECT_TRUE(step && std::get<Prompt>(*step).is_hidden);
    step = flow.told(typed);
    while (step && std::holds_alternative<Ask>(*step)) {
      const auto heard = site.answer(std::get<Ask>(*step).request);
      step = heard ? flow.answered(*heard, clock.now()) : flow.unanswered(heard.error());
    }
    if (!step) return Failure(step.error());
    return std::get<SignedIn>(*step).credentials;
  }

  FakeClock clock;
  SeededRandom random;
  FakeSite site;
};

TEST_F(TelegramSignInTest, AsksWhoseTokenItIsAndWhetherTheBotKnowsTheChannel) {
  const auto credentials = sign_in(std::string(" ") + token + "\n");
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  EXPECT_EQ(credentials->kind, "address");
  EXPECT_EQ(credentials->server, server);
  EXPECT_EQ(credentials->handle, "@council_bot");
  EXPECT_EQ(credentials->account_id, "123456789");
  ASSERT_EQ(site.asked.size(), 2U);
  EXPECT_EQ(site.asked[1].url, bot() + "/getChat?chat_id=%40council");
}

TEST_F(TelegramSignInTest, AsksAgainForWhatIsNoToken) {
  for (const char* text : {"", "council_bot", "123456789", "123456789:AAF abcDEF_1234567"}) {
    const auto result = sign_in(text);
    ASSERT_FALSE(result.has_value()) << text;
    EXPECT_EQ(result.error().kind, ErrorKind::invalid) << "may be typed again";
  }
  EXPECT_TRUE(site.asked.empty());
}

TEST_F(TelegramSignInTest, SaysThatTelegramDoesNotKnowTheToken) {
  answer("getMe", 401, R"({"ok":false,"error_code":401,"description":"Unauthorized"})");
  const auto result = sign_in();
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().kind, ErrorKind::unauthorized);
  answer("getMe", 200, "<html></html>");
  EXPECT_FALSE(sign_in().has_value());
}

TEST_F(TelegramSignInTest, SaysWhatToDoWhereTheBotDoesNotKnowTheChannel) {
  answer("getChat", 400,
         R"({"ok":false,"error_code":400,"description":"Bad Request: chat not found"})");
  const auto result = sign_in();
  ASSERT_FALSE(result.has_value());
  EXPECT_NE(result.error().message.find("@council"), std::string::npos);
  EXPECT_NE(result.error().message.find("administrator"), std::string::npos);
}

TEST_F(TelegramSignInTest, IsNotStoppedByAChannelThatNothingIsSaidAbout) {
  answer("getChat", 500, "");
  EXPECT_TRUE(sign_in().has_value());
  site.on("GET " + bot() + "/getChat", [](const Request&) -> Result<Response> {
    return fail(ErrorKind::uncertain, "no answer");
  });
  EXPECT_TRUE(sign_in().has_value());
}

TEST_F(TelegramSignInTest, ShowsTheTokenInNoFailure) {
  for (const int status : {401, 404, 429, 500}) {
    answer("getMe", status, token);
    const auto result = sign_in();
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().message.find("AAF"), std::string::npos) << result.error().message;
  }
  site.on("GET " + bot() + "/getMe", [](const Request& request) -> Result<Response> {
    return fail(ErrorKind::unavailable, "{}: no connection", request.url);
  });
  EXPECT_EQ(sign_in().error().message.find("AAF"), std::string::npos);
}

TEST_F(TelegramSignInTest, GoesToNoServerThatIsNotHttps) {
  TelegramSignIn flow("http://api.telegram.org", "@council", clock, random);
  EXPECT_FALSE(flow.begin().has_value());
}

}  // namespace
}  // namespace crier
