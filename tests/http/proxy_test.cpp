#include "http/proxy.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <initializer_list>
#include <string>
#include <utility>

namespace crier {
namespace {

constexpr std::initializer_list<const char*> variables = {
    "http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY",
    "all_proxy",  "ALL_PROXY",  "no_proxy",    "NO_PROXY"};

/// `address` under an environment of these variables alone.
bool has_proxy_with(std::initializer_list<std::pair<const char*, const char*>> environment,
                    const std::string& address) {
  for (const char* name : variables) ::unsetenv(name);
  for (const auto& [name, value] : environment) ::setenv(name, value, 1);
  const bool has = has_proxy(address);
  for (const char* name : variables) ::unsetenv(name);
  return has;
}

constexpr const char* plain = "http://www.example.org/";
constexpr const char* safe = "https://www.example.org/";
constexpr const char* proxy = "http://proxy:3128";

TEST(Proxy, IsTheOneThatTheEnvironmentHasForTheScheme) {
  EXPECT_FALSE(has_proxy_with({}, plain));
  EXPECT_TRUE(has_proxy_with({{"http_proxy", proxy}}, plain));
  EXPECT_FALSE(has_proxy_with({{"http_proxy", proxy}}, safe));
  EXPECT_TRUE(has_proxy_with({{"https_proxy", proxy}}, safe));
  EXPECT_TRUE(has_proxy_with({{"HTTPS_PROXY", proxy}}, safe));
  EXPECT_FALSE(has_proxy_with({{"HTTP_PROXY", proxy}}, plain)) << "a visitor's header";
  for (const char* address : {plain, safe}) {
    EXPECT_TRUE(has_proxy_with({{"all_proxy", proxy}}, address));
    EXPECT_TRUE(has_proxy_with({{"ALL_PROXY", proxy}}, address));
    EXPECT_FALSE(has_proxy_with({{"all_proxy", ""}}, address)) << "set to nothing";
  }
}

TEST(Proxy, IsNotAskedForWhatIsExempt) {
  for (const char* exempt :
       {"*", "example.org", ".example.org", "a.test, EXAMPLE.ORG.", "a.test www.example.org"}) {
    EXPECT_FALSE(has_proxy_with({{"http_proxy", proxy}, {"no_proxy", exempt}}, plain)) << exempt;
    EXPECT_FALSE(has_proxy_with({{"http_proxy", proxy}, {"NO_PROXY", exempt}}, plain)) << exempt;
  }
  for (const char* exempt : {"", "ample.org", "w.example.org", "org.test", "10.0.0.0/8"}) {
    EXPECT_TRUE(has_proxy_with({{"http_proxy", proxy}, {"no_proxy", exempt}}, plain)) << exempt;
  }
  EXPECT_FALSE(
      has_proxy_with({{"http_proxy", proxy}, {"no_proxy", "127.0.0.1"}}, "http://127.0.0.1:8080/"));
}

}  // namespace
}  // namespace crier
