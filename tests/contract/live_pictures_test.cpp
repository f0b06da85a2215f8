// Of pictures and cards, with the real delivery before every double that there is.
#include "live.h"

namespace crier {
namespace {

using std::chrono::hours;

TEST_P(Live, ThePictureGoesWithItsDescription) {
  if (network.traits().most_images == 0) GTEST_SKIP() << "crier attaches none there";
  give_item_a_picture();
  room.add_item("Lifeguard");
  room.run();
  ASSERT_EQ(far->arrived().size(), 1U);
  const auto& pictures = far->arrived()[0].pictures;
  ASSERT_EQ(pictures.size(), 1U);
  EXPECT_EQ(pictures[0].alt, "The pool");
  if (network.traits().fetches_images) {
    EXPECT_EQ(pictures[0].url, picture);
  } else {
    EXPECT_EQ(pictures[0].bytes, jpeg);
  }
}

TEST_P(Live, AnUploadThatNeverLeftIsNoTry) {
  if (!takes_uploads()) GTEST_SKIP() << "crier uploads none there";
  give_item_a_picture();
  room.add_item("Lifeguard");
  answer_uploads([]() -> std::optional<Result<Response>> {
    return fail(ErrorKind::unavailable, "no connection: the network is down");
  });
  for (int i = 0; i < 6; ++i) {
    room.run();
    room.clock.advance(hours{2});
  }
  EXPECT_EQ(count("Lifeguard"), 0U);
  beside = nullptr;
  run_until_quiet();
  ASSERT_EQ(count("Lifeguard"), 1U);
  EXPECT_EQ(far->arrived()[0].pictures.size(), 1U);
}

TEST_P(Live, AnUploadThatTheSignInWasLostAtIsNoTry) {
  if (!takes_uploads()) GTEST_SKIP() << "crier uploads none there";
  give_item_a_picture();
  room.add_item("Lifeguard");
  int sent = 0;
  answer_uploads([&sent]() -> std::optional<Result<Response>> {
    ++sent;
    return FakeSite::respond(401, R"({"error":{"code":190,"message":"session has expired"}})");
  });
  for (int i = 0; i < 8; ++i) {
    room.run();
    room.clock.advance(hours{2});
  }
  EXPECT_GE(sent, 6) << "it is the account that must be mended";
  EXPECT_EQ(count("Lifeguard"), 0U);
  beside = nullptr;
  room.tokens.kept["live"] = far->sign_in(room.config.accounts[0]);
  run_until_quiet();
  ASSERT_EQ(count("Lifeguard"), 1U);
  EXPECT_EQ(far->arrived()[0].pictures.size(), 1U);
}

TEST_P(Live, PicturesThatAreRefusedTakeNoTryFromTheOthers) {
  if (!takes_uploads() || network.traits().most_images < 3) GTEST_SKIP() << "too few";
  give_item_a_picture(network.traits().most_images);
  room.add_item("Lifeguard");
  std::size_t sent = 0;
  answer_uploads([&]() -> std::optional<Result<Response>> {
    if (++sent == network.traits().most_images) return std::nullopt;
    return FakeSite::respond(422, R"({"error":"no such picture"})");
  });
  room.run();
  ASSERT_EQ(count("Lifeguard"), 1U);
  EXPECT_EQ(sent, network.traits().most_images);
  EXPECT_EQ(far->arrived()[0].pictures.size(), 1U) << "the last one was good";
}

TEST_P(Live, AnUploadThatSucceedsIsNoTryHoweverOftenItIsForgotten) {
  if (!takes_uploads()) GTEST_SKIP() << "crier uploads none there";
  give_item_a_picture();
  room.add_item("Lifeguard");
  std::size_t sent = 0;
  answer_uploads([&sent]() -> std::optional<Result<Response>> {
    ++sent;
    return std::nullopt;
  });
  before = [](const Request&) -> std::optional<Result<Response>> {
    return FakeSite::respond(429, "{}", {{"Retry-After", "76000"}});
  };
  for (int i = 0; i < 7; ++i) {
    room.run();
    room.clock.advance(hours{22});
  }
  EXPECT_GE(sent, 6U) << "what no post has named yet is not kept for a day";
  EXPECT_EQ(count("Lifeguard"), 0U);
  before = nullptr;
  run_until_quiet();
  ASSERT_EQ(count("Lifeguard"), 1U);
  EXPECT_EQ(far->arrived()[0].pictures.size(), 1U);
}

TEST_P(Live, SeveralPicturesThatAreNotTakenInKeepTheWordsBackForAboutAnHour) {
  if (!takes_uploads()) GTEST_SKIP() << "crier uploads none there";
  give_item_a_picture(network.traits().most_images);
  for (const bool answers : {true, false}) {
    const std::string title = answers ? "Failing" : "Silent";
    answer_uploads([answers]() -> std::optional<Result<Response>> {
      if (!answers) return fail(ErrorKind::uncertain, "no answer in 60 s");
      return FakeSite::respond(503, "<html></html>");
    });
    room.add_item(title);
    for (int i = 0; i < 10; ++i) {
      room.run();
      room.clock.advance(std::chrono::minutes{15});
    }
    EXPECT_EQ(count(title), 1U) << title;
  }
}

TEST_P(Live, APictureThatIsRefusedCostsNoWords) {
  if (!takes_uploads()) GTEST_SKIP() << "crier uploads none there";
  give_item_a_picture();
  room.add_item("Lifeguard");
  answer_uploads([]() -> std::optional<Result<Response>> {
    return FakeSite::respond(422, R"({"error":"no such picture"})");
  });
  const RunReport report = room.run();
  ASSERT_EQ(count("Lifeguard"), 1U);
  EXPECT_TRUE(far->arrived()[0].pictures.empty());
  EXPECT_TRUE(std::ranges::any_of(
      report.posts, [](const PostReport& post) { return !post.delivered.warnings.empty(); }));
}

TEST_P(Live, TheCardIsMadeWhereTheNetworkMakesNone) {
  if (!network.traits().wants_card) GTEST_SKIP() << "the network makes its own";
  room.add_item("Lifeguard");
  room.run();
  ASSERT_EQ(far->arrived().size(), 1U);
  const rehearsal::Arrived& post = far->arrived()[0];
  EXPECT_EQ(post.card.url, page);
  EXPECT_EQ(post.card.title, "Lifeguard wanted");
  ASSERT_TRUE(post.thumbnail.has_value());
  EXPECT_EQ(post.thumbnail->bytes, jpeg);
}

TEST_P(Live, APictureThatIsNeverTakenInKeepsNoWordsBack) {
  if (!takes_uploads()) GTEST_SKIP() << "crier uploads none there";
  const std::vector<std::pair<const char*, std::function<Result<Response>()>>> mishaps{
      {"Slow", [] { return Result<Response>(fail(ErrorKind::uncertain, "no answer in 60 s")); }},
      {"Busy", [] { return Result<Response>(FakeSite::respond(502, "<html></html>")); }},
      {"Elsewhere",
       [] {
         return Result<Response>(
             FakeSite::respond(302, "", {{"Location", "https://filter.example.net/blocked"}}));
       }},
      {"Moved", [] {
         return Result<Response>(
             FakeSite::respond(301, "", {{"Location", "https://media.example.net/upload"}}));
       }}};
  give_item_a_picture();
  for (const auto& [title, mishap] : mishaps) {
    answer_uploads([&mishap]() -> std::optional<Result<Response>> { return mishap(); });
    room.add_item(title);
    for (int i = 0; i < 24; ++i) {
      room.run();
      room.clock.advance(hours{1});
    }
    EXPECT_EQ(count(title), 1U) << title;
  }
}

}  // namespace
}  // namespace crier
