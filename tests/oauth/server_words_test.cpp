// What a server says comes into a message without the account's secrets, however much stands before
// them and however long their letters are written: they are taken out before anything is cut.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "core/url.h"
#include "oauth/authorizer.h"
#include "oauth/oauth2.h"
#include "oauth/sign_in_oauth2.h"
#include "oauth/sign_in_server.h"
#include "support/fake_clock.h"

namespace crier {
namespace {

constexpr const char* token = "Zq7kT9xWb2LmN4vRp8sYd3fGh6jQc1zXe5uAoIiEyUw";

/// Each letter of the token as `pattern` writes it.
std::string each_as(const char* pattern) {
  std::string out;
  for (const char c : std::string_view(token)) out += fmt::format(fmt::runtime(pattern), int{c});
  return out;
}

/// Texts of more than the 200 bytes that a message takes, or with the cut in the token's midst.
std::vector<std::string> tellings() {
  return {std::string(178, 'x') + token,
          std::string(160, 'x') + token,
          std::string(100, 'x') + each_as("&#{};"),
          each_as("&#x{:04x};"),
          each_as("&#{:09d};"),
          each_as("%25{:02X}"),
          each_as("\\u{:04x}"),
          each_as("\\\\u{:04x}")};
}

/// Whether more than a few letters of it can be read, in any way that it is told here.
bool is_shown(const std::string& text) {
  for (const std::string& way : tellings()) {
    const std::string first = way.substr(way.find_first_not_of('x'), 20);
    if (text.find(first) != std::string::npos) return true;
  }
  return text.find(std::string_view(token).substr(0, 8)) != std::string::npos;
}

Credentials known() {
  Credentials credentials;
  credentials.server = "https://social.example";
  credentials.access_token = Secret(token);
  return credentials;
}

Response answer_of(int status, const std::string& body) {
  Response answer;
  answer.status = status;
  answer.body = body;
  return answer;
}

std::string as_json(const std::string& words) {
  nlohmann::json object;
  object["error"] = words;
  object["id"] = 1;
  return object.dump();
}

TEST(ServerWords, AreCutAfterTheSecretsAreOut) {
  for (const std::string& telling : tellings()) {
    const std::string said = redacted_excerpt(known(), "E " + telling);
    EXPECT_FALSE(is_shown(said)) << said;
    EXPECT_NE(said.find("***"), std::string::npos) << said;
  }
  EXPECT_EQ(redacted_excerpt(known(), "Too many posts"), "Too many posts");
}

// As AccountSession does it: the answer is redacted as it came, and its words are cut by others.
TEST(ServerWords, HoldNoSecretThatJsonHasEscapedAgain) {
  std::vector<std::string> bodies;
  for (const std::string& telling : tellings()) {
    bodies.push_back(as_json("E " + telling));
  }
  // As PHP writes an "&" (JSON_HEX_AMP).
  bodies.push_back(R"({"error":"E )" + each_as("\\u0026#{};") + R"(","id":1})");
  for (const std::string& body : bodies) {
    Response answer = answer_of(422, body);
    answer.headers = {{"X-Trace", token}};
    redact(known(), answer);
    const auto object = nlohmann::json::parse(answer.body, nullptr, false);
    ASSERT_TRUE(object.is_object()) << answer.body;
    EXPECT_EQ(object["id"], 1);
    const std::string words = excerpt(object["error"].get<std::string>());
    EXPECT_FALSE(is_shown(words)) << words;
    EXPECT_NE(words.find("***"), std::string::npos) << words;
    EXPECT_EQ(answer.headers[0].value, "***");
  }
  Response other = answer_of(422, R"({"error": "a \"word\""})");
  redact(known(), other);
  EXPECT_EQ(other.body, R"({"error": "a \"word\""})") << "nothing else is written anew";
}

TEST(ServerWords, OfARefusedTokenDoNotShowIt) {
  for (const int status : {403, 422}) {
    for (const std::string& telling : tellings()) {
      for (const std::string& body : {as_json("E " + telling), "E " + telling}) {
        const auto owner = read_identity(answer_of(status, body), known(), {});
        ASSERT_FALSE(owner.has_value());
        const std::string& message = owner.error().message;
        EXPECT_FALSE(is_shown(message)) << message;
        EXPECT_NE(message.find("***"), std::string::npos) << message;
      }
    }
  }
}

TEST(ServerWords, AtTheEndOfASignInDoNotShowItsToken) {
  const std::string redirect = "http://127.0.0.1:4711/callback";
  SignInServer server("https://social.example");
  SeededRandom random;
  const FakeClock clock;
  const auto message_of = [&] {
    OAuth2SignIn flow({.server = server.origin, .redirect_uri = redirect}, random);
    auto step = flow.begin();
    while (step && !std::holds_alternative<SignedIn>(*step)) {
      step = std::holds_alternative<Ask>(*step)
                 ? flow.answered(*fetch(server, std::get<Ask>(*step).request), clock.now())
                 : flow.redirected(server.approve(std::get<Browse>(*step).url));
    }
    return step ? std::string("signed in") : step.error().message;
  };
  const auto gives = [&](const std::string& scope) {
    server.answers["/oauth/token"] = SignInServer::json(
        200, {{"access_token", token}, {"token_type", "Bearer"}, {"scope", scope}});
  };
  for (const std::string& telling : tellings()) {
    gives("write read");
    server.answers["/api/v1/accounts/verify_credentials"] =
        SignInServer::json(403, {{"error", telling}});
    const std::string refused = message_of();
    EXPECT_FALSE(is_shown(refused)) << refused;
    EXPECT_NE(refused.find("***"), std::string::npos) << refused;
    gives("read " + telling);
    const std::string may_not_post = message_of();
    EXPECT_FALSE(is_shown(may_not_post)) << may_not_post;
    EXPECT_NE(may_not_post.find("***"), std::string::npos) << may_not_post;
  }
}

TEST(ServerWords, OfARefusedRedirectDoNotShowTheClientsSecret) {
  Credentials client;
  client.client_secret = Secret(token);
  for (const std::string& telling : tellings()) {
    const auto answer =
        read_redirect("/callback?state=s&error=x&error_description=" + percent_encode(telling));
    ASSERT_TRUE(answer.has_value());
    const auto code = accept_redirect(*answer, {.state = "s", .known = client});
    ASSERT_FALSE(code.has_value());
    EXPECT_FALSE(is_shown(code.error().message)) << code.error().message;
  }
}

TEST(ServerWords, ThatNameAnAccountDoNotShowItsPassword) {
  Credentials old = known();
  old.kind = "session";
  old.access_token = {};
  old.password = Secret(token);
  for (const std::string& telling : tellings()) {
    nlohmann::json session = {
        {"accessJwt", "a"}, {"refreshJwt", "r"}, {"did", "did:plc:a"}, {"handle", telling}};
    const auto taken = take_session(old, answer_of(200, session.dump()), {});
    ASSERT_TRUE(taken.has_value());
    EXPECT_FALSE(is_shown(taken->handle)) << taken->handle;
    session["did"] = telling;
    Credentials another = old;
    another.account_id = "did:plc:b";
    const auto refused = take_session(another, answer_of(200, session.dump()), {});
    ASSERT_FALSE(refused.has_value());
    EXPECT_FALSE(is_shown(refused.error().message)) << refused.error().message;
  }
}

}  // namespace
}  // namespace crier
