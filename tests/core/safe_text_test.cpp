#include "core/safe_text.h"

#include <gtest/gtest.h>

#include "core/utf8.h"

namespace crier {
namespace {

/// ESC, BEL, U+009B, DEL, an override, an isolate, a NUL.
const std::string acting("a\x1B[2J\x07\u009B31m\x7F\u202E\u2066\0z", 18);

TEST(SafeText, LeavesATerminalNothingToActOn) {
  for (const std::string& text : {printable(acting), printable_lines(acting)}) {
    for (const char* sign : {"\x1B", "\x07", "\u009B", "\x7F", "\u202E", "\u2066"}) {
      EXPECT_EQ(text.find(sign), std::string::npos) << text;
    }
  }
  EXPECT_EQ(printable_lines("a\nb\n"), "a\nb\n");
}

TEST(SafeText, JsonKeepsItsValuesAndHoldsNothingThatActs) {
  EXPECT_EQ(json_shown("{\"a\":\"x\u009By\x7F\u202E\u2066\u200F\u061C\u2028\"}"),
            R"({"a":"x\u009by\u007f\u202e\u2066\u200f\u061c\u2028"})");
  const std::string usual = "{\"a\":\"ŵ – “§” 市 \U0001F600 \u200B\"}";
  EXPECT_EQ(json_shown(usual), usual);
}

TEST(SafeText, ACellRunsInNoSpreadsheet) {
  for (const char* formula : {"=1+1", "+1", "-1", "@SUM(A1)", "|x", "\t=1", "\r=1", "  =1", "\n=1",
                              "\u200B=1", "\uFEFF=1", "＝1", "＋1", "－1", "＠x", "\x1B=1"}) {
    const std::string cell = csv_cell(formula);
    EXPECT_TRUE(cell.starts_with("\"'")) << cell;
    EXPECT_TRUE(cell.ends_with('"')) << cell;
  }
  EXPECT_EQ(csv_cell("a=1"), "\"a=1\"");
  EXPECT_EQ(csv_cell(""), "\"\"");
}

TEST(SafeText, ACellStaysOneCell) {
  EXPECT_EQ(csv_cell("a,b;c\"d"), "\"a,b;c\"\"d\"");
  EXPECT_EQ(csv_cell("a\r\nb\rc\nd\te"), "\"a\nb\nc\nd e\"");
  EXPECT_EQ(csv_cell("a\x1B[2Jb\u009B"), "\"a\uFFFD[2Jb\uFFFD\"");
}

TEST(SafeText, APostHoldsNoControlCharactersAndNothingThatTurnsItsLines) {
  EXPECT_EQ(post_words("a\x08\x1B[2J\u009B\x7F\u0085 b\nc"), "a[2J b\nc");
  for (const char* turn : {"\u202A", "\u202B", "\u202C", "\u202D", "\u202E"}) {
    EXPECT_EQ(post_words("a" + std::string(turn) + "b"), "ab");
    EXPECT_EQ(post_words("ש" + std::string(turn) + "b"), "שb") << "overrides need no language";
  }
  const std::string usual = "ŵ – “§” 市 \U0001F600 \u00A0\u200B";
  EXPECT_EQ(post_words(usual), usual);
}

TEST(SafeText, APostKeepsIsolatesOnlyWholeAndWhereALanguageNeedsThem) {
  EXPECT_EQ(post_words("טלפון \u2066+44 20\u2069 כאן"), "טלפון \u2066+44 20\u2069 כאן");
  EXPECT_EQ(post_words("مرحبا \u2068ABC \u2067x\u2069\u2069"),
            "مرحبا \u2068ABC \u2067x\u2069\u2069");
  EXPECT_EQ(post_words("طلب \u2066abc"), "طلب abc") << "never closed";
  EXPECT_EQ(post_words("طلب abc\u2069 \u2066x\u2069"), "طلب abc \u2066x\u2069") << "never opened";
  EXPECT_EQ(post_words("Paid \u2067here\u2069"), "Paid here") << "no letter is read that way";
  EXPECT_EQ(post_words("שלום!\u200F (A)\u200E \u061C"), "שלום!\u200F (A)\u200E \u061C");
}

TEST(SafeText, ComparesWordsWithoutWhatIsThereToBeInvisible) {
  EXPECT_EQ(compared_words("@\u200Bmayor  a\u00A0b\n"), "@mayor a b");
  EXPECT_EQ(compared_words("w\u0302"), compared_words("ŵ"));
}

TEST(SafeText, ABeginningIsBoundedInCharactersAndInBytes) {
  EXPECT_EQ(beginning_of("short", 5), "short");
  EXPECT_EQ(beginning_of("too long", 5), "too …");
  EXPECT_EQ(count_graphemes(beginning_of(std::string(5'000'000, 'x'), 300)), 300U);
  std::string accents = "a";
  for (int i = 0; i < 100'000; ++i) accents += "\u0301";
  EXPECT_LE(beginning_of(accents, 300).size(), 3'700U);
  std::string wide;
  for (int i = 0; i < 1'000; ++i) wide += "市";
  EXPECT_TRUE(is_utf8(beginning_of(wide, 10)));
  EXPECT_EQ(count_graphemes(beginning_of(wide, 10)), 10U);
}

}  // namespace
}  // namespace crier
