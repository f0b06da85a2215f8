#include "plan/pace.h"

#include <gtest/gtest.h>

namespace crier {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr SysTime now{seconds{1'772'442'000}};

std::optional<PaceWait> ask(const Pace& limits, std::vector<SysTime> posted,
                            std::size_t in_this_run = 0) {
  return wait_for_pace({limits, std::move(posted), in_this_run, now});
}

TEST(Pace, WithoutLimitsNothingWaits) { EXPECT_FALSE(ask({}, {now, now, now, now})); }

TEST(Pace, WaitsUntilTheOldestOfTheLastHourHasLeftIt) {
  const Pace limits{0, 2, 0, seconds{0}};
  EXPECT_FALSE(ask(limits, {now - minutes{59}}));
  const auto wait = ask(limits, {now - minutes{70}, now - minutes{50}, now - minutes{10}});
  ASSERT_TRUE(wait);
  EXPECT_EQ(wait->until, now + minutes{10});
  EXPECT_EQ(wait->why, "at most 2 posts an hour");
}

TEST(Pace, WaitsForTheLongestOfItsLimits) {
  const Pace limits{0, 1, 1, minutes{5}};
  const auto wait = ask(limits, {now - minutes{1}});
  ASSERT_TRUE(wait);
  EXPECT_EQ(wait->until, now + hours{24} - minutes{1});
  EXPECT_EQ(wait->why, "at most 1 post a day");
}

TEST(Pace, KeepsTheGapBetweenTwoPosts) {
  const auto wait = ask({0, 0, 0, minutes{2}}, {now - seconds{30}});
  ASSERT_TRUE(wait);
  EXPECT_EQ(wait->until, now + seconds{90});
  EXPECT_FALSE(ask({0, 0, 0, minutes{2}}, {now - minutes{2}}));
}

TEST(Pace, LeavesTheRestToTheNextRunOnceARunHasSaidEnough) {
  const auto wait = ask({3, 0, 0, seconds{0}}, {}, 3);
  ASSERT_TRUE(wait);
  EXPECT_FALSE(wait->until);
  EXPECT_FALSE(ask({3, 0, 0, seconds{0}}, {}, 2));
}

TEST(Pace, CountsNoPostOfAClockThatWasAhead) {
  const Pace limits{0, 1, 1, minutes{5}};
  EXPECT_FALSE(ask(limits, {now + hours{24 * 30}}));
}

TEST(Pace, BelievesNoWaitThatOnlyAWrongClockCanHaveWritten) {
  EXPECT_FALSE(must_wait(std::nullopt, now));
  EXPECT_FALSE(must_wait(now, now));
  EXPECT_TRUE(must_wait(now + hours{1}, now));
  EXPECT_TRUE(must_wait(now + hours{24 * 7}, now));
  EXPECT_FALSE(must_wait(now + hours{24 * 365}, now));
}

TEST(Stale, WhatHasWaitedTooLongIsNoNewsAnyMore) {
  Delivery delivery;
  delivery.planned_at = now - hours{24 * 7};
  EXPECT_TRUE(is_stale(delivery, hours{24 * 7}, now));
  EXPECT_FALSE(is_stale(delivery, hours{24 * 8}, now));
}

TEST(Stale, WhatMayBePublicAlreadyIsNeverStale) {
  Delivery delivery;
  delivery.planned_at = now - hours{24 * 70};
  delivery.stage = Stage::publishing;
  EXPECT_FALSE(is_stale(delivery, hours{24 * 7}, now));
}

}  // namespace
}  // namespace crier
