#pragma once
#include <string>
#include <vector>

#include "store/ledger.h"
#include "store/store.h"

namespace crier {

/// Selects every feed: its number in `seen`, then what read_feed reads.
[[nodiscard]] std::string select_feeds();
[[nodiscard]] FeedState read_feed(SQLite::Statement& row);

/// The statement that put_feed fills and runs.
[[nodiscard]] SQLite::Statement prepare_put_feed(SQLite::Database& database);
void put_feed(SQLite::Statement& put, const FeedState& state);

/// See Store::rename. To be called within a transaction.
void rename_feeds(SQLite::Database& database, const std::vector<FeedRename>& renames);

}  // namespace crier
