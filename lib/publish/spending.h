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
#include "publish/turns.h"
#include "store/store.h"

namespace crier {

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

/// Of every account that pays: what this run has spent, or would, and what waits for the month's
/// end. To be asked when the run's posts are in `report`.
[[nodiscard]] std::vector<SpendingReport> report_spending(const RunReport& report, Turns turns,
                                                          const DeliveryWorld& world);

}  // namespace crier
