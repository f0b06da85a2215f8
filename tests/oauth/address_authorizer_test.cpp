#include <gtest/gtest.h>

#include "oauth/authorizer.h"
#include "support/fake_clock.h"

namespace crier {
namespace {

class AddressAuthorizerTest : public testing::Test {
 protected:
  AddressAuthorizerTest() {
    credentials.kind = "address";
    credentials.server = "https://hooks.example.org";
    credentials.access_token = Secret("/services/T1/secret?sig=x");
  }
  Result<Request> sign(Request request, SysTime now = SysTime{std::chrono::seconds{1614265330}}) {
    return KindAuthorizer().sign(std::move(request), credentials, now, random);
  }
  static Request to(std::string url) {
    Request request;
    request.method = Method::post;
    request.url = std::move(url);
    request.sign = true;
    request.follow_redirects = true;
    return request;
  }
  static std::string header(const Request& request, const char* name) {
    return std::string(find_header(request.headers, name).value_or("none"));
  }

  SeededRandom random;
  Credentials credentials;
};

// Source: Standard Webhooks 1.0.0, spec/standard-webhooks.md, "Signature scheme".
TEST_F(AddressAuthorizerTest, SignsAsTheStandardsOwnExample) {
  credentials.client_secret = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  Request request = to("https://hooks.example.org/");
  request.headers = {{"webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"}};
  request.body = R"({"test": 2432232314})";
  const auto signed_one = sign(request);
  ASSERT_TRUE(signed_one.has_value());
  EXPECT_EQ(header(*signed_one, "webhook-signature"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  EXPECT_EQ(header(*signed_one, "webhook-timestamp"), "1614265330");
  EXPECT_EQ(header(*signed_one, "webhook-id"), "msg_p5jXN8AQM9LWM0D4loKWxJek");
}

TEST_F(AddressAuthorizerTest, SignsEachTryAtItsOwnTime) {
  credentials.client_secret = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  Request request = to("https://hooks.example.org/");
  request.headers = {{"webhook-id", "msg_1"}, {"webhook-timestamp", "1"}};
  const auto later = sign(request, SysTime{std::chrono::seconds{1614265331}});
  EXPECT_EQ(header(*later, "webhook-timestamp"), "1614265331");
  EXPECT_NE(header(*later, "webhook-signature"), header(*sign(request), "webhook-signature"));
}

TEST_F(AddressAuthorizerTest, SignsNothingWithoutAKeyOrAnId) {
  Request request = to("https://hooks.example.org/");
  request.headers = {{"webhook-id", "msg_1"}};
  EXPECT_EQ(header(*sign(request), "webhook-signature"), "none");
  credentials.client_secret = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  EXPECT_EQ(header(*sign(to("https://hooks.example.org/")), "webhook-signature"), "none");
}

TEST_F(AddressAuthorizerTest, PutsTheSecretBehindTheOriginOrBeforeThePath) {
  EXPECT_EQ(sign(to("https://hooks.example.org/"))->url,
            "https://hooks.example.org/services/T1/secret?sig=x");
  credentials.server = "https://api.telegram.org";
  credentials.access_token = Secret("/bot123:ABC");
  EXPECT_EQ(sign(to("https://api.telegram.org/getChat?chat_id=%40a"))->url,
            "https://api.telegram.org/bot123:ABC/getChat?chat_id=%40a");
  credentials.server = "http://127.0.0.1:8701";
  EXPECT_EQ(sign(to("http://127.0.0.1:8701/getMe"))->url, "http://127.0.0.1:8701/bot123:ABC/getMe");
}

TEST_F(AddressAuthorizerTest, GivesTheSecretToItsOwnOriginOnlyAndFollowsNobody) {
  EXPECT_FALSE(sign(to("https://elsewhere.example.org/")).has_value());
  EXPECT_FALSE(sign(to("http://hooks.example.org/")).has_value());
  EXPECT_FALSE(sign(to("https://hooks.example.org/"))->follow_redirects);
  credentials.access_token = {};
  EXPECT_FALSE(sign(to("https://hooks.example.org/")).has_value());
}

}  // namespace
}  // namespace crier
