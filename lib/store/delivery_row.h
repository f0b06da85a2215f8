#pragma once
#include "core/model.h"
#include "store/ledger.h"

namespace crier {

/// The columns that read_delivery reads, in its order.
[[nodiscard]] const char* delivery_columns();
[[nodiscard]] Delivery read_delivery(SQLite::Statement& row);

/// What stands for a post's text in the column text_key.
[[nodiscard]] std::int64_t text_key(std::string_view text);

/// Writes a row that is not there yet; throws StoreError if it is.
void insert_delivery(Ledger& ledger, const Delivery& delivery);
/// Writes a row that is there; throws StoreError if it is not.
void update_delivery(Ledger& ledger, const Delivery& delivery);

}  // namespace crier
