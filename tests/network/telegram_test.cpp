#include "network/telegram/telegram.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "network/telegram/answer.h"

namespace crier {
namespace {

using nlohmann::json;

constexpr SysTime now{std::chrono::seconds{1'772'442'000}};  // 2026-03-02T09:00:00Z

Account account(const std::string& chat = "@council") {
  return {{"channel"}, "telegram", "https://api.telegram.org", "en-GB", {{"chat", chat}}};
}

Delivery delivery() {
  Delivery one;
  one.id = {"0123456789abcdef0123456789abcdef"};
  one.post.text = "New job: Lifeguard https://www.example.gov.uk/jobs/17";
  one.post.link = "https://www.example.gov.uk/jobs/17";
  return one;
}

Turn next(const Delivery& sent, const Response* last) {
  const Account to = account();
  const AccountFacts facts;
  return TelegramNetwork().next(sent, {to, facts, now}, last);
}

Outcome outcome_of(int status, const std::string& body, Headers headers = {}) {
  Response answer;
  answer.status = status;
  answer.body = body;
  answer.headers = std::move(headers);
  return std::get<Finish>(next(delivery(), &answer).step).outcome;
}

std::string refusal(int code, const char* words) {
  return json{{"ok", false}, {"error_code", code}, {"description", words}}.dump();
}

TEST(Telegram, SendsPlainTextSoThatNothingNeedsEscaping) {
  Delivery one = delivery();
  one.post.text = "a_b *c* [d](e) <f> & \"g\" \\";
  const Turn turn = next(one, nullptr);
  const Request& request = std::get<Publish>(turn.step).request;
  EXPECT_EQ(request.url, "https://api.telegram.org/sendMessage") << "the token comes later";
  const json body = json::parse(request.body);
  EXPECT_EQ(body["text"], one.post.text);
  EXPECT_FALSE(body.contains("parse_mode"));
  EXPECT_EQ(body["link_preview_options"], (json{{"url", one.post.link}}));
  one.post.link.clear();
  EXPECT_EQ(
      json::parse(std::get<Publish>(next(one, nullptr).step).request.body)["link_preview_options"],
      (json{{"is_disabled", true}}));
}

TEST(Telegram, SortsRefusalsByWhatThePersonMustDo) {
  struct Row {
    int status;
    const char* words;
    ErrorKind kind;
  };
  for (const Row& row : {
           Row{401, "Unauthorized", ErrorKind::unauthorized},
           Row{404, "Not Found", ErrorKind::unauthorized},
           Row{400, "Bad Request: chat not found", ErrorKind::invalid},
           Row{400, "Bad Request: chat_id is empty", ErrorKind::invalid},
           Row{400, "Bad Request: need administrator rights in the channel chat",
               ErrorKind::invalid},
           Row{400, "Bad Request: not enough rights to send text messages to the chat",
               ErrorKind::invalid},
           Row{400, "Bad Request: CHAT_WRITE_FORBIDDEN", ErrorKind::invalid},
           Row{403, "Forbidden: bot is not a member of the channel chat", ErrorKind::invalid},
           Row{403, "Forbidden: bot was kicked from the channel chat", ErrorKind::invalid},
           Row{429, "Too Many Requests: retry after 7", ErrorKind::throttled},
           Row{301, "", ErrorKind::invalid},
       }) {
    SCOPED_TRACE(row.words);
    const Outcome outcome = outcome_of(row.status, refusal(row.status, row.words));
    ASSERT_TRUE(std::holds_alternative<Deferred>(outcome)) << row.status;
    EXPECT_EQ(std::get<Deferred>(outcome).why.kind, row.kind);
  }
  for (const char* words :
       {"Bad Request: message is too long", "Bad Request: message text is empty"}) {
    EXPECT_TRUE(std::holds_alternative<Rejected>(outcome_of(400, refusal(400, words)))) << words;
  }
  for (const int status : {408, 500, 502, 504}) {
    EXPECT_TRUE(std::holds_alternative<Uncertain>(outcome_of(status, "<html></html>"))) << status;
  }
}

TEST(Telegram, WaitsAsLongAsTheBodySays) {
  const auto until = [](const std::string& body, Headers headers = {}) {
    return std::get<Deferred>(outcome_of(429, body, std::move(headers))).until - now;
  };
  EXPECT_EQ(until(R"({"ok":false,"parameters":{"retry_after":37}})"), std::chrono::seconds{37});
  EXPECT_EQ(until(R"({"ok":false,"parameters":{"retry_after":99999999}})"), std::chrono::hours{24});
  EXPECT_EQ(until(R"({"ok":false,"parameters":{"retry_after":-1}})", {{"Retry-After", "9"}}),
            std::chrono::seconds{9});
  EXPECT_EQ(until(""), std::chrono::seconds{60});
}

TEST(Telegram, TellsTheNewNumberOfAGroupThatHasGrown) {
  const Outcome outcome = outcome_of(
      400, R"({"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to )"
           R"(a supergroup chat","parameters":{"migrate_to_chat_id":-1001234567890}})");
  const auto& why = std::get<Deferred>(outcome).why;
  EXPECT_NE(why.message.find("chat = \"-1001234567890\""), std::string::npos) << why.message;
}

TEST(Telegram, GivesThePageOfAPostInAPublicChannelOnly) {
  const auto receipt = [](const json& chat) {
    return std::get<Receipt>(outcome_of(
        200, json{{"ok", true}, {"result", {{"message_id", 12}, {"chat", chat}}}}.dump()));
  };
  EXPECT_EQ(receipt({{"id", -100}, {"username", "council"}}).url, "https://t.me/council/12");
  EXPECT_EQ(receipt({{"id", -100}}).url, "");
  EXPECT_EQ(receipt({{"username", "a/../b"}}).url, "");
  EXPECT_EQ(receipt({{"id", -100}}).remote_id, "12");
}

TEST(Telegram, LearnsTheBotsNameOnce) {
  const TelegramNetwork network;
  const auto asked = network.inquire(account(), {});
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].url, "https://api.telegram.org/getMe");
  Response answer;
  answer.status = 200;
  answer.body = R"({"ok":true,"result":{"id":123456789,"is_bot":true,"username":"council_bot"}})";
  const AccountFacts known = network.learn({}, asked[0], answer);
  EXPECT_EQ(known.values.at("account_id"), "123456789");
  EXPECT_EQ(known.values.at("handle"), "@council_bot");
  EXPECT_TRUE(network.inquire(account(), known).empty());
}

TEST(Telegram, SaysWhenItsConfigIsReadThatAChatIsNone) {
  const TelegramNetwork network;
  for (const char* good : {"@council", "@Council_2", "-1001234567890", "42"}) {
    EXPECT_TRUE(network.check(account(good)).has_value()) << good;
  }
  for (const char* bad : {"", "@", "-", "council", "https://t.me/council", "@coun cil", "@a/b"}) {
    const auto checked = network.check(account(bad));
    ASSERT_FALSE(checked.has_value()) << bad;
    EXPECT_EQ(checked.error().kind, ErrorKind::invalid);
  }
}

}  // namespace
}  // namespace crier
