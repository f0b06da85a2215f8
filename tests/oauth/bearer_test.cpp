#include <gtest/gtest.h>

#include "oauth/authorizer.h"
#include "support/fake_clock.h"

namespace crier {
namespace {

Credentials credentials_for(const std::string& server) {
  Credentials credentials;
  credentials.server = server;
  credentials.access_token = Secret("token-of-the-test");
  return credentials;
}

Result<Request> sign(const std::string& url, const Credentials& credentials) {
  SeededRandom random;
  Request request;
  request.url = url;
  request.follow_redirects = true;
  request.headers = {{"authorization", "Basic of-someone-else"}};
  return BearerAuthorizer().sign(std::move(request), credentials, SysTime{}, random);
}

TEST(Bearer, SignsARequestToItsOwnServerAndFollowsNoRedirect) {
  const auto signed_request =
      sign("https://social.example/api/v1/statuses", credentials_for("https://social.example"));
  ASSERT_TRUE(signed_request.has_value());
  EXPECT_EQ(signed_request->headers, (Headers{{"Authorization", "Bearer token-of-the-test"}}));
  EXPECT_FALSE(signed_request->follow_redirects);
}

TEST(Bearer, SignsForNoOtherOrigin) {
  const Credentials credentials = credentials_for("https://social.example");
  for (const char* url : {"https://social.example.evil.test/", "https://social.example:8443/",
                          "http://social.example/", "https://social.example@evil.test/",
                          "https://evil.test/https://social.example/", "/api/v1/statuses", ""}) {
    const auto signed_request = sign(url, credentials);
    ASSERT_FALSE(signed_request.has_value()) << url;
    EXPECT_EQ(signed_request.error().kind, ErrorKind::invalid) << url;
    EXPECT_EQ(signed_request.error().message.find("token-of"), std::string::npos);
  }
}

TEST(Bearer, SignsNothingForCredentialsWithoutAServer) {
  EXPECT_FALSE(sign("https://social.example/", credentials_for("")).has_value());
  EXPECT_FALSE(sign("", credentials_for("")).has_value());
}

TEST(Bearer, SendsNoTokenOverPlainHttpButToThisMachine) {
  EXPECT_FALSE(
      sign("http://social.example/", credentials_for("http://social.example")).has_value());
  EXPECT_TRUE(sign("http://127.0.0.1:8080/", credentials_for("http://127.0.0.1:8080")).has_value());
}

TEST(Bearer, RefusesATokenThatWouldBreakTheHeader) {
  Credentials credentials = credentials_for("https://social.example");
  for (const char* token : {"", "two words", "line\r\nX-Other: yes", "caf\xc3\xa9"}) {
    credentials.access_token = Secret(token);
    const auto signed_request = sign("https://social.example/", credentials);
    ASSERT_FALSE(signed_request.has_value());
    EXPECT_EQ(signed_request.error().kind, ErrorKind::unauthorized);
  }
}

}  // namespace
}  // namespace crier
