#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "network/network.h"
#include "plan/budget.h"
#include "publish/deliver.h"
#include "publish/report.h"
#include "store/store.h"

namespace crier {

/// How a network of that name is found; find_network outside tests.
using FindNetwork = const Network* (*)(std::string_view name);

/// What that post costs on its account; 0 where nothing is taken.
[[nodiscard]] std::int64_t price_of(const Delivery& delivery, const Config& config,
                                    FindNetwork network);

/// Where an account's money stands in this month. Nothing: its network takes none.
struct Spending {
  Budget budget;
  Month month;
  std::int64_t spent = 0;
};
[[nodiscard]] std::optional<Spending> spending_of(const Account& account, const Store& store,
                                                  FindNetwork network, SysTime now);

/// Until when that post must wait for its account's budget; nothing if it need not. `more`: what
/// this run would spend before it, where it only shows what it would do.
[[nodiscard]] std::optional<PaceWait> wait_for_budget(const Delivery& delivery,
                                                      const Config& config, const Store& store,
                                                      FindNetwork network, SysTime now,
                                                      std::int64_t more = 0);

/// Of every account that pays: what this run has spent, or would, and what waits for the month's
/// end. To be asked when the run's posts are in `report`.
[[nodiscard]] std::vector<SpendingReport> report_spending(const RunReport& report,
                                                          const DeliveryWorld& world);

}  // namespace crier
