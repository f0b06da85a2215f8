#include "publish/preflight.h"

#include "network/registry.h"
#include "plan/budget.h"

namespace crier {
namespace {

/// 0: not known.
int line_of(const Account& account, const AccountLines& lines) {
  const auto found = lines.find(account.id);
  return found == lines.end() ? 0 : found->second;
}

}  // namespace

Templates parse_templates(const Config& config, std::vector<ConfigProblem>& problems) {
  Templates templates;
  for (const FeedConfig& feed : config.feeds) {
    auto parsed = Template::parse(feed.text_template);
    if (parsed) {
      templates.emplace(feed.id, *std::move(parsed));
    } else {
      problems.push_back({feed.line, fmt::format("feeds.{}: template: {}", feed.id.value,
                                                 parsed.error().message)});
    }
  }
  return templates;
}

void check_budgets(const Config& config, std::vector<ConfigProblem>& problems,
                   const AccountLines& lines) {
  for (const Account& account : config.accounts) {
    const Budget budget = budget_of(account);
    if (!budget.monthly && budget.reserve > 0) {
      problems.push_back({line_of(account, lines),
                          fmt::format("accounts.{}: budget_reserve is a part of monthly_budget, "
                                      "and there is none; write monthly_budget = 10.00",
                                      account.id.value)});
    } else if (budget.monthly && budget.reserve > *budget.monthly) {
      problems.push_back(
          {line_of(account, lines),
           fmt::format("accounts.{}: budget_reserve is {}, more than all of "
                       "monthly_budget ({})",
                       account.id.value, dollars(budget.reserve), dollars(*budget.monthly))});
    }
  }
}

void check_accounts(const Config& config, std::vector<ConfigProblem>& problems,
                    const AccountLines& lines) {
  for (const Account& account : config.accounts) {
    const Network* const network = find_network(account.network);
    if (network == nullptr) continue;
    if (const auto checked = network->check(account); !checked) {
      problems.push_back({line_of(account, lines), fmt::format("accounts.{}: {}", account.id.value,
                                                               checked.error().message)});
    }
  }
}

}  // namespace crier
