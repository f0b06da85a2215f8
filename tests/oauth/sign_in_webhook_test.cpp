#include "oauth/sign_in_webhook.h"

#include <gtest/gtest.h>

namespace crier {
namespace {

TEST(WebhookSignIn, AsksForAddressAndKeyHiddenAndSendsNothing) {
  WebhookSignIn flow;
  auto step = flow.begin();
  ASSERT_TRUE(step && std::holds_alternative<Prompt>(*step));
  EXPECT_TRUE(std::get<Prompt>(*step).is_hidden);
  step = flow.told(" https://hooks.example.org/in/secret \n");
  ASSERT_TRUE(step && std::holds_alternative<Prompt>(*step));
  EXPECT_TRUE(std::get<Prompt>(*step).is_hidden);
  step = flow.told("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  ASSERT_TRUE(step && std::holds_alternative<SignedIn>(*step));
  const Credentials& credentials = std::get<SignedIn>(*step).credentials;
  EXPECT_EQ(credentials.server, "https://hooks.example.org");
  EXPECT_EQ(credentials.access_token.reveal(), "/in/secret");
  EXPECT_EQ(credentials.client_secret.reveal(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  EXPECT_FALSE(flow.told("more").has_value());
}

TEST(WebhookSignIn, DoesWithoutAKey) {
  WebhookSignIn flow;
  (void)flow.begin();
  (void)flow.told("https://hooks.example.org/in/secret");
  const auto step = flow.told("");
  ASSERT_TRUE(step && std::holds_alternative<SignedIn>(*step));
  EXPECT_TRUE(std::get<SignedIn>(*step).credentials.client_secret.empty());
}

TEST(WebhookSignIn, AsksAgainForWhatIsNone) {
  WebhookSignIn flow;
  (void)flow.begin();
  for (const char* text : {"", "hooks.example.org/secret", "http://hooks.example.org/secret"}) {
    const auto step = flow.told(text);
    ASSERT_FALSE(step.has_value()) << text;
    EXPECT_EQ(step.error().kind, ErrorKind::invalid) << "may be typed again";
    EXPECT_EQ(step.error().message.find("secret"), std::string::npos);
  }
  ASSERT_TRUE(flow.told("https://hooks.example.org/in/secret").has_value());
  const auto step = flow.told("whsec_cut§");
  ASSERT_FALSE(step.has_value());
  EXPECT_EQ(step.error().kind, ErrorKind::invalid);
  EXPECT_EQ(step.error().message.find("cut"), std::string::npos);
  EXPECT_TRUE(flow.told("").has_value());
}

}  // namespace
}  // namespace crier
