#pragma once
#include "core/model.h"
#include "store/ledger.h"

namespace crier {

/// The columns that read_delivery reads, in its order.
[[nodiscard]] const char* delivery_columns();
[[nodiscard]] Delivery read_delivery(SQLite::Statement& row);

/// What stands for a post's text in the column text_key.
[[nodiscard]] std::int64_t text_key(std::string_view text);

/// Writes a delivery unless it is there. One that was refused is planned anew.
[[nodiscard]] SQLite::Statement prepare_insert(SQLite::Database& database);
void insert_delivery(SQLite::Statement& insert, const Delivery& delivery, SysTime now);

/// The stage and the columns that belong to an outcome, bound to `?2` to `?9` of a settle
/// statement.
void bind_outcome(SQLite::Statement& update, const Outcome& outcome, SysTime at);

}  // namespace crier
