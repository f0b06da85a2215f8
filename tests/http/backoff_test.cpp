#include "http/backoff.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace crier {
namespace {

using std::chrono::seconds;

TEST(Backoff, GrowsToSixHoursAndNoFurther) {
  SeededRandom random;
  const Error why{ErrorKind::unavailable, ""};
  seconds before{0};
  for (int attempt = 1; attempt <= 8; ++attempt) {
    const seconds wait = wait_before_try(attempt, why, random);
    EXPECT_GT(wait, before) << attempt;
    before = wait;
  }
  EXPECT_LE(wait_before_try(1'000'000, why, random), seconds{6 * 3600});
}

TEST(RateLimitPause, LastsUntilTheResetWhenNothingRemains) {
  constexpr SysTime now{seconds{1'772'442'000}};  // 2026-03-02T09:00:00Z
  const auto pause = [&](const Headers& headers) { return rate_limit_pause(headers, now); };
  EXPECT_EQ(
      pause({{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "2026-03-02T09:10:00.000Z"}}),
      seconds{600})
      << "Mastodon";
  EXPECT_EQ(
      pause({{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "2026-03-02T09:10:00.001Z"}}),
      seconds{601})
      << "what is left of a second is waited for, too";
  EXPECT_EQ(pause({{"x-rate-limit-remaining", "0"}, {"x-rate-limit-reset", "1772442900"}}),
            seconds{900})
      << "X";
  EXPECT_EQ(pause({{"ratelimit-remaining", "0"}, {"ratelimit-reset", "1772442060"}}), seconds{60})
      << "Bluesky";
  EXPECT_EQ(pause({{"RateLimit-Remaining", "0"}, {"RateLimit-Reset", "30"}}), seconds{30})
      << "the IETF's draft";
  EXPECT_EQ(pause({{"X-RateLimit-Remaining", "1"}, {"X-RateLimit-Reset", "1772442900"}}),
            std::nullopt);
  EXPECT_EQ(pause({{"X-RateLimit-Remaining", "0"}}), std::nullopt);
  EXPECT_EQ(pause({{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "soon"}}), std::nullopt);
  EXPECT_EQ(pause({}), std::nullopt);
}

TEST(FeedBackoff, LeavesAFeedAloneFromTheThirdFailureOnForAnHourAtMost) {
  SeededRandom random;
  EXPECT_EQ(wait_after_failures(1, random), seconds{0});
  EXPECT_EQ(wait_after_failures(2, random), seconds{0});
  const std::vector<long> full{300, 600, 1200, 2400, 3600, 3600, 3600};
  for (std::size_t i = 0; i < full.size(); ++i) {
    const seconds wait = wait_after_failures(static_cast<int>(i) + 3, random);
    EXPECT_LE(wait, seconds{full[i]});
    EXPECT_GE(wait, seconds{full[i] * 3 / 4});
  }
  EXPECT_LE(wait_after_failures(1'000'000, random), seconds{3600});
}

TEST(Backoff, NeverUndercutsWhatTheServerAskedFor) {
  SeededRandom random;
  const Error why{ErrorKind::throttled, "", seconds{100'000}};
  EXPECT_EQ(wait_before_try(1, why, random), seconds{100'000});
}

}  // namespace
}  // namespace crier
