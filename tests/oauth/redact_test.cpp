// No text that a server sends back shows a secret, in whatever way it writes it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>
#include <vector>

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

/// `text` with each letter written by `write`.
template <class Write>
std::string each_letter(const std::string& text, Write&& write) {
  std::string out;
  for (const char c : text) out += write(c);
  return out;
}

TEST(Redact, TakesOutASecretInWhateverWayItsLettersAreWritten) {
  const std::vector<std::function<std::string(char)>> ways{
      [](char c) { return fmt::format("%{:02x}", c); },
      [](char c) { return fmt::format("%{:02X}", c); },
      [](char c) { return fmt::format("%25{:02X}", c); },
      [](char c) { return fmt::format("&#{};", int{c}); },
      [](char c) { return fmt::format("&#x{:x};", c); },
      [](char c) { return fmt::format("&#X{:04X};", c); },
      [](char c) { return fmt::format("&amp;#{};", int{c}); },
      [](char c) { return fmt::format("\\u{:04x}", c); },
      [](char c) { return fmt::format("\\x{:02x}", c); },
      [](char c) { return c == '/' ? std::string("\\/") : std::string(1, c); }};
  for (const auto& way : ways) {
    const std::string written = each_letter(secret, way);
    EXPECT_EQ(shown("no " + written + "!"), "no ***!") << written;
    // Some of its letters one way, some as they are.
    std::size_t at = 0;
    const std::string some =
        each_letter(secret, [&](char c) { return ++at % 3 == 0 ? way(c) : std::string(1, c); });
    EXPECT_EQ(shown("no " + some + "!"), "no ***!") << some;
  }
  std::string page;
  const std::string with_marks = "a<b>&\"c'd%41\\e&amp;";
  Credentials known;
  known.access_token = Secret(with_marks);
  for (const std::string& text :
       {with_marks, std::string("a&lt;b&gt;&amp;&quot;c&#39;d%41\\e&amp;amp;"),
        std::string(R"(a<b>&\"c'd%41\\e&amp;)")}) {
    page = "<p>" + text + "</p>";
    redact(known, page);
    EXPECT_EQ(page, "<p>***</p>") << text;
  }
}

TEST(Redact, TakesOutASecretInHexadecimalDigits) {
  for (const std::string& form : {std::string(secret), percent_encode(secret)}) {
    EXPECT_EQ(shown("0x" + each_letter(form, [](char c) { return fmt::format("{:02x}", c); })),
              "0x***");
    EXPECT_EQ(shown("0x" + each_letter(form, [](char c) { return fmt::format("{:02X}", c); })),
              "0x***");
  }
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
  EXPECT_EQ(text, R"(no hook ***, sig ***)");
  text = R"(no hook T0000000001, abcdefghijkl)";
  redact(known, text);
  EXPECT_EQ(text, R"(no hook ***, ***)");
}

}  // namespace
}  // namespace crier
