#pragma once
#include <map>
#include <vector>

#include "compose/template.h"
#include "config/load.h"

namespace crier {

/// Every feed's template, parsed.
using Templates = std::map<FeedId, Template>;

/// Parses the templates of all feeds; adds to `problems` what is wrong with one.
[[nodiscard]] Templates parse_templates(const Config& config, std::vector<ConfigProblem>& problems);

/// Adds to `problems` a budget whose reserve is larger than itself.
void check_budgets(const Config& config, std::vector<ConfigProblem>& problems,
                   const AccountLines& lines = {});

/// Adds to `problems` what an account's network has to say against its settings.
void check_accounts(const Config& config, std::vector<ConfigProblem>& problems,
                    const AccountLines& lines = {});

}  // namespace crier
