#pragma once
#include <string>
#include <vector>

#include "store/ledger.h"
#include "store/store.h"

namespace crier {

/// Selects every feed, as read_feed reads it.
[[nodiscard]] std::string select_feeds();
[[nodiscard]] FeedState read_feed(SQLite::Statement& row);
void put_feed(Ledger& ledger, const FeedState& state);

/// All at once, so that two may change theirs. No feed that keeps its name may be called `to`. The
/// ids of their deliveries stay. To be called within a transaction.
void rename_feeds(SQLite::Database& database, const std::vector<FeedRename>& renames);

}  // namespace crier
