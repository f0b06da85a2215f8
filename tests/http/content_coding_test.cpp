#include "http/content_coding.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <vector>

namespace crier {
namespace {

constexpr std::size_t plenty = 1U << 20;
const std::string feed = "<?xml version=\"1.0\"?><rss version=\"2.0\"/>";

/// `window_bits` as zlib has them: 31 for gzip, 15 for zlib, -15 for bare deflate.
std::string packed(const std::string& text, int window_bits = 31) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string in = text;
  std::string out(deflateBound(&stream, static_cast<uLong>(text.size())) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

Headers says(const std::string& coding) { return {{"Content-Encoding", coding}}; }

TEST(ContentCoding, UndoesWhatIsPackedAsItSaysWithoutAWord) {
  const std::string hello_br("\x0b\x02\x80hello\x03", 9);
  struct Case {
    std::string body;
    Headers headers;
    std::string want;
  };
  const std::vector<Case> cases{
      {feed, {}, feed},
      {feed, says("identity"), feed},
      {packed(feed), says("gzip"), feed},
      {packed(feed), says("X-GZIP"), feed},
      {packed(feed), says("gzip, identity"), feed},
      {packed(feed).append(packed("<!-- -->")), says("gzip"), feed + "<!-- -->"},
      {packed(packed(feed)), says("gzip, gzip"), feed},
      {packed(packed(feed)), {{"Content-Encoding", "gzip"}, {"content-encoding", "gzip"}}, feed},
      {packed(feed, 15), says("deflate"), feed},
      {packed(feed, -15), says("deflate"), feed},
      {packed(packed(feed), 15), says("gzip, deflate"), feed},
      {hello_br, says("br"), "hello"},
      {"", says("gzip"), ""},
  };
  for (const Case& each : cases) {
    const auto unpacked = unpack(each.body, each.headers, plenty, false);
    const std::string header = each.headers.empty() ? "none" : each.headers[0].value;
    ASSERT_TRUE(unpacked.has_value()) << header << ": " << unpacked.error().message;
    EXPECT_EQ(unpacked->body, each.want) << header;
    EXPECT_EQ(unpacked->remark, "") << header;
  }
}

TEST(ContentCoding, ReadsWhatCanBeReadWhateverIsSaidOfItAndRemarksOnIt) {
  struct Case {
    std::string body, coding, remark;
  };
  const std::vector<Case> cases{
      {feed, "aws-chunked", "“aws-chunked”, is none that crier knows"},
      {feed, "UTF-8", "“utf-8”, is none"},
      {feed, "text", "“text”, is none"},
      {feed, "none", "“none”, is none"},
      {feed, "gzip", "says “gzip”, and it is not packed"},
      {feed, "br", "says “br”, and it is not packed"},
      {feed, "deflate", "says “deflate”, and it is not packed"},
      {packed(feed), "", "no Content-Encoding says so"},
      {packed(feed), "UTF-8", "“utf-8”, is none"},
      {packed(packed(feed)), "gzip", "no Content-Encoding says so"},
      {packed(feed) + "\r\n", "gzip", "behind its packed data was left away (bytes: 2)"},
      {feed, "br, gzip", "says “gzip”"},
      {feed, "\x1b[31m\xff", "is none that crier knows"},
  };
  for (const Case& each : cases) {
    const Headers headers = each.coding.empty() ? Headers{} : says(each.coding);
    const auto unpacked = unpack(each.body, headers, plenty, false);
    ASSERT_TRUE(unpacked.has_value()) << each.coding << ": " << unpacked.error().message;
    EXPECT_EQ(unpacked->body, feed) << each.coding;
    EXPECT_NE(unpacked->remark.find(each.remark), std::string::npos) << unpacked->remark;
    EXPECT_EQ(unpacked->remark.find('\x1b'), std::string::npos);
  }
}

TEST(ContentCoding, CallsWhatIsBrokenOrBreaksOffAnError) {
  const std::string whole = packed(feed);
  std::string broken = whole;
  broken[14] = static_cast<char>(~broken[14]);
  for (const std::string& body : {whole.substr(0, 12), whole.substr(0, whole.size() - 4), broken,
                                  whole + whole.substr(0, 20)}) {
    for (const char* coding : {"gzip", "UTF-8"}) {
      const auto unpacked = unpack(body, says(coding), plenty, false);
      ASSERT_FALSE(unpacked.has_value()) << body.size();
      EXPECT_EQ(unpacked.error().kind, ErrorKind::unavailable);
      EXPECT_NE(unpacked.error().message.find("gzip"), std::string::npos);
    }
  }
  EXPECT_FALSE(unpack(std::string("\x0b\x02\x80hel", 6), says("br"), plenty, false).has_value());
}

TEST(ContentCoding, HoldsTheLimitAgainstWhatIsMadeToSwell) {
  const std::string bomb = packed(std::string(10'000'000, 'x'));
  ASSERT_LT(bomb.size(), 20'000U);
  for (const std::string& body : {bomb, packed(bomb), packed(std::string(500, 'y')) + bomb}) {
    const auto refused = unpack(body, says("gzip"), 1'000'000, false);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
    EXPECT_NE(refused.error().message.find("1000000 bytes"), std::string::npos);
  }
  EXPECT_FALSE(unpack(packed(std::string(10'000'000, 'x'), 15), says("deflate"), 1000, false));
  EXPECT_TRUE(unpack(bomb, says("gzip"), 10'000'000, false).has_value()) << "as much as it may be";
}

TEST(ContentCoding, UnpacksTheBeginningOfWhatMayBeCut) {
  const std::string long_page(300'000, 'x');
  const auto cut = unpack(packed(long_page), says("gzip"), 1000, true);
  ASSERT_TRUE(cut.has_value());
  EXPECT_EQ(cut->body, long_page.substr(0, 1000));
  const auto broken_off = unpack(packed(feed).substr(0, 40), says("gzip"), 1000, true);
  ASSERT_TRUE(broken_off.has_value());
  EXPECT_TRUE(feed.starts_with(broken_off->body));
}

}  // namespace
}  // namespace crier
