#include "delivery/gates.h"

#include <gtest/gtest.h>

#include <array>
#include <cctype>
#include <string>
#include <vector>

namespace crier {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

constexpr SysTime now{seconds{1'772'442'000}};  // 2026-03-02T09:00:00Z

class Gates : public ::testing::Test {
 protected:
  Gates() {
    account.id = {"town-hall"};
    feed.id = {"jobs"};
    delivery.id = {"aabbccdd"};
    delivery.planned_at = now;
    standing.account = &account;
    standing.feed = &feed;
  }

  /// Shuts one gate, and nothing else.
  void shut(Gate gate) {
    switch (gate) {
      case Gate::stale: delivery.planned_at = now - days{7}; break;
      case Gate::in_config: standing.account = nullptr; break;
      case Gate::own_wait: delivery.not_before = now + hours{1}; break;
      case Gate::quota: standing.quota = Quota{0, now + hours{1}}; break;
      case Gate::server_pause: standing.server_pause = now + hours{1}; break;
      case Gate::neighbour: standing.neighbour = now + hours{1}; break;
      case Gate::budget:
        standing.budget.monthly = 10;
        standing.price = 11;
        break;
      case Gate::pace:
        account.pace.per_run = 1;
        standing.in_run = 1;
        break;
      case Gate::feed_limit:
        feed.max_per_run = 1;
        standing.of_feed_in_run = 1;
        break;
      case Gate::page: standing.page = "answers 404"; break;
    }
  }
  [[nodiscard]] Verdict ask() const { return may_go(delivery, standing, now); }
  [[nodiscard]] bool goes() const { return std::holds_alternative<Go>(ask()); }

  Account account;
  FeedConfig feed;
  Delivery delivery;
  Standing standing;
};

constexpr std::array all{Gate::stale,        Gate::in_config, Gate::own_wait, Gate::quota,
                         Gate::server_pause, Gate::neighbour, Gate::budget,   Gate::pace,
                         Gate::feed_limit,   Gate::page};

class EachGate : public Gates, public ::testing::WithParamInterface<Gate> {};
INSTANTIATE_TEST_SUITE_P(Each, EachGate, ::testing::ValuesIn(all), [](const auto& which) {
  std::string name(name_of(which.param));
  std::erase_if(name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; });
  return name;
});

TEST_F(Gates, LetAPostGoThatNothingKeeps) { EXPECT_TRUE(goes()); }

TEST_P(EachGate, KeepsAnOrdinaryPostAndSaysWhichGateItIs) {
  shut(GetParam());
  if (GetParam() == Gate::stale) {
    EXPECT_TRUE(std::holds_alternative<Refuse>(ask()));
    return;
  }
  const Verdict verdict = ask();
  ASSERT_TRUE(std::holds_alternative<Wait>(verdict));
  EXPECT_EQ(std::get<Wait>(verdict).gate, GetParam());
  EXPECT_FALSE(std::get<Wait>(verdict).why.empty());
}

TEST_P(EachGate, LetsAnUrgentPostPassWhatIsOnlyCourtesy) {
  feed.urgent = true;
  shut(GetParam());
  const bool is_courtesy =
      GetParam() == Gate::neighbour || GetParam() == Gate::pace || GetParam() == Gate::feed_limit;
  EXPECT_EQ(goes(), is_courtesy);
}

TEST_P(EachGate, LetsAPostInDoubtPassWhateverLimitsWhatIsSaid) {
  delivery.stage = Stage::publishing;
  shut(GetParam());
  const bool must_wait = GetParam() == Gate::in_config || GetParam() == Gate::own_wait ||
                         GetParam() == Gate::quota || GetParam() == Gate::server_pause;
  EXPECT_EQ(goes(), !must_wait);
}

TEST_P(EachGate, SaysTheFirstOfTwoReasons) {
  shut(GetParam());
  for (const Gate later : all) {
    if (later <= GetParam()) continue;
    shut(later);
  }
  const Verdict verdict = ask();
  if (GetParam() == Gate::stale) {
    EXPECT_TRUE(std::holds_alternative<Refuse>(verdict));
  } else {
    EXPECT_EQ(std::get<Wait>(verdict).gate, GetParam());
  }
}

TEST_F(Gates, RefuseNothingByAClockThatNoServerHasConfirmed) {
  shut(Gate::stale);
  standing.clock_is_confirmed = false;
  const Verdict verdict = ask();
  ASSERT_TRUE(std::holds_alternative<Wait>(verdict));
  EXPECT_NE(std::get<Wait>(verdict).why.find("crier resolve aabbccdd --retry"), std::string::npos);
}

TEST_F(Gates, KeepWhatIsLeftOfAServersCountForWhatIsUrgent) {
  account.urgent_reserve = 5;
  standing.quota = Quota{6, now + hours{1}};
  EXPECT_TRUE(goes());
  standing.quota->left = 5;
  EXPECT_FALSE(goes());
  feed.urgent = true;
  EXPECT_TRUE(goes());
  standing.quota->left = 0;
  EXPECT_FALSE(goes()) << "that is the server's own word";
}

TEST_F(Gates, KeepABudgetsReserveForWhatIsUrgent) {
  standing.budget = {100, 40};
  standing.spent = 55;
  standing.price = 10;
  EXPECT_FALSE(goes());
  feed.urgent = true;
  EXPECT_TRUE(goes());
}

TEST_F(Gates, SayOfAPostThatWaitsForTheNextMonthThatItWillBeTooOldByThen) {
  shut(Gate::budget);
  const Verdict verdict = ask();
  EXPECT_NE(std::get<Wait>(verdict).why.find("it is refused on 2026-03-09"), std::string::npos)
      << std::get<Wait>(verdict).why;
  feed.stale_after = days{60};
  EXPECT_EQ(std::get<Wait>(ask()).why.find("refused"), std::string::npos);
}

TEST_F(Gates, HoldTheWholeAccountOnlyWhereTheAccountIsTheReason) {
  for (const auto& [gate, is_of_account] :
       {std::pair{Gate::pace, true}, {Gate::feed_limit, false}, {Gate::page, false}}) {
    shut(gate);
    EXPECT_EQ(std::get<Wait>(ask()).is_of_account, is_of_account) << name_of(gate);
    account.pace = {};
    standing.in_run = standing.of_feed_in_run = 0;
    standing.page.clear();
  }
}

TEST_F(Gates, PutWhatIsUrgentFirstAndThenWhatIsInDoubt) {
  Config config;
  feed.urgent = true;
  feed.id = {"alerts"};
  config.feeds = {feed};
  std::vector<Delivery> open(4);
  const auto set = [&](std::size_t at, const char* name, const char* of, Stage stage) {
    open[at].id = {name};
    open[at].feed = {of};
    open[at].stage = stage;
  };
  set(0, "job", "jobs", Stage::planned);
  set(1, "job in doubt", "jobs", Stage::publishing);
  set(2, "alert", "alerts", Stage::planned);
  set(3, "alert in doubt", "alerts", Stage::publishing);
  put_in_order(open, config);
  std::vector<std::string> order;
  for (const Delivery& each : open) order.push_back(each.id.value);
  EXPECT_EQ(order, (std::vector<std::string>{"alert in doubt", "alert", "job in doubt", "job"}));
}

}  // namespace
}  // namespace crier
