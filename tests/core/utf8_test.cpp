#include "core/utf8.h"

#include <gtest/gtest.h>

namespace crier {
namespace {

std::string replacement() { return "\xEF\xBF\xBD"; }

TEST(Utf8, KnowsValidTextFromBroken) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("plain text that is longer than a word"));
  EXPECT_TRUE(is_utf8("Cyngor Sir F\xC3\xB4n \xE2\x82\xAC \xF0\x9F\x8E\x89"));
  for (const char* broken :
       {"\x80", "\xC0\xAF", "\xC3", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF0\x80\x80\xAF",
        "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "\xFF"}) {
    EXPECT_FALSE(is_utf8(broken));
    EXPECT_FALSE(is_utf8("eight ascii bytes, then " + std::string(broken)));
  }
}

// Source: the Unicode Standard 15.0, section 3.9, "U+FFFD substitution of maximal subparts".
TEST(Utf8, ReplacesEachBrokenPartOnce) {
  EXPECT_EQ(to_valid_utf8("a\xF1\x80\x80"
                          "b"),
            "a" + replacement() + "b");
  EXPECT_EQ(to_valid_utf8("\xC0\xAF"), replacement() + replacement());
  EXPECT_EQ(to_valid_utf8("\xE1\x80\xE2\xF0\x91\x92"),
            replacement() + replacement() + replacement());
  EXPECT_EQ(to_valid_utf8("\xED\xA0\x80"), replacement() + replacement() + replacement());
  EXPECT_EQ(to_valid_utf8("caf\xC3\xA9"), "caf\xC3\xA9");
}

TEST(Utf8, WritesEveryLengthAndNoSurrogate) {
  std::string out;
  for (const char32_t c : {U'A', U'\u00E9', U'\u20AC', U'\U0001F389'}) append_utf8(out, c);
  EXPECT_EQ(out, "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x8E\x89");
  out.clear();
  append_utf8(out, static_cast<char32_t>(0xD800));
  append_utf8(out, static_cast<char32_t>(0x110000));
  EXPECT_EQ(out, replacement() + replacement());
}

TEST(Utf8, CountsWhatAReaderSeesAsOneCharacterOnce) {
  const std::string family =
      "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7";
  EXPECT_EQ(count_graphemes(family), 1U);
  EXPECT_EQ(count_code_points(family), 5U);
  const std::string flag_of_wales =
      "\xF0\x9F\x8F\xB4\xF3\xA0\x81\xA7\xF3\xA0\x81\xA2\xF3\xA0\x81\xB7\xF3\xA0\x81\xAC\xF3\xA0\x81"
      "\xB3"
      "\xF3\xA0\x81\xBF";
  EXPECT_EQ(count_graphemes(flag_of_wales), 1U);
  EXPECT_EQ(count_graphemes("e\xCC\x81t\xC3\xA9"), 3U);
  EXPECT_EQ(count_graphemes("a\r\nb"), 3U);
  EXPECT_EQ(count_graphemes("plain"), 5U);
  EXPECT_EQ(count_graphemes(""), 0U);
}

TEST(Utf8, CountsAnIndicConjunctAsOneWhereAsked) {
  const std::string ksha = "\u0915\u094D\u0937";
  EXPECT_EQ(count_graphemes(ksha), 2U);
  EXPECT_EQ(count_graphemes(ksha, Conjuncts::together), 1U);
  EXPECT_EQ(count_graphemes("\u0915\u094D\u200D\u0937", Conjuncts::together), 1U);
  EXPECT_EQ(count_graphemes("\u0915\u094D\u200C\u0937", Conjuncts::together), 2U);
  EXPECT_EQ(count_graphemes("\u0915\u0937", Conjuncts::together), 2U);
  EXPECT_EQ(count_graphemes("a\u094D\u0937", Conjuncts::together), 2U);
  // Bengali and Khmer join their letters, too; Tamil does not.
  EXPECT_EQ(count_graphemes("\u0995\u09CD\u09B7", Conjuncts::together), 1U);
  EXPECT_EQ(count_graphemes("\u1780\u17D2\u1781", Conjuncts::together), 1U);
  EXPECT_EQ(count_graphemes("\u0B95\u0BCD\u0BB7", Conjuncts::together), 2U);
}

TEST(Utf8, GivesOneCodePointAfterTheOther) {
  const std::string_view text = "a\u0175\u5E02\U0001F600\xFF";
  std::u32string found;
  for (std::size_t at = 0; at < text.size();) found += next_code_point(text, at);
  EXPECT_EQ(found, U"a\u0175\u5E02\U0001F600\uFFFD");
}

TEST(Utf8, KnowsLettersMarksDigitsAndPunctuation) {
  EXPECT_EQ(kind_of(U'\u0175'), CharacterKind::letter);
  EXPECT_EQ(kind_of(U'\u2167'), CharacterKind::letter_number);
  EXPECT_EQ(kind_of(U'\u0301'), CharacterKind::mark);
  EXPECT_EQ(kind_of(U'\u0663'), CharacterKind::digit);
  EXPECT_EQ(kind_of(U'_'), CharacterKind::connector);
  EXPECT_EQ(kind_of(U'\u2026'), CharacterKind::punctuation);
  EXPECT_EQ(kind_of(U'\U0001F600'), CharacterKind::other);
  EXPECT_EQ(kind_of(U'+'), CharacterKind::other);
}

TEST(Utf8, SaysWhereEachGraphemeEnds) {
  EXPECT_EQ(grapheme_ends("ae\xCC\x81z"), (std::vector<std::size_t>{1, 4, 5}));
  EXPECT_TRUE(grapheme_ends("").empty());
}

TEST(Utf8, ComposesAccents) {
  EXPECT_EQ(to_nfc("e\xCC\x81"), "\xC3\xA9");
  EXPECT_EQ(to_nfc("w\xCC\x82yl"), "\xC5\xB5yl");
  EXPECT_EQ(to_nfc("plain"), "plain");
}

TEST(Utf8, LowersOnlyAsciiLetters) {
  EXPECT_EQ(ascii_lower("ABC\xC3\x89"), "abc\xC3\x89");
  EXPECT_TRUE(ascii_iequals("Content-Type", "content-TYPE"));
  EXPECT_FALSE(ascii_iequals("a", "ab"));
}

TEST(Utf8, TrimsAsciiSpace) {
  EXPECT_EQ(trimmed(" \t\r\n\f\va b \n"), "a b");
  EXPECT_EQ(trimmed("  "), "");
}

TEST(Utf8, FoldsUnicodeSpaceAndDropsControls) {
  EXPECT_EQ(collapse_space("\xC2\xA0 a\r\n\t b\xE2\x80\x83\xE3\x80\x80"
                           "c \xE2\x80\xA8"),
            "a b c");
  EXPECT_EQ(collapse_space(std::string("a\0b\x07", 4)), "ab");
  EXPECT_EQ(collapse_space("a\xC2\x80z"), "az");
}

TEST(Utf8, MakesTextHarmlessForATerminal) {
  EXPECT_EQ(printable("a\x1b[31mb"), "a" + replacement() + "[31mb");
  std::string turned = "pay";
  append_utf8(turned, static_cast<char32_t>(0x202E));
  EXPECT_EQ(printable(turned + "gpj.exe"), "pay" + replacement() + "gpj.exe");
  EXPECT_EQ(printable("l\xC3\xB4n\xFF"), "l\xC3\xB4n" + replacement());
}

}  // namespace
}  // namespace crier
