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

TEST(Fuse, TakesOldTitlesForAMoveHoweverFewTheyAre) {
  EXPECT_TRUE(looks_moved(half_and_ten, 2, 2, 2, 2));
  EXPECT_TRUE(looks_moved(half_and_ten, 9, 9, 9, 9));
  EXPECT_TRUE(looks_moved(half_and_ten, 8, 7, 7, 9)) << "with one that is new since";
  EXPECT_TRUE(looks_moved(half_and_ten, 6, 6, 3, 6)) << "three jobs, each of them twice";
  EXPECT_FALSE(looks_moved(half_and_ten, 1, 1, 1, 1)) << "one title alone comes again";
  EXPECT_FALSE(looks_moved(half_and_ten, 4, 4, 1, 4)) << "one title alone, four times";
  EXPECT_FALSE(looks_moved(half_and_ten, 3, 2, 2, 3)) << "one of three jobs is new";
  EXPECT_FALSE(looks_moved(half_and_ten, 3, 3, 3, 6)) << "half of the feed is known";
  EXPECT_FALSE(looks_moved({0, 1}, 9, 9, 9, 9)) << "switched off";
}

TEST(Fuse, IsStrictWithFewItemsAndWithTheOnlyOne) {
  EXPECT_TRUE(blows(strict(half_and_ten, 2), 2, 2));
  EXPECT_TRUE(blows(strict(half_and_ten, 1), 1, 1));
  EXPECT_FALSE(blows(strict(half_and_ten, 3), 1, 3));
  EXPECT_FALSE(blows(strict({0, 10}, 1), 1, 1));
}

TEST(Fuse, IsOffAtNoPercent) { EXPECT_FALSE(blows({0, 1}, 100, 100)); }

}  // namespace
}  // namespace crier
