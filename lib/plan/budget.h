#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "core/model.h"
#include "plan/pace.h"

namespace crier {

/// What an account may spend in a calendar month, in millionths of a dollar.
struct Budget {
  std::optional<std::int64_t> monthly;  ///< nothing: as much as it takes
  std::int64_t reserve = 0;             ///< of it, what only urgent feeds may spend
};

/// The account's budget, by its keys monthly_budget and budget_reserve.
[[nodiscard]] Budget budget_of(const Account& account);

/// A calendar month: from its first second to before the first of the next. In UTC, as bills are.
struct Month {
  SysTime from{}, to{};
};
[[nodiscard]] Month month_of(SysTime now);

struct BudgetQuestion {
  Budget budget;
  std::int64_t spent = 0;  ///< this month; what may be public counts, too
  std::int64_t price = 0;  ///< of the next post
  bool is_urgent = false;  ///< its feed may spend the reserve
  SysTime now{};
};

/// Until when a post must wait so that the month's budget is not passed; nothing if it need not.
[[nodiscard]] std::optional<PaceWait> wait_for_budget(const BudgetQuestion& question);

/// "$0.60", "$0.015"
[[nodiscard]] std::string dollars(std::int64_t millionths);

}  // namespace crier
