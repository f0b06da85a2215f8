#include "plan/budget.h"

#include <gtest/gtest.h>

namespace crier {
namespace {

constexpr SysTime now{std::chrono::seconds{1'772'442'000}};  // 2026-03-02T09:00:00Z
constexpr std::int64_t dollar = 1'000'000;

BudgetQuestion question(std::int64_t spent, bool is_urgent = false) {
  return {{10 * dollar, 2 * dollar}, spent, 200'000, is_urgent, now};
}

TEST(Budget, StopsBeforeItIsPassed) {
  EXPECT_FALSE(wait_for_budget(question(7'800'000))) << "the last that fits";
  EXPECT_TRUE(wait_for_budget(question(7'800'001)));
  EXPECT_TRUE(wait_for_budget(question(20 * dollar)));
}

TEST(Budget, KeepsTheReserveForUrgentFeeds) {
  EXPECT_TRUE(wait_for_budget(question(8 * dollar)));
  EXPECT_FALSE(wait_for_budget(question(8 * dollar, true)));
  EXPECT_FALSE(wait_for_budget(question(9'800'000, true)));
  EXPECT_TRUE(wait_for_budget(question(9'800'001, true))) << "an urgent post does not pass it";
}

TEST(Budget, SaysWhyAndUntilWhen) {
  const auto reserve = wait_for_budget(question(8 * dollar));
  ASSERT_TRUE(reserve);
  EXPECT_EQ(reserve->until, SysTime{std::chrono::seconds{1'775'001'600}});  // 2026-04-01
  EXPECT_EQ(reserve->why,
            "what is left of the month's budget ($2.00 of $10.00) is kept for urgent feeds; it "
            "waits until 2026-04-01");
  const auto all = wait_for_budget(question(9'900'000));
  ASSERT_TRUE(all);
  EXPECT_EQ(
      all->why,
      "the month's budget of $10.00 is not enough: $9.90 would be spent by then, and this costs "
      "$0.20; it waits until 2026-04-01");
}

TEST(Budget, HoldsNothingBackWhereThereIsNone) {
  BudgetQuestion free = question(100 * dollar);
  free.budget.monthly.reset();
  EXPECT_FALSE(wait_for_budget(free));
  free.budget.monthly = 0;
  EXPECT_TRUE(wait_for_budget(free)) << "nothing may be spent";
  free.price = 0;
  EXPECT_FALSE(wait_for_budget(free)) << "what costs nothing goes out";
}

TEST(Budget, CountsCalendarMonthsInUtc) {
  const auto month = [](std::int64_t at) { return month_of(SysTime{std::chrono::seconds{at}}); };
  EXPECT_EQ(to_iso8601(month_of(now).from), "2026-03-01T00:00:00Z");
  EXPECT_EQ(to_iso8601(month_of(now).to), "2026-04-01T00:00:00Z");
  EXPECT_EQ(to_iso8601(month(1'798'761'599).to), "2027-01-01T00:00:00Z");  // the year's last second
  EXPECT_EQ(to_iso8601(month(1'798'761'600).from), "2027-01-01T00:00:00Z");
  EXPECT_EQ(to_iso8601(month(1'709'164'800).to), "2024-03-01T00:00:00Z");  // 29 February
}

TEST(Budget, ReadsTheAccountsKeys) {
  Account account;
  EXPECT_FALSE(budget_of(account).monthly);
  account.settings = {{"monthly_budget", "10000000"}, {"budget_reserve", "2000000"}};
  EXPECT_EQ(budget_of(account).monthly, 10 * dollar);
  EXPECT_EQ(budget_of(account).reserve, 2 * dollar);
}

TEST(Budget, WritesAmountsAsPeopleDo) {
  EXPECT_EQ(dollars(0), "$0.00");
  EXPECT_EQ(dollars(600'000), "$0.60");
  EXPECT_EQ(dollars(135'000), "$0.14");
  EXPECT_EQ(dollars(134'999), "$0.13");
  EXPECT_EQ(dollars(1), "$0.01") << "what costs something is not shown as nothing";
  EXPECT_EQ(dollars(1'234 * dollar), "$1234.00");
  EXPECT_EQ(dollars(-200'000), "-$0.20");
}

}  // namespace
}  // namespace crier
