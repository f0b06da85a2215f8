// A rehearsal waits for nothing but answers, and its times keep their lengths.
#include "crier/rehearsal_clock.h"

#include <gtest/gtest.h>

namespace crier {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// Ends a transfer at the second time of waiting.
class SlowClient final : public HttpClient {
 public:
  TransferId start(Request) override { return ++last_; }
  std::vector<Completion> wait(milliseconds) override {
    std::vector<Completion> ended;
    if (++waits > 1) ended.push_back({last_, Response{}});
    return ended;
  }
  void cancel(TransferId) override {}
  int waits = 0;

 private:
  TransferId last_ = 0;
};

TEST(RehearsalClock, PassesAtOnceWhileNothingIsUnderWay) {
  ClockAhead clock;
  auto inner = std::make_unique<SlowClient>();
  SlowClient& slow = *inner;
  LeapingClient client(std::move(inner), clock);
  const Ticks ticks = clock.ticks();
  const SysTime now = clock.now();
  for (int i = 0; i < 480; ++i) EXPECT_TRUE(client.wait(milliseconds{250}).empty());
  EXPECT_GE(clock.ticks() - ticks, minutes{2});
  EXPECT_GE(clock.now() - now, minutes{2}) << "both by as much";
  EXPECT_LT(clock.now() - now, minutes{3});
  EXPECT_EQ(slow.waits, 0);

  (void)client.start({});
  const SysTime asked = clock.now();
  EXPECT_TRUE(client.wait(minutes{10}).empty());
  EXPECT_EQ(client.wait(minutes{10}).size(), 1U);
  EXPECT_LT(clock.now() - asked, minutes{5}) << "an answer takes its own time";
  (void)client.wait(minutes{10});
  EXPECT_GE(clock.now() - asked, minutes{10}) << "nothing is under way any more";

  client.cancel(client.start({}));
  const SysTime cancelled = clock.now();
  (void)client.wait(minutes{10});
  EXPECT_GE(clock.now() - cancelled, minutes{10}) << "nor when it was given up";
}

TEST(RehearsalClock, IsTheMachinesAgainWhenItIsPutBack) {
  ClockAhead clock;
  const Ticks ticks = clock.ticks();
  clock.advance(minutes{11});
  clock.put_back();
  EXPECT_LT(std::chrono::abs(clock.now() - SystemClock().now()), minutes{5});
  EXPECT_GE(clock.ticks() - ticks, minutes{11}) << "ticks never step back";
  clock.advance(seconds{3600});
  EXPECT_GE(clock.now() - SystemClock().now(), minutes{55});
}

}  // namespace
}  // namespace crier
