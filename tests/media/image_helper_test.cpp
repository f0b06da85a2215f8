// Bytes in, a picture that fits out: with the real crier-image.

#include "media/image_helper.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <thread>
#include <vector>

#include "support/png.h"
#include "support/temp_dir.h"

namespace crier {
namespace {

constexpr ImageLimits card{1'000'000, 1200};

ImageHelper& helper() {
  static const SystemClock clock;
  static ImageHelper helper(CRIER_IMAGE_PROGRAM, clock);
  return helper;
}

std::string reason(std::string_view bytes, const ImageLimits& limits = card) {
  const auto fitted = helper().fit(bytes, limits);
  return fitted ? "it was taken" : fitted.error().message;
}

Pixel green(std::uint32_t, std::uint32_t) { return {0, 128, 0, 255}; }

/// A photograph of the helper's own making.
std::string jpeg(std::uint32_t width, std::uint32_t height) {
  const auto fitted =
      helper().fit(make_png(width, height, noise), {std::size_t{width} * height * 2, 4000});
  EXPECT_TRUE(fitted.has_value());
  EXPECT_EQ(fitted->type, "image/jpeg");
  return fitted->bytes;
}

/// An Exif segment that says: turn me to the right. And where it was taken, in plain letters.
std::string with_exif(const std::string& bytes) {
  const std::string tiff(
      "MM\0\x2A\0\0\0\x08"
      "\0\x02"
      "\x01\x12\0\x03\0\0\0\x01\0\x06\0\0"
      "\x01\x0E\0\x02\0\0\0\x0E\0\0\0\x26"
      "\0\0\0\0"
      "SECRET PLACE\0\0",
      52);
  const std::string body = std::string("Exif\0\0", 6) + tiff;
  const std::size_t size = body.size() + 2;
  std::string segment("\xFF\xE1", 2);
  segment += static_cast<char>(size >> 8U);
  segment += static_cast<char>(size & 0xFFU);
  return bytes.substr(0, 2) + segment + body + bytes.substr(2);
}

TEST(ImageHelper, ScalesAThumbnailOfThreeMegabytesDown) {
  const std::string big = make_png(900, 850, noise);
  ASSERT_GT(big.size(), 3'000'000U);
  const auto fitted = helper().fit(big, card);
  ASSERT_TRUE(fitted.has_value()) << fitted.error().message;
  EXPECT_EQ(fitted->type, "image/jpeg");
  EXPECT_LE(fitted->bytes.size(), card.max_bytes);
  EXPECT_TRUE(fitted->bytes.starts_with("\xFF\xD8\xFF"));
  EXPECT_LE(std::max(fitted->width, fitted->height), card.max_side);
}

TEST(ImageHelper, MakesTheLongerSideFitAndKeepsTheShape) {
  const auto fitted = helper().fit(make_png(2000, 500, green), {1'000'000, 400});
  ASSERT_TRUE(fitted.has_value()) << fitted.error().message;
  EXPECT_EQ(fitted->width, 400U);
  EXPECT_EQ(fitted->height, 100U);
  EXPECT_EQ(fitted->type, "image/png") << "a drawing stays one";
}

TEST(ImageHelper, MakesNoPictureLarger) {
  const auto fitted = helper().fit(make_png(32, 16, green), card);
  ASSERT_TRUE(fitted.has_value()) << fitted.error().message;
  EXPECT_EQ(fitted->width, 32U);
  EXPECT_EQ(fitted->height, 16U);
}

TEST(ImageHelper, GoesOnMakingItSmallerUntilTheBytesFit) {
  const auto fitted = helper().fit(make_png(600, 600, noise), {20'000, 600});
  ASSERT_TRUE(fitted.has_value()) << fitted.error().message;
  EXPECT_LE(fitted->bytes.size(), 20'000U);
  EXPECT_LT(fitted->width, 600U);
  EXPECT_NE(reason(make_png(600, 600, noise), {300, 600}).find("300 bytes"), std::string::npos);
}

TEST(ImageHelper, TurnsAPictureUprightAndForgetsWhereItWasTaken) {
  const std::string photo = with_exif(jpeg(300, 200));
  ASSERT_NE(photo.find("SECRET PLACE"), std::string::npos);
  const auto fitted = helper().fit(photo, card);
  ASSERT_TRUE(fitted.has_value()) << fitted.error().message;
  EXPECT_EQ(fitted->width, 200U);
  EXPECT_EQ(fitted->height, 300U);
  EXPECT_EQ(fitted->bytes.find("SECRET"), std::string::npos);
  EXPECT_EQ(fitted->bytes.find("Exif"), std::string::npos);
}

TEST(ImageHelper, ForgetsWhatAPngSaysBesideThePicture) {
  const auto fitted = helper().fit(
      make_png(40, 40, green, png_chunk("tEXt", std::string("Author\0SECRET NAME", 18))), card);
  ASSERT_TRUE(fitted.has_value()) << fitted.error().message;
  EXPECT_EQ(fitted->bytes.find("SECRET"), std::string::npos);
  EXPECT_EQ(fitted->bytes.find("tEXt"), std::string::npos);
}

TEST(ImageHelper, KeepsWhatShinesThroughWhereItFitsAndElsePutsItOnWhite) {
  const auto half = [](std::uint32_t x, std::uint32_t y) {
    Pixel pixel = noise(x, y);
    pixel[3] = x % 2 == 0 ? 0 : 255;
    return pixel;
  };
  const auto kept = helper().fit(make_png(100, 100, half), card);
  ASSERT_TRUE(kept.has_value()) << kept.error().message;
  EXPECT_EQ(kept->type, "image/png");
  const auto flat = helper().fit(make_png(100, 100, half), {9'000, 1200});
  ASSERT_TRUE(flat.has_value()) << flat.error().message;
  EXPECT_EQ(flat->type, "image/jpeg");
}

TEST(ImageHelper, RefusesAPngOf20000By20000PixelsByItsHeader) {
  const std::string head = png_head(20'000, 20'000);
  for (const std::string& bytes : {head + png_chunk("IDAT", stored("")) + png_chunk("IEND", ""),
                                   head + png_chunk("IDAT", std::string(1000, 'x'))}) {
    EXPECT_NE(reason(bytes).find("20000 x 20000 pixels"), std::string::npos) << reason(bytes);
  }
}

TEST(ImageHelper, SaysWhatIsNoPicture) {
  const auto says = [](std::string_view bytes, const char* what) {
    const std::string why = reason(bytes);
    EXPECT_NE(why.find(what), std::string::npos) << why;
    EXPECT_NE(why.find("give the page a"), std::string::npos) << why;
  };
  says(R"(<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>)", "SVG");
  says("<svg><image href='http://127.0.0.1/'/></svg>", "SVG");
  says("<!DOCTYPE html><title>Not found</title>", "web page");
  says("%PDF-1.7\n", "PDF");
  says("II*\0\0\0\0\0", "TIFF");
  says("push graphic-context\nviewbox 0 0 1 1\nimage over 0,0 0,0 '/etc/passwd'", "no picture");
  says("", "empty");
}

TEST(ImageHelper, SurvivesPicturesThatAreBroken) {
  const std::string png = make_png(64, 64, noise);
  const std::string photo = jpeg(64, 64);
  for (const std::string* whole : {&png, &photo}) {
    for (const std::size_t size : {4U, 9U, 30U, 60U, 700U}) {
      EXPECT_NE(reason(whole->substr(0, size)), "it was taken") << size;
    }
  }
  // Whatever becomes of them, crier goes on: each byte of the heads is wrong once.
  for (std::size_t at = 8; at < 60; at += 3) {
    std::string wrong = png;
    wrong[at] = static_cast<char>(~wrong[at]);
    (void)helper().fit(wrong, card);
  }
}

TEST(ImageHelper, EndsAHelperThatDoesNotAnswer) {
  const SystemClock clock;
  const TempDir dir;
  const auto script = [&](const std::string& lines) {
    const auto path = dir.path() / "helper";
    std::ofstream(path) << "#!/bin/sh\n" << lines << "\n";
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    const auto fitted = ImageHelper(path, clock, std::chrono::milliseconds{300}).fit("x", card);
    return fitted ? "it was taken" : fitted.error().message;
  };
  EXPECT_NE(script("exec /bin/cat /dev/zero").find("longer than"), std::string::npos);
  EXPECT_NE(script("exec /bin/sleep 60").find("longer than"), std::string::npos);
  EXPECT_NE(script("kill -9 $$").find("too much memory or time"), std::string::npos);
  EXPECT_NE(script("echo jpeg 9 9 100").find("broken"), std::string::npos);
  EXPECT_NE(script("printf 'jpeg 9999 9 1\\nx'").find("broken"), std::string::npos);
  EXPECT_NE(script("exit 3").find("said nothing"), std::string::npos);
}

/// A helper of these lines, and what comes of a picture that it is given.
std::string by_script(const TempDir& dir, const std::string& lines,
                      std::chrono::milliseconds at_most,
                      const volatile std::sig_atomic_t* stop = nullptr) {
  const SystemClock clock;
  const auto path = dir.path() / "helper";
  std::ofstream(path) << "#!/bin/sh\n" << lines << "\n";
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  const auto fitted = ImageHelper(path, clock, at_most, stop).fit("x", card);
  return fitted ? "it was taken" : fitted.error().message;
}

/// Gone, or dead and not yet cleared away.
bool has_ended(const std::string& id) {
  std::ifstream about("/proc/" + id + "/stat");
  std::string number;
  std::string name;
  std::string state;
  return !(about >> number >> name >> state) || state == "Z";
}

TEST(ImageHelper, NeverOutlivesItsLineOrItsTimeWithAllThatItHasStarted) {
  struct Case {
    std::string lines;
    std::chrono::milliseconds at_most;
  };
  const TempDir dir;
  const std::string ids = (dir.path() / "ids").string();
  const std::vector<Case> cases{
      {"sleep 600 <&- >&- 2>&- &\necho $! $$ >" + ids + "\nexec <&- >&- 2>&-\nexec sleep 600",
       std::chrono::hours{1}},
      {"sleep 600 &\necho $! $$ >" + ids + "\nexec <&- >&- 2>&-", std::chrono::milliseconds{300}},
  };
  for (const Case& each : cases) {
    EXPECT_NE(by_script(dir, each.lines, each.at_most), "it was taken");
    std::ifstream file(ids);
    std::size_t count = 0;
    for (std::string id; file >> id; ++count) {
      // Ended by now, but not waited for by anybody here: its end is a matter of moments.
      while (!has_ended(id)) std::this_thread::yield();
    }
    EXPECT_EQ(count, 2U);
  }
}

TEST(ImageHelper, LeavesAHelperThatIsAtWorkWhenASignalSaysStop) {
  const TempDir dir;
  const volatile std::sig_atomic_t stop = 1;
  const std::string why = by_script(dir, "exec sleep 600", std::chrono::hours{1}, &stop);
  EXPECT_NE(why.find("stopped"), std::string::npos) << why;
}

TEST(ImageHelper, SaysThatItsProgramIsMissing) {
  const SystemClock clock;
  const auto fitted = ImageHelper("/nonexistent/crier-image", clock).fit("x", card);
  ASSERT_FALSE(fitted.has_value());
  EXPECT_EQ(fitted.error().kind, ErrorKind::unavailable);
  EXPECT_NE(fitted.error().message.find("cmake --install"), std::string::npos);
}

TEST(ImageHelper, GivesTheHelperNoEnvironmentAndNoOpenFile) {
  const SystemClock clock;
  const TempDir dir;
  const auto path = dir.path() / "helper";
  std::ofstream(path) << "#!/bin/sh\n"
                         "if [ -n \"$CRIER_TOKEN_X\" ]; then echo no token; exit; fi\n"
                         "for fd in 3 4 5 6 7 8 9; do\n"
                         "  if (eval \": <&$fd\") 2>/dev/null; then echo no fd $fd; exit; fi\n"
                         "done\n"
                         "echo no leak\n";
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  ::setenv("CRIER_TOKEN_X", "secret", 1);
  const int open = ::dup(STDIN_FILENO);
  const auto fitted = ImageHelper(path, clock).fit("x", card);
  ::close(open);
  ::unsetenv("CRIER_TOKEN_X");
  ASSERT_FALSE(fitted.has_value());
  EXPECT_EQ(fitted.error().message, "leak");
}

}  // namespace
}  // namespace crier
