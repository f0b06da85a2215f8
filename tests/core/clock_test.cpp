#include "core/clock.h"

#include <gtest/gtest.h>

namespace crier {
namespace {

TEST(Clock, WritesTimesInUtcToTheSecond) {
  EXPECT_EQ(to_iso8601(SysTime{std::chrono::seconds{0}}), "1970-01-01T00:00:00Z");
  EXPECT_EQ(to_iso8601(SysTime{std::chrono::seconds{1772442000}}), "2026-03-02T09:00:00Z");
}

TEST(Clock, ReadsBackWhatItWrites) {
  for (const long long second : {-1LL, 0LL, 951782400LL, 1709164800LL, 4102444799LL}) {
    const SysTime time{std::chrono::seconds{second}};
    EXPECT_EQ(from_iso8601(to_iso8601(time)), time) << second;
  }
}

TEST(Clock, RefusesEveryOtherForm) {
  for (const char* text :
       {"", "2026-03-02", "2026-03-02T09:00:00", "2026-03-02T09:00:00+00:00",
        "2026-02-30T09:00:00Z", "2026-03-02T24:00:01Z", " 2026-03-02T09:00:00Z"}) {
    EXPECT_FALSE(from_iso8601(text)) << text;
  }
}

TEST(Clock, NeverCountsTicksBackwards) {
  const SystemClock clock;
  const Ticks first = clock.ticks();
  EXPECT_LE(first, clock.ticks());
}

}  // namespace
}  // namespace crier
