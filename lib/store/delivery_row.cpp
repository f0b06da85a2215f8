#include "store/delivery_row.h"

#include <bit>

#include "core/hash.h"
#include "core/utf8.h"
#include "store/records.h"

namespace crier {

const char* delivery_columns() {
  return "id, feed, account, item_id, item_title, item_link, item_date, post, stage, notes, "
         "attempts, not_before, planned_at, publishing_at, sent_at, settled_at, remote_id, url, "
         "error_kind, error";
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
  delivery.remote_id = to_text(row.getColumn(16));
  delivery.url = to_text(row.getColumn(17));
  if (!row.getColumn(18).isNull()) {
    delivery.error =
        Error{static_cast<ErrorKind>(row.getColumn(18).getInt()), to_text(row.getColumn(19))};
  }
  return delivery;
}

std::int64_t text_key(std::string_view text) {
  return std::bit_cast<std::int64_t>(hash64(to_nfc(text), 0));
}

SQLite::Statement prepare_insert(SQLite::Database& database) {
  return {database,
          "INSERT INTO delivery(id, feed, account, item_id, item_title, item_link, item_date, "
          "post, stage, notes, planned_at, not_before, error_kind, error, remote_id, url, "
          "settled_at, text_key) VALUES(?,?,?,?,?,?,?,?,?,'{}',?,?,?,?,?,?,?,?) "
          "ON CONFLICT(id) DO UPDATE SET post = excluded.post, stage = excluded.stage, "
          "notes = '{}', attempts = 0, not_before = NULL, planned_at = excluded.planned_at, "
          "publishing_at = NULL, sent_at = NULL, settled_at = excluded.settled_at, "
          "remote_id = excluded.remote_id, url = excluded.url, text_key = excluded.text_key, "
          "error_kind = excluded.error_kind, error = excluded.error WHERE stage = 4"};
}

void insert_delivery(SQLite::Statement& insert, const Delivery& delivery, SysTime now) {
  insert.reset();
  insert.clearBindings();
  insert.bind(1, delivery.id.value);
  insert.bind(2, delivery.feed.value);
  insert.bind(3, delivery.account.value);
  insert.bind(4, delivery.item_id);
  insert.bind(5, delivery.item_title);
  insert.bind(6, delivery.item_link);
  bind(insert, 7, delivery.item_date);
  insert.bind(8, post_to_text(delivery.post));
  insert.bind(9, static_cast<int>(delivery.stage));
  insert.bind(10, number(delivery.planned_at));
  bind(insert, 11, delivery.not_before);
  if (delivery.error) {
    insert.bind(12, static_cast<int>(delivery.error->kind));
    insert.bind(13, delivery.error->message);
  }
  if (delivery.stage == Stage::published) {
    insert.bind(14, delivery.remote_id);
    insert.bind(15, delivery.url);
  }
  if (delivery.stage == Stage::published || delivery.stage == Stage::rejected) {
    insert.bind(16, number(delivery.settled_at.value_or(now)));
  }
  if (!delivery.post.text.empty()) insert.bind(17, text_key(delivery.post.text));
  insert.exec();
}

namespace {

void bind_stage(SQLite::Statement& update, Stage stage) { update.bind(2, static_cast<int>(stage)); }

void bind_error(SQLite::Statement& update, const Error& why) {
  update.bind(7, static_cast<int>(why.kind));
  update.bind(8, why.message);
}

}  // namespace

void bind_outcome(SQLite::Statement& update, const Outcome& outcome, SysTime at) {
  update.bind(4, number(at));
  int tries = 1;
  std::visit(Overloaded{
                 [&](const Receipt& receipt) {
                   bind_stage(update, Stage::published);
                   update.bind(5, receipt.remote_id);
                   update.bind(6, receipt.url);
                 },
                 [&](const Rejected& rejected) {
                   bind_stage(update, Stage::rejected);
                   bind_error(update, rejected.why);
                 },
                 [&](const Deferred& deferred) {
                   // While it may have happened, the next run must look before it sends.
                   const bool open = deferred.why.kind == ErrorKind::uncertain;
                   bind_stage(update, open ? Stage::publishing : Stage::planned);
                   update.bind(3, number(deferred.until));
                   update.bind(4);
                   bind_error(update, deferred.why);
                   // Waiting for a person or for a limit to pass is no failed try.
                   if (deferred.why.kind == ErrorKind::unauthorized ||
                       deferred.why.kind == ErrorKind::throttled ||
                       deferred.why.kind == ErrorKind::invalid) {
                     tries = 0;
                   }
                 },
                 [&](const Uncertain& uncertain) {
                   bind_stage(update, Stage::uncertain);
                   bind_error(update, uncertain.why);
                 },
             },
             outcome);
  update.bind(9, tries);
}

}  // namespace crier
