#pragma once
#include <gtest/gtest.h>

#include <string>

#include "core/clock.h"
#include "core/random.h"
#include "http/curl_client.h"
#include "oauth/sign_in_oauth2.h"
#include "server/browser.h"

namespace crier {

/// Signs in at a server that speaks Mastodon's client API, without discovery.
class SnacRoom : public testing::Test {
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

}  // namespace crier
