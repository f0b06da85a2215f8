#include "oauth/provider.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace crier {
namespace {

class ProviderTest : public testing::Test {
 protected:
  const std::string origin = "https://social.example";

  [[nodiscard]] nlohmann::json document() const {
    return {{"issuer", origin + "/"},
            {"authorization_endpoint", origin + "/oauth/authorize"},
            {"token_endpoint", origin + "/oauth/token"},
            {"revocation_endpoint", origin + "/oauth/revoke"},
            {"app_registration_endpoint", origin + "/api/v1/apps"},
            {"scopes_supported", {"read", "profile"}},
            {"code_challenge_methods_supported", {"S256"}}};
  }
};

TEST_F(ProviderTest, ReadsWhatAServerSays) {
  auto text = document();
  text["authorization_response_iss_parameter_supported"] = true;
  const auto provider = read_discovery(text.dump(), origin);
  ASSERT_TRUE(provider.has_value()) << provider.error().message;
  EXPECT_EQ(provider->issuer, origin + "/");
  EXPECT_EQ(provider->token_endpoint, origin + "/oauth/token");
  EXPECT_EQ(provider->registration_endpoint, origin + "/api/v1/apps");
  EXPECT_EQ(provider->scopes_supported, (std::vector<std::string>{"read", "profile"}));
  EXPECT_TRUE(provider->issuer_in_redirect);
}

TEST_F(ProviderTest, CallsWhatIsNoDiscoveryDocumentAbsent) {
  for (const std::string& text :
       {std::string(), std::string("<!doctype html>"), std::string("{}"), std::string("[]"),
        std::string(R"({"issuer":"https://social.example"})"),
        std::string(R"({"token_endpoint":7,"authorization_endpoint":[]})"), std::string(60000, '['),
        document().dump().substr(0, 200)}) {
    const auto provider = read_discovery(text, origin);
    ASSERT_FALSE(provider.has_value());
    EXPECT_EQ(provider.error().kind, ErrorKind::unavailable);
  }
}

TEST_F(ProviderTest, RefusesAnotherOriginAsIssuerOrEndpoint) {
  for (const char* name : {"issuer", "authorization_endpoint", "token_endpoint",
                           "revocation_endpoint", "app_registration_endpoint"}) {
    for (const char* address :
         {"https://evil.test/oauth", "http://social.example/oauth", "https://social.example:444/",
          "https://social.example@evil.test/", "javascript:alert(1)", "//evil.test/",
          "https://social.example/a#b", "https://social.example/a b"}) {
      auto text = document();
      text[name] = address;
      const auto provider = read_discovery(text.dump(), origin);
      ASSERT_FALSE(provider.has_value()) << name << ' ' << address;
      EXPECT_EQ(provider.error().kind, ErrorKind::rejected);
    }
  }
}

TEST_F(ProviderTest, RefusesAServerThatListsPkceWithoutS256) {
  auto text = document();
  text["code_challenge_methods_supported"] = {"plain"};
  EXPECT_FALSE(read_discovery(text.dump(), origin).has_value());
  text.erase("code_challenge_methods_supported");
  EXPECT_TRUE(read_discovery(text.dump(), origin).has_value());
}

}  // namespace
}  // namespace crier
