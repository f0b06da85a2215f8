#include "store/delivery_row.h"

#include <bit>

#include "core/hash.h"
#include "core/utf8.h"
#include "store/records.h"

namespace crier {

const char* delivery_columns() {
  return "id, feed, account, item_id, item_title, item_link, item_date, post, stage, notes, "
         "attempts, not_before, planned_at, publishing_at, sent_at, settled_at, told_at, "
         "remote_id, "
         "url, error_kind, error, "
         "(SELECT at FROM spending WHERE spending.delivery = delivery.id), "
         "(SELECT millionths FROM spending WHERE spending.delivery = delivery.id)";
}

Delivery read_delivery(SQLite::Statement& row) {
  Delivery delivery;
  delivery.id = {to_text(row.getColumn(0))};
  delivery.feed = {to_text(row.getColumn(1))};
  delivery.account = {to_text(row.getColumn(2))};
  delivery.item_id = to_text(row.getColumn(3));
  delivery.item_title = to_text(row.getColumn(4));
  delivery.item_link = to_text(row.getColumn(5));
  delivery.item_date = optional_time(row.getColumn(6));
  delivery.post = post_from_text(to_text(row.getColumn(7)));
  delivery.stage = static_cast<Stage>(row.getColumn(8).getInt());
  delivery.notes = map_from_text(to_text(row.getColumn(9)));
  delivery.attempts = row.getColumn(10).getInt();
  delivery.not_before = optional_time(row.getColumn(11));
  delivery.planned_at = to_time(row.getColumn(12).getInt64());
  delivery.publishing_at = optional_time(row.getColumn(13));
  delivery.sent_at = optional_time(row.getColumn(14));
  delivery.settled_at = optional_time(row.getColumn(15));
  delivery.told_at = optional_time(row.getColumn(16));
  delivery.remote_id = to_text(row.getColumn(17));
  delivery.url = to_text(row.getColumn(18));
  if (!row.getColumn(19).isNull()) {
    delivery.error =
        Error{static_cast<ErrorKind>(row.getColumn(19).getInt()), to_text(row.getColumn(20))};
  }
  if (const auto paid_at = optional_time(row.getColumn(21)))
    delivery.paid = Paid{*paid_at, row.getColumn(22).getInt64()};
  return delivery;
}

std::int64_t text_key(std::string_view text) {
  return std::bit_cast<std::int64_t>(hash64(to_nfc(text), 0));
}

namespace {

/// What changes in the course of a delivery's life: ?1 to ?15, and its id is ?16.
constexpr const char* changing =
    "post = ?1, text_key = ?2, stage = ?3, notes = ?4, attempts = ?5, not_before = ?6, "
    "planned_at = ?7, publishing_at = ?8, sent_at = ?9, settled_at = ?10, told_at = ?11, "
    "remote_id = ?12, url = ?13, error_kind = ?14, error = ?15";

void bind_text(SQLite::Statement& statement, int index, const std::string& text) {
  if (text.empty()) {
    statement.bind(index);
  } else {
    statement.bind(index, text);
  }
}

void bind_changing(SQLite::Statement& to, const Delivery& delivery) {
  to.bind(1, post_to_text(delivery.post));
  if (!delivery.post.text.empty()) to.bind(2, text_key(delivery.post.text));
  to.bind(3, static_cast<int>(delivery.stage));
  to.bind(4, map_to_text(delivery.notes));
  to.bind(5, delivery.attempts);
  bind(to, 6, delivery.not_before);
  to.bind(7, number(delivery.planned_at));
  bind(to, 8, delivery.publishing_at);
  bind(to, 9, delivery.sent_at);
  bind(to, 10, delivery.settled_at);
  bind(to, 11, delivery.told_at);
  bind_text(to, 12, delivery.remote_id);
  bind_text(to, 13, delivery.url);
  if (delivery.error) {
    to.bind(14, static_cast<int>(delivery.error->kind));
    to.bind(15, delivery.error->message);
  }
  to.bind(16, delivery.id.value);
}

/// Apart from the delivery, so that it stays when that is forgotten.
void put_price(Ledger& ledger, const Delivery& delivery) {
  if (!delivery.paid) {
    Prepared remove = ledger.prepared("DELETE FROM spending WHERE delivery = ?");
    remove->bind(1, delivery.id.value);
    remove->exec();
    return;
  }
  Prepared put = ledger.prepared(
      "INSERT OR REPLACE INTO spending(delivery, account, at, millionths) VALUES(?,?,?,?)");
  put->bind(1, delivery.id.value);
  put->bind(2, delivery.account.value);
  put->bind(3, number(delivery.paid->at));
  put->bind(4, delivery.paid->millionths);
  put->exec();
}

}  // namespace

void insert_delivery(Ledger& ledger, const Delivery& delivery) {
  Prepared insert = ledger.prepared(
      "INSERT INTO delivery(post, text_key, stage, notes, attempts, not_before, planned_at, "
      "publishing_at, sent_at, settled_at, told_at, remote_id, url, error_kind, error, id, feed, "
      "account, item_id, item_title, item_link, item_date) "
      "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22) "
      "ON CONFLICT DO NOTHING");
  bind_changing(*insert, delivery);
  insert->bind(17, delivery.feed.value);
  insert->bind(18, delivery.account.value);
  insert->bind(19, delivery.item_id);
  insert->bind(20, delivery.item_title);
  insert->bind(21, delivery.item_link);
  bind(*insert, 22, delivery.item_date);
  if (insert->exec() != 1) {
    throw StoreError(
        fmt::format("two posts of feed {} have one id, and one would be lost: nothing of this run "
                    "was written down",
                    delivery.feed.value));
  }
  put_price(ledger, delivery);
}

void update_delivery(Ledger& ledger, const Delivery& delivery) {
  Prepared update = ledger.prepared(fmt::format("UPDATE delivery SET {} WHERE id = ?16", changing));
  bind_changing(*update, delivery);
  if (update->exec() != 1) {
    throw StoreError(fmt::format(
        "the post {} of feed {} is not in the ledger any more: nothing of this was written down",
        delivery.id.value, delivery.feed.value));
  }
  put_price(ledger, delivery);
}

}  // namespace crier
