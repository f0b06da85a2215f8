#include "feed/charset.h"

#include <gtest/gtest.h>

namespace crier {
namespace {

struct Settled {
  std::string text;
  std::vector<Warning> warnings;
};

Settled settled(std::string bytes, std::string_view content_type = {}) {
  Settled out;
  out.text = std::move(bytes);
  settle_charset(out.text, content_type, out.warnings);
  return out;
}

std::string declared(const std::string& name, const std::string& body) {
  return "<?xml version=\"1.0\" encoding=\"" + name + "\"?><a>" + body + "</a>";
}

std::string body(const Settled& of) {
  const auto begin = of.text.find("<a>");
  const auto end = of.text.find("</a>");
  if (begin == std::string::npos || end == std::string::npos) return "(no body)";
  return of.text.substr(begin + 3, end - begin - 3);
}

std::string cafe() { return "caf\xC3\xA9"; }

TEST(Charset, LeavesUtf8AsItIs) {
  for (const auto& bytes : {declared("utf-8", cafe()), "<a>" + cafe() + "</a>", std::string()}) {
    const auto out = settled(bytes);
    EXPECT_EQ(out.text, bytes);
    EXPECT_TRUE(out.warnings.empty());
  }
  EXPECT_EQ(settled("\xEF\xBB\xBF<a/>").text, "<a/>");
}

TEST(Charset, ReadsWhatTheDeclarationNames) {
  EXPECT_EQ(body(settled(declared("iso-8859-1", "caf\xE9"))), cafe());
  EXPECT_EQ(body(settled(declared("ISO-8859-1",
                                  "\x93"
                                  "free\x94 \x80"
                                  "5"))),
            "\xE2\x80\x9C"
            "free\xE2\x80\x9D \xE2\x82\xAC"
            "5");
  EXPECT_EQ(body(settled(declared("windows-1251", "\xCC\xE8\xF0"))), "\xD0\x9C\xD0\xB8\xD1\x80");
  EXPECT_EQ(body(settled(declared("big5", "\xA4\xA4"))), "\xE4\xB8\xAD");
}

TEST(Charset, TrustsTheHeaderBeforeTheDeclaration) {
  EXPECT_EQ(body(settled(declared("utf-8", "\xCC\xE8\xF0"), "text/xml; charset=windows-1251")),
            "\xD0\x9C\xD0\xB8\xD1\x80");
  EXPECT_EQ(body(settled(declared("windows-1251", "\xCC\xE8\xF0"), "text/xml")),
            "\xD0\x9C\xD0\xB8\xD1\x80");
}

TEST(Charset, BelievesTheBytesWhenTheyArePlainlyUtf8) {
  const auto out = settled(declared("utf-8", cafe()), "text/xml; charset=iso-8859-1");
  EXPECT_EQ(body(out), cafe());
  ASSERT_EQ(out.warnings.size(), 1U);
  EXPECT_EQ(out.warnings[0].code, "charset-mismatch");
  EXPECT_TRUE(settled(declared("iso-8859-1", "cafe")).warnings.empty());
}

TEST(Charset, ReadsStrayBytesInUtf8AsWindows1252) {
  const auto out = settled(declared("utf-8", cafe() + " \xA3"
                                                      "5 \x93"
                                                      "free\x94"));
  EXPECT_EQ(body(out), cafe() +
                           " \xC2\xA3"
                           "5 \xE2\x80\x9C"
                           "free\xE2\x80\x9D");
  EXPECT_EQ(out.warnings.size(), 1U);
}

TEST(Charset, KnowsWideCharactersWithAndWithoutAMark) {
  const std::string ascii = "<a>x</a>";
  for (const bool with_mark : {true, false}) {
    std::string little = with_mark ? "\xFF\xFE" : "";
    std::string big = with_mark ? "\xFE\xFF" : "";
    std::string widest = with_mark ? std::string("\xFF\xFE\0\0", 4) : "";
    for (const char c : ascii) {
      little += {c, '\0'};
      big += {'\0', c};
      widest += {c, '\0', '\0', '\0'};
    }
    EXPECT_EQ(settled(little).text, ascii);
    EXPECT_EQ(settled(big).text, ascii);
    EXPECT_EQ(settled(widest).text, ascii);
  }
}

TEST(Charset, ToleratesANameNobodyKnows) {
  const auto out = settled(declared("x-council-1", "caf\xE9"));
  EXPECT_EQ(body(out), cafe());
  EXPECT_FALSE(out.warnings.empty());
}

TEST(Charset, NeverDecodesUtf7) {
  for (const char* name : {"UTF-7", "utf-7", "csUTF7", "utf-7-imap", "UNICODE-1-1-UTF-7"}) {
    const auto out = settled(declared(name, "+ADw-script+AD4-"));
    EXPECT_EQ(body(out), "+ADw-script+AD4-") << name;
    EXPECT_FALSE(out.warnings.empty());
  }
}

TEST(Charset, GivesNoNameToIconvThatIsMoreThanAName) {
  EXPECT_EQ(settled(declared("big5//TRANSLIT", "\xA4\xA4")).warnings.front().code,
            "charset-refused");
}

TEST(Charset, FindsTheCharsetInAHeader) {
  EXPECT_EQ(charset_of("text/xml; charset=utf-8"), "utf-8");
  EXPECT_EQ(charset_of("text/xml;qs=0.9; Charset = 'us-ascii' "), "us-ascii");
  EXPECT_EQ(charset_of("text/xml;charset=\"ISO-8859-1\"; x=y"), "ISO-8859-1");
  EXPECT_EQ(charset_of("text/xml"), "");
  EXPECT_EQ(charset_of("text/xml; charset"), "");
}

}  // namespace
}  // namespace crier
