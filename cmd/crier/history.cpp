#include "crier/history.h"

#include <cstdio>

#include "crier/exit_code.h"
#include "crier/names.h"
#include "crier/print.h"
#include "store/sqlite_store.h"

namespace crier {

int run_history(const CommandLine& line, const Config& config) {
  const SqliteStore store(config.state, SqliteStore::Access::read);
  if (tell_unknown_names(line, config, &store)) return exit_code::usage;
  if (store.is_new())
    fmt::print(stderr, "crier: there is no ledger yet at {}\n", shown_path(config.state.string()));
  HistoryQuery query;
  if (!line.feeds.empty()) query.feed = FeedId{line.feeds.front()};
  if (!line.accounts.empty()) query.account = AccountId{line.accounts.front()};
  query.limit = line.limit;
  if (line.uncertain) query.stage = Stage::uncertain;
  const std::vector<Delivery> deliveries = store.history(query);
  if (line.json) {
    print_history_json(deliveries, stdout);
  } else {
    if (line.uncertain && deliveries.empty()) {
      fmt::print("Nothing is in doubt.\n");
      return exit_code::ok;
    }
    print_history(deliveries, stdout);
  }
  return exit_code::ok;
}

}  // namespace crier
