#include "plan/fuse.h"

#include <gtest/gtest.h>

namespace crier {
namespace {

constexpr FuseLimits half_and_ten{50, 10};

TEST(Fuse, BlowsWhenMoreThanItsShareLooksNew) {
  EXPECT_TRUE(blows(half_and_ten, 11, 20));
  EXPECT_FALSE(blows(half_and_ten, 10, 20)) << "just half";
  EXPECT_TRUE(blows(half_and_ten, 20, 20));
}

TEST(Fuse, NeverBlowsForAFewItems) {
  EXPECT_FALSE(blows(half_and_ten, 9, 9));
  EXPECT_TRUE(blows(half_and_ten, 10, 10));
  EXPECT_FALSE(blows({50, 0}, 0, 0)) << "nothing is never too much";
}

TEST(Fuse, IsOffAtNoPercent) { EXPECT_FALSE(blows({0, 1}, 100, 100)); }

}  // namespace
}  // namespace crier
