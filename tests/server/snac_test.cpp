#include <gtest/gtest.h>

#include "core/clock.h"
#include "core/random.h"
#include "core/url.h"
#include "http/curl_client.h"
#include "oauth/revoke.h"
#include "oauth/sign_in_oauth2.h"
#include "server/browser.h"

namespace crier {
namespace {

/// Signs in at a server that speaks Mastodon's client API, without discovery.
class SNAC : public testing::Test {
 protected:
  void SetUp() override {
    server = environment_of("CRIER_TEST_SNAC_URL");
    user = environment_of("CRIER_TEST_SNAC_USER");
    password = environment_of("CRIER_TEST_SNAC_PASSWORD");
    if (!server.empty()) return;
    const std::string why = environment_of("CRIER_TEST_SNAC_MISSING");
    if (servers_are_required()) FAIL() << "CRIER_TEST_SNAC_URL is not set: " << why;
    GTEST_SKIP() << "CRIER_TEST_SNAC_URL is not set: " << why;
  }

  std::string server, user, password;
  SystemRandom random;
  SystemClock clock;
  CurlClient client{CurlOptions{}};

  /// As the auth commands send: snac closes each connection without saying so.
  Result<Response> ask(Request request) {
    request.fresh_connection = true;
    return fetch(client, std::move(request));
  }

  Result<Credentials> sign_in(const Credentials& kept = {}) {
    OAuth2SignIn flow(
        {.server = server, .redirect_uri = "http://127.0.0.1:4711/callback", .kept = kept}, random);
    auto step = flow.begin();
    while (step && !std::holds_alternative<SignedIn>(*step)) {
      if (auto* const browse = std::get_if<Browse>(&*step)) {
        step = flow.redirected(TestBrowser(user, password).approve(browse->url));
        continue;
      }
      const auto answer = ask(std::get<Ask>(*step).request);
      if (!answer) return Failure(answer.error());
      step = flow.answered(*answer, clock.now());
    }
    if (!step) return Failure(step.error());
    return std::get<SignedIn>(*step).credentials;
  }
};

TEST_F(SNAC, SignsInTellsWhoItIsAndSignsOut) {
  const auto credentials = sign_in();
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  EXPECT_EQ(credentials->handle, "@alice@" + server.substr(std::string_view("http://").size()));
  EXPECT_FALSE(credentials->account_id.empty());

  const auto who = [&] {
    const auto answer = ask(*identity_request(*credentials, random));
    return answer ? read_identity(*answer, server, clock.now()) : Failure(answer.error());
  };
  ASSERT_TRUE(who().has_value());
  EXPECT_EQ(who()->account_id, credentials->account_id);

  const auto revocation = revocation_request(*credentials, SysTime{}, random);
  ASSERT_TRUE(revocation.has_value());
  const auto revoked = ask(*revocation);
  ASSERT_TRUE(revoked.has_value()) << revoked.error().message;
  EXPECT_EQ(revoked->status, 200);
  const auto after = who();
  ASSERT_FALSE(after.has_value());
  EXPECT_EQ(after.error().kind, ErrorKind::unauthorized);
}

TEST_F(SNAC, SignsInAgainWithTheSameRegistration) {
  const auto first = sign_in();
  ASSERT_TRUE(first.has_value()) << first.error().message;
  const auto second = sign_in(*first);
  ASSERT_TRUE(second.has_value()) << second.error().message;
  EXPECT_EQ(second->client_id, first->client_id);
}

TEST_F(SNAC, IsRefusedWithAWrongPassword) {
  password += "x";
  EXPECT_FALSE(sign_in().has_value());
}

}  // namespace
}  // namespace crier
