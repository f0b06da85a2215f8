#include "store/ledger.h"
#include "store/records.h"
#include "store/sqlite_store.h"

namespace crier {

using SQLite::Statement;

void SqliteStore::spend(const DeliveryId& id, std::int64_t millionths, SysTime at) {
  ledger_->write([&] {
    Statement put(ledger_->database(),
                  "INSERT OR REPLACE INTO spending(delivery, account, at, millionths) "
                  "SELECT id, account, ?2, ?3 FROM delivery WHERE id = ?1");
    put.bind(1, id.value);
    put.bind(2, number(at));
    put.bind(3, millionths);
    CRIER_ENSURE(put.exec() == 1, "a delivery that is paid for was planned");
  });
}

std::int64_t SqliteStore::spent(const AccountId& account, SysTime from, SysTime to) const {
  return ledger_->guarded([&]() -> std::int64_t {
    Statement row(ledger_->database(),
                  "SELECT COALESCE(sum(millionths), 0) FROM spending WHERE account = ?1 AND "
                  "at >= ?2 AND at < ?3");
    row.bind(1, account.value);
    row.bind(2, number(from));
    row.bind(3, number(to));
    return row.executeStep() ? row.getColumn(0).getInt64() : 0;
  });
}

}  // namespace crier
