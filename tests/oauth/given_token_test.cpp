#include "oauth/given_token.h"

#include <gtest/gtest.h>

namespace crier {
namespace {

Result<Credentials> given(const char* network, const char* server, const std::string& text) {
  return read_given_token(network, server, Secret(text));
}

void expect_refused(const Result<Credentials>& result, const std::string& secret) {
  ASSERT_FALSE(result.has_value()) << secret;
  EXPECT_EQ(result.error().kind, ErrorKind::invalid);
  if (!secret.empty()) {
    EXPECT_EQ(result.error().message.find(secret), std::string::npos) << result.error().message;
  }
}

TEST(GivenToken, IsTheBotsForTelegram) {
  const auto bot = given("telegram", "https://api.telegram.org", "123456789:AAF-abcDEF_1234567");
  ASSERT_TRUE(bot.has_value()) << bot.error().message;
  EXPECT_EQ(bot->kind, "address");
  EXPECT_EQ(bot->server, "https://api.telegram.org");
  EXPECT_EQ(bot->access_token.reveal(), "/bot123456789:AAF-abcDEF_1234567");
  EXPECT_EQ(bot->account_id, "123456789");
  for (const char* text : {"987654321", "bot123:AAF-abcDEF_1234567", ":AAF-abcDEF_1234567",
                           "123456789:short", "123456789:AAF/../getUpdates", "123:AAF?x=abcdefgh",
                           "123:AAF%2Fabcdefgh", "123:AAF#abcdefghi"}) {
    expect_refused(given("telegram", "https://api.telegram.org", text), text);
  }
}

TEST(GivenToken, IsTheWholeAddressForAWebhook) {
  const auto plain =
      given("webhook", "", "https://Hooks.example.org:443/services/T1/x?sig=a%2Fb#f");
  ASSERT_TRUE(plain.has_value()) << plain.error().message;
  EXPECT_EQ(plain->kind, "address");
  EXPECT_EQ(plain->server, "https://hooks.example.org");
  EXPECT_EQ(plain->access_token.reveal(), "/services/T1/x?sig=a%2Fb");
  EXPECT_TRUE(plain->client_secret.empty());
  EXPECT_EQ(plain->handle, "hooks.example.org");
  EXPECT_EQ(given("webhook", "", "https://hooks.example.org")->access_token.reveal(), "/");
  EXPECT_EQ(given("webhook", "", "https://hooks.example.org?k=1")->access_token.reveal(), "/?k=1");
}

TEST(GivenToken, MayHaveAWebhooksKeyBeforeTheAddress) {
  const auto both = given(
      "webhook", "", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw@https://hooks.example.org/in/@me");
  ASSERT_TRUE(both.has_value()) << both.error().message;
  EXPECT_EQ(both->client_secret.reveal(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  EXPECT_EQ(both->access_token.reveal(), "/in/@me");
}

TEST(GivenToken, IsRefusedWhereItIsNoWebhookAndNotShown) {
  for (const char* text :
       {"hooks.example.org/secret", "http://hooks.example.org/secret", "ftp://hooks.example.org/x",
        "https://user:secret@hooks.example.org/x", "https://hooks.example.org/a b",
        "whsec_!!notbase64@https://hooks.example.org/x",
        "whsec_MfKQ9r8GKYqrTwjUPD8I@https://hooks.example.org/x",
        "hsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw@https://hooks.example.org/x",
        "WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw@https://hooks.example.org/x",
        "whsec-MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw@https://hooks.example.org/x",
        "short@https://hooks.example.org/x", "whsec_@https://hooks.example.org/x"}) {
    expect_refused(given("webhook", "", text), "secret");
    expect_refused(given("webhook", "", text), "notbase64");
  }
}

TEST(GivenToken, IsAPagesForFacebookAndMayHaveTheAppBeforeIt) {
  const auto alone = given("facebook", "https://graph.facebook.com", "EAAB");
  ASSERT_TRUE(alone.has_value());
  EXPECT_EQ(alone->kind, "graph");
  const auto three = given("facebook", "https://graph.facebook.com", "42:app-secret:EAAB");
  EXPECT_EQ(three->client_id, "42");
  EXPECT_EQ(three->client_secret.reveal(), "app-secret");
  EXPECT_EQ(three->access_token.reveal(), "EAAB");
  for (const char* text : {"42:app-secret", "x:app-secret:EAAB", "42::EAAB", "1:2:3:4"}) {
    expect_refused(given("facebook", "https://graph.facebook.com", text), "app-secret");
  }
}

TEST(GivenToken, SaysWhereLinkedInTakesPictures) {
  EXPECT_EQ(given("linkedin", "https://api.linkedin.com", "AQ")->upload_server,
            "https://www.linkedin.com");
  EXPECT_EQ(given("linkedin", "http://127.0.0.1:1", "AQ")->upload_server, "");
  EXPECT_EQ(given("threads", "https://graph.threads.net", "TH")->kind, "graph");
  EXPECT_EQ(given("mastodon", "https://social.example", "abc")->kind, "bearer");
}

}  // namespace
}  // namespace crier
