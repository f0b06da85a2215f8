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

TEST(Backoff, NeverUndercutsWhatTheServerAskedFor) {
  SeededRandom random;
  const Error why{ErrorKind::throttled, "", seconds{100'000}};
  EXPECT_EQ(wait_before_try(1, why, random), seconds{100'000});
}

}  // namespace
}  // namespace crier
