#include "publish/reminder.h"

#include <gtest/gtest.h>

#include "support/newsroom.h"

namespace crier {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

constexpr SysTime now{seconds{1'772'442'000}};  // 2026-03-02T09:00:00Z

TEST(Reminder, TellsAtFourteenSevenThreeAndOneDays) {
  const auto mark = [](seconds left) { return days_to_tell(now + left, now, days{60}); };
  EXPECT_EQ(mark(days{14} + seconds{1}), std::nullopt);
  EXPECT_EQ(mark(days{14}), 14);
  EXPECT_EQ(mark(days{7} + seconds{1}), 14) << "a day without a run is made up for";
  EXPECT_EQ(mark(days{7}), 7);
  EXPECT_EQ(mark(days{3}), 3);
  EXPECT_EQ(mark(days{1}), 1);
  EXPECT_EQ(mark(seconds{0}), 0);
  EXPECT_EQ(mark(-days{9}), 0);
}

TEST(Reminder, IsSilentInTheFirstDaysOfASignInThatIsShortInAll) {
  EXPECT_EQ(days_to_tell(now + days{14}, now, days{14}), std::nullopt);
  EXPECT_EQ(days_to_tell(now + days{3}, now, days{14}), 3);
}

TEST(Reminder, IsSaidOncePerMarkHoweverOftenCrierRuns) {
  Newsroom room;
  Credentials& known = room.tokens.kept["town-hall"];
  known.signed_in_at = room.clock.now() - days{46};
  known.ends_at = room.clock.now() + days{13};
  PublishOptions dry;
  dry.dry_run = true;
  room.run();
  EXPECT_TRUE(room.run().reminders.empty()) << "it was told by the run before";
  EXPECT_TRUE(room.run(dry).reminders.empty());
  room.clock.advance(days{7});
  EXPECT_EQ(room.run(dry).reminders.size(), 1U);
  const auto told = room.run().reminders;
  ASSERT_EQ(told.size(), 1U) << "a dry run had told nobody for good";
  EXPECT_NE(told[0].find("within 6 days"), std::string::npos) << told[0];
  EXPECT_NE(told[0].find("crier auth login town-hall"), std::string::npos);
  EXPECT_TRUE(room.run().reminders.empty());
  known.signed_in_at = room.clock.now();
  known.ends_at = room.clock.now() + days{60};
  EXPECT_TRUE(room.run().reminders.empty());
  room.clock.advance(days{60} + hours{1});
  ASSERT_EQ(room.run().reminders.size(), 1U);
}

TEST(Reminder, IsNotSaidAgainOnceTheAccountsServerHasBeenMet) {
  Newsroom room;
  Credentials& known = room.tokens.kept["town-hall"];
  known.signed_in_at = room.clock.now() - days{46};
  known.ends_at = room.clock.now() + days{13};
  ASSERT_EQ(room.run().reminders.size(), 1U) << "nothing to post: nobody was met";
  room.add_item("Lifeguard");
  EXPECT_TRUE(room.run().reminders.empty());
  EXPECT_TRUE(room.run().reminders.empty());
}

TEST(Reminder, SaysNothingOfTokensThatRenewThemselves) {
  Newsroom room;
  Credentials& known = room.tokens.kept["town-hall"];
  known.expires_at = room.clock.now() + hours{1};
  known.refresh_token = Secret("again");
  EXPECT_TRUE(room.run().reminders.empty());
}

}  // namespace
}  // namespace crier
