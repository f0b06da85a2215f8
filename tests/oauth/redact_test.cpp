// No text that a server sends back shows a secret, in whatever way it writes it.
#include <gtest/gtest.h>

#include "core/url.h"
#include "oauth/credentials.h"
#include "oauth/crypto.h"

namespace crier {
namespace {

constexpr const char* secret = "s3cr3t/of+the=council~";

std::string shown(const std::string& said) {
  Credentials known;
  known.client_secret = Secret(secret);
  std::string text = said;
  redact(known, text);
  return text;
}

TEST(Redact, TakesOutASecretAsItIsAndAsAnAddressHasIt) {
  EXPECT_EQ(shown(std::string("no ") + secret + "!"), "no ***!");
  EXPECT_EQ(shown("a=1&token=" + percent_encode(secret)), "a=1&token=***");
}

TEST(Redact, TakesOutASecretWhereverItStandsInBase64) {
  for (const std::string before : {"", "c", "id", "id:", "a longer client id:"}) {
    for (const std::string after : {"", "\n", ";;", "and more"}) {
      for (const std::string& form : {std::string(secret), percent_encode(secret)}) {
        const std::string whole = before + form + after;
        for (const std::string& written : {base64(whole), base64url(whole)}) {
          const std::string text = shown("Basic " + written + " is not known");
          EXPECT_NE(text.find("***"), std::string::npos) << whole;
          EXPECT_TRUE(text.starts_with("Basic ") && text.ends_with(" is not known")) << text;
          // What is left is of what stands around it, and of at most one of its bytes at each end.
          const std::size_t left = text.size() - std::string("Basic *** is not known").size();
          EXPECT_LE(left, (before.size() + after.size()) * 8 / 6 + 5) << text;
        }
      }
    }
  }
}

TEST(Redact, LeavesOtherWordsAlone) {
  Credentials known;
  known.access_token = Secret("abc");
  known.client_secret = Secret(secret);
  std::string text = "abc: the pool opens at ten";
  redact(known, text);
  EXPECT_EQ(text, "abc: the pool opens at ten");
}

TEST(Redact, TakesOutTheSecretPartsOfAnAddress) {
  Credentials known;
  known.kind = "address";
  known.access_token = Secret("/services/T0000000001/abcdefghijkl?sig=0123456789abc");
  std::string text = R"(no hook \/services\/T0000000001\/abcdefghijkl, sig 0123456789abc)";
  redact(known, text);
  EXPECT_EQ(text, R"(no hook \/services\/***\/***, sig ***)");
}

}  // namespace
}  // namespace crier
