#include "plan/budget.h"

#include <algorithm>
#include <charconv>

namespace crier {
namespace {

constexpr std::int64_t million = 1'000'000;

std::optional<std::int64_t> amount(const Account& account, const char* key) {
  const auto found = account.settings.find(key);
  if (found == account.settings.end()) return std::nullopt;
  const std::string& digits = found->second;
  std::int64_t value = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (problem != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

}  // namespace

Budget budget_of(const Account& account) {
  return {amount(account, "monthly_budget"), amount(account, "budget_reserve").value_or(0)};
}

Month month_of(SysTime now) {
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(now)};
  const auto month = day.year() / day.month();
  const auto first = [](const std::chrono::year_month& of) {
    return SysTime{std::chrono::sys_days{of / std::chrono::day{1}}};
  };
  return {first(month), first(month + std::chrono::months{1})};
}

std::optional<PaceWait> wait_for_budget(const BudgetQuestion& question) {
  if (!question.budget.monthly || question.price <= 0) return std::nullopt;
  const std::int64_t whole = *question.budget.monthly;
  const std::int64_t kept = question.is_urgent ? 0 : question.budget.reserve;
  if (question.spent + question.price <= whole - kept) return std::nullopt;
  const Month month = month_of(question.now);
  const bool is_reserve = question.spent + question.price <= whole;
  const std::string why =
      is_reserve
          ? fmt::format("what is left of the month's budget ({} of {}) is kept for urgent feeds",
                        dollars(whole - question.spent), dollars(whole))
          : fmt::format(
                "the month's budget of {} is not enough: {} would be spent by then, and this costs "
                "{}",
                dollars(whole), dollars(question.spent), dollars(question.price));
  return PaceWait{month.to,
                  fmt::format("{}; it waits until {}", why, to_iso8601(month.to).substr(0, 10))};
}

std::string dollars(std::int64_t millionths) {
  const bool is_debt = millionths < 0;
  const std::int64_t size = is_debt ? -millionths : millionths;
  constexpr std::int64_t cent = million / 100;
  // What costs something is never shown as nothing.
  const std::int64_t cents = size > 0 ? std::max<std::int64_t>(1, (size + cent / 2) / cent) : 0;
  return fmt::format("{}{}.{:02}", is_debt ? "-$" : "$", cents / 100, cents % 100);
}

}  // namespace crier
