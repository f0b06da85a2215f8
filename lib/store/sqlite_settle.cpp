#include "store/delivery_row.h"
#include "store/ledger.h"
#include "store/records.h"
#include "store/sqlite_store.h"

namespace crier {
namespace {

using SQLite::Statement;

constexpr const char* reopened =
    "UPDATE delivery SET stage = 0, notes = '{}', attempts = 0, not_before = NULL, "
    "planned_at = ?2, publishing_at = NULL, sent_at = NULL, settled_at = NULL, remote_id = NULL, "
    "url = NULL, error_kind = NULL, error = NULL WHERE ";
constexpr const char* dropped =
    "UPDATE delivery SET stage = 7, settled_at = ?2, error_kind = ?3, error = ?4 WHERE ";

/// A feed of which nothing is held any more has its fuse back: nobody could be asked about it.
void mend_fuse(SQLite::Database& database, const std::string& feed) {
  // Not where there is none to mend: that would count as a change of the ledger. The stages are
  // said in the words of the index delivery_attention.
  Statement mend(database,
                 "UPDATE feed SET fuse_at = NULL WHERE name = ?1 AND fuse_at IS NOT NULL AND NOT "
                 "EXISTS (SELECT 1 FROM delivery WHERE stage IN (5, 6) AND stage = 6 AND "
                 "feed = ?1)");
  mend.bind(1, feed);
  mend.exec();
}

/// The feed that a delivery is held of; nothing if it is not held.
std::optional<std::string> feed_that_holds(SQLite::Database& database, const DeliveryId& id) {
  Statement row(database, "SELECT feed FROM delivery WHERE id = ? AND stage = 6");
  row.bind(1, id.value);
  if (!row.executeStep()) return std::nullopt;
  return to_text(row.getColumn(0));
}

/// Every change of one delivery that ends what it waits for.
void settle_one(SQLite::Database& database, const DeliveryId& id, Statement& update) {
  const auto feed = feed_that_holds(database, id);
  update.bind(1, id.value);
  CRIER_ENSURE(update.exec() == 1, "a delivery that is settled was planned");
  if (feed) mend_fuse(database, *feed);
}

/// The same for all that is held of a feed.
std::size_t settle_held(SQLite::Database& database, const FeedId& feed, Statement& update) {
  update.bind(1, feed.value);
  const int count = update.exec();
  mend_fuse(database, feed.value);
  return static_cast<std::size_t>(count);
}

void bind_dropped(Statement& update, const std::string& why, SysTime at) {
  update.bind(2, number(at));
  update.bind(3, static_cast<int>(ErrorKind::rejected));
  update.bind(4, why);
}

}  // namespace

void SqliteStore::settle(const DeliveryId& id, const Outcome& outcome, SysTime at) {
  ledger_->write([&] {
    Statement update(
        ledger_->database(),
        "UPDATE delivery SET stage = ?2, not_before = ?3, settled_at = ?4, remote_id = ?5, "
        "url = ?6, error_kind = ?7, error = ?8, attempts = attempts + ?9, "
        "publishing_at = CASE WHEN ?2 = 0 THEN NULL ELSE publishing_at END WHERE id = ?1");
    bind_outcome(update, outcome, at);
    settle_one(ledger_->database(), id, update);
    // What is not public, and cannot become so, has cost nothing.
    const auto* deferred = std::get_if<Deferred>(&outcome);
    const bool is_free = std::holds_alternative<Rejected>(outcome) ||
                         (deferred != nullptr && deferred->why.kind != ErrorKind::uncertain);
    if (!is_free) return;
    Statement refund(ledger_->database(), "DELETE FROM spending WHERE delivery = ?");
    refund.bind(1, id.value);
    refund.exec();
  });
}

void SqliteStore::put(const std::vector<Delivery>& deliveries) {
  ledger_->write([&] {
    for (const Delivery& delivery : deliveries) {
      Statement update(ledger_->database(),
                       "UPDATE delivery SET stage = ?2, notes = ?3, settled_at = ?4, "
                       "remote_id = NULLIF(?5, ''), url = NULLIF(?6, ''), error_kind = ?7, "
                       "error = ?8 WHERE id = ?1");
      update.bind(2, static_cast<int>(delivery.stage));
      update.bind(3, map_to_text(delivery.notes));
      bind(update, 4, delivery.settled_at);
      update.bind(5, delivery.remote_id);
      update.bind(6, delivery.url);
      if (delivery.error) {
        update.bind(7, static_cast<int>(delivery.error->kind));
        update.bind(8, delivery.error->message);
      }
      settle_one(ledger_->database(), delivery.id, update);
    }
  });
}

void SqliteStore::reopen(const DeliveryId& id, SysTime at) {
  ledger_->write([&] {
    Statement update(ledger_->database(), std::string(reopened) + "id = ?1");
    update.bind(2, number(at));
    settle_one(ledger_->database(), id, update);
  });
}

void SqliteStore::drop(const DeliveryId& id, const std::string& why, SysTime at) {
  ledger_->write([&] {
    Statement update(ledger_->database(), std::string(dropped) + "id = ?1");
    bind_dropped(update, why, at);
    settle_one(ledger_->database(), id, update);
  });
}

std::size_t SqliteStore::release(const FeedId& feed, SysTime at) {
  std::size_t count = 0;
  ledger_->write([&] {
    Statement update(ledger_->database(), std::string(reopened) + "feed = ?1 AND stage = 6");
    update.bind(2, number(at));
    count = settle_held(ledger_->database(), feed, update);
  });
  return count;
}

std::size_t SqliteStore::adopt(const FeedId& feed, const std::string& why, SysTime at) {
  std::size_t count = 0;
  ledger_->write([&] {
    Statement update(ledger_->database(), std::string(dropped) + "feed = ?1 AND stage = 6");
    bind_dropped(update, why, at);
    count = settle_held(ledger_->database(), feed, update);
  });
  return count;
}

}  // namespace crier
