#include "store/sqlite_store.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <bit>
#include <functional>
#include <unordered_map>

#include "core/hash.h"
#include "store/migrations.h"
#include "store/records.h"

namespace crier {
namespace {

using SQLite::Column;
using SQLite::Statement;

/// A waiting time longer than this was written under a wrong clock: it is not believed.
constexpr std::chrono::seconds most_waiting{31 * 24 * 3600};

std::int64_t number(SysTime time) { return time.time_since_epoch().count(); }
SysTime to_time(std::int64_t value) { return SysTime{std::chrono::seconds{value}}; }

std::optional<SysTime> optional_time(const Column& column) {
  if (column.isNull()) return std::nullopt;
  return to_time(column.getInt64());
}

std::string to_text(const Column& column) {
  return column.isNull() ? std::string() : column.getString();
}

void bind(Statement& statement, int index, const std::optional<SysTime>& time) {
  if (time) {
    statement.bind(index, number(*time));
  } else {
    statement.bind(index);
  }
}

constexpr const char* delivery_columns =
    "id, feed, account, item_id, item_title, item_link, item_date, post, stage, notes, attempts, "
    "not_before, planned_at, publishing_at, sent_at, remote_id, url, error_kind, error";

Delivery read_delivery(Statement& row) {
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
  delivery.remote_id = to_text(row.getColumn(15));
  delivery.url = to_text(row.getColumn(16));
  if (!row.getColumn(17).isNull()) {
    delivery.error =
        Error{static_cast<ErrorKind>(row.getColumn(17).getInt()), to_text(row.getColumn(18))};
  }
  return delivery;
}

}  // namespace

struct SqliteStore::Ledger {
  std::filesystem::path file;
  SQLite::Database database;
  std::unordered_map<std::string, std::int64_t> feed_ids;  ///< by name; filled by feeds()
  std::unique_ptr<Statement> knows;

  Ledger(std::filesystem::path path, const std::string& uri, int flags)
      : file(std::move(path)), database(uri, flags, /*busyTimeoutMs=*/5000) {}

  /// Runs `work`; whatever SQLite throws becomes a StoreError that names the file.
  template <class Work>
  auto guarded(Work&& work) {
    try {
      return std::forward<Work>(work)();
    } catch (const SQLite::Exception& problem) {
      throw StoreError(fmt::format("the ledger {}: {}", file.string(), problem.what()));
    }
  }

  int version() { return database.execAndGet("PRAGMA user_version").getInt(); }

  void migrate() {
    const int known = static_cast<int>(migrations().size());
    const int found = version();
    if (found > known) {
      throw StoreError(fmt::format(
          "the ledger {} was written by a newer crier (its schema is {}, this one knows {}): "
          "install that version again",
          file.string(), found, known));
    }
    if (found == known) return;
    if (found == 0 && database.execAndGet("SELECT count(*) FROM sqlite_master").getInt() > 0) {
      throw StoreError(fmt::format(
          "{} is another program's database: is `state` in feeds.toml right?", file.string()));
    }
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    for (int step = version(); step < known; ++step) {
      database.exec(std::string(migrations().at(static_cast<std::size_t>(step))));
    }
    database.exec(fmt::format("PRAGMA user_version = {}", known));
    transaction.commit();
  }

  std::optional<std::int64_t> feed_id(const std::string& name) {
    if (const auto found = feed_ids.find(name); found != feed_ids.end()) return found->second;
    Statement select(database, "SELECT id FROM feed WHERE name = ?");
    select.bind(1, name);
    if (!select.executeStep()) return std::nullopt;
    return feed_ids[name] = select.getColumn(0).getInt64();
  }

  static std::int64_t key_of(std::int64_t feed, std::string_view name) {
    return std::bit_cast<std::int64_t>(hash64(name, static_cast<std::uint64_t>(feed)));
  }
};

bool SqliteStore::exists(const std::filesystem::path& file) {
  // A file without a byte in it remembers nothing: SQLite would take it for a new one.
  std::error_code ignored;
  return std::filesystem::exists(file, ignored) && std::filesystem::file_size(file, ignored) > 0;
}

SqliteStore::SqliteStore(const std::filesystem::path& file, Access access) {
  std::error_code ignored;
  is_new_ = !exists(file);
  try {
    if (access == Access::write) {
      ledger_ = std::make_unique<Ledger>(file, file.string(),
                                         SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
      // FULL: what is committed is on the disk, even if the power fails the moment after.
      ledger_->database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
      ledger_->migrate();
      return;
    }
    if (is_new_) {
      ledger_ = std::make_unique<Ledger>(file, ":memory:", SQLite::OPEN_READWRITE);
      ledger_->migrate();
      return;
    }
    // Reading a WAL ledger makes SQLite lay two files beside it. Where none lie there, no run is at
    // work, and the file can be read as it is.
    const bool still = !std::filesystem::exists(file.string() + "-wal", ignored);
    std::string uri = "file:";
    for (const char c : file.string()) {
      if (c == '%' || c == '?' || c == '#') {
        uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
      } else {
        uri += c;
      }
    }
    if (still) uri += "?immutable=1";
    ledger_ = std::make_unique<Ledger>(file, uri, SQLite::OPEN_READONLY | SQLite::OPEN_URI);
    const int found = ledger_->version();
    if (found != static_cast<int>(migrations().size())) {
      throw StoreError(fmt::format("the ledger {} has schema {}, this crier reads {}: {}",
                                   file.string(), found, migrations().size(),
                                   found == 0
                                       ? "is this file a ledger of crier's?"
                                       : "run `crier publish` once, or install the newer crier"));
    }
  } catch (const SQLite::Exception& problem) {
    throw StoreError(fmt::format(
        "the ledger {} cannot be opened: {}. Is `state` in feeds.toml right, and is there "
        "such a folder? If the file is damaged, put its backup in its place",
        file.string(), problem.what()));
  }
}

SqliteStore::~SqliteStore() = default;

std::vector<FeedState> SqliteStore::feeds() const {
  return ledger_->guarded([&] {
    std::vector<FeedState> all;
    Statement rows(ledger_->database,
                   "SELECT id, name, url, etag, last_modified, seeded_at, failing_since, "
                   "not_before FROM feed");
    while (rows.executeStep()) {
      FeedState state;
      state.id = {to_text(rows.getColumn(1))};
      state.url = to_text(rows.getColumn(2));
      state.etag = to_text(rows.getColumn(3));
      state.last_modified = to_text(rows.getColumn(4));
      state.seeded_at = optional_time(rows.getColumn(5));
      state.failing_since = optional_time(rows.getColumn(6));
      state.not_before = optional_time(rows.getColumn(7));
      ledger_->feed_ids[state.id.value] = rows.getColumn(0).getInt64();
      all.push_back(std::move(state));
    }
    return all;
  });
}

bool SqliteStore::knows(const FeedId& feed, std::string_view name) const {
  return ledger_->guarded([&] {
    const auto id = ledger_->feed_id(feed.value);
    if (!id) return false;
    if (!ledger_->knows) {
      ledger_->knows =
          std::make_unique<Statement>(ledger_->database, "SELECT 1 FROM seen WHERE key = ?");
    }
    ledger_->knows->reset();
    ledger_->knows->bind(1, Ledger::key_of(*id, name));
    const bool found = ledger_->knows->executeStep();
    ledger_->knows->reset();
    return found;
  });
}

namespace {

void insert_delivery(Statement& insert, const Delivery& delivery) {
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
  insert.exec();
}

}  // namespace

void SqliteStore::commit_plan(const std::vector<FeedPlan>& plans, SysTime now) {
  if (plans.empty()) return;
  ledger_->guarded([&] {
    SQLite::Database& database = ledger_->database;
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    Statement put(
        database,
        "INSERT INTO feed(name, url, etag, last_modified, seeded_at, failing_since, not_before) "
        "VALUES(?,?,?,?,?,?,?) ON CONFLICT(name) DO UPDATE SET url = excluded.url, "
        "etag = excluded.etag, last_modified = excluded.last_modified, seeded_at = "
        "excluded.seeded_at, "
        "failing_since = excluded.failing_since, not_before = excluded.not_before");
    Statement see(database, "INSERT OR IGNORE INTO seen(key, feed, day) VALUES(?,?,?)");
    Statement insert(database,
                     "INSERT INTO delivery(id, feed, account, item_id, item_title, "
                     "item_link, item_date, "
                     "post, stage, notes, planned_at, not_before, error_kind, error) "
                     "VALUES(?,?,?,?,?,?,?,?,?,'{}',?,?,?,?) ON CONFLICT(id) DO UPDATE SET "
                     "post = excluded.post, stage = excluded.stage, notes = '{}', attempts = 0, "
                     "not_before = NULL, planned_at = excluded.planned_at, publishing_at = NULL, "
                     "sent_at = NULL, settled_at = NULL, error_kind = excluded.error_kind, "
                     "error = excluded.error WHERE stage = 4");
    const std::int64_t day = number(now) / (24L * 3600);
    for (const FeedPlan& plan : plans) {
      put.reset();
      put.bind(1, plan.state.id.value);
      put.bind(2, plan.state.url);
      put.bind(3, plan.state.etag);
      put.bind(4, plan.state.last_modified);
      bind(put, 5, plan.state.seeded_at);
      bind(put, 6, plan.state.failing_since);
      bind(put, 7, plan.state.not_before);
      put.exec();
      if (plan.names.empty() && plan.deliveries.empty()) continue;
      const auto feed = ledger_->feed_id(plan.state.id.value);
      CRIER_ENSURE(feed.has_value(), "a feed that was just written has an id");
      for (const std::string& name : plan.names) {
        see.reset();
        see.bind(1, Ledger::key_of(*feed, name));
        see.bind(2, *feed);
        see.bind(3, day);
        see.exec();
      }
      for (const Delivery& delivery : plan.deliveries) insert_delivery(insert, delivery);
    }
    transaction.commit();
  });
}

std::vector<Delivery> SqliteStore::due(SysTime now) const {
  return ledger_->guarded([&] {
    std::vector<Delivery> all;
    Statement rows(
        ledger_->database,
        fmt::format(
            "SELECT {} FROM delivery WHERE stage < 3 AND (not_before IS NULL OR not_before <= ?1 "
            "OR not_before > ?2) ORDER BY COALESCE(item_date, planned_at), sequence",
            delivery_columns));
    rows.bind(1, number(now));
    rows.bind(2, number(now + most_waiting));
    while (rows.executeStep()) all.push_back(read_delivery(rows));
    return all;
  });
}

std::size_t SqliteStore::count_open() const {
  return ledger_->guarded([&] {
    Statement row(ledger_->database, "SELECT count(*) FROM delivery WHERE stage < 3");
    row.executeStep();
    return static_cast<std::size_t>(row.getColumn(0).getInt64());
  });
}

bool SqliteStore::has_delivery(const DeliveryId& id) const {
  return ledger_->guarded([&] {
    Statement row(ledger_->database, "SELECT 1 FROM delivery WHERE id = ? AND stage <> 4");
    row.bind(1, id.value);
    return row.executeStep();
  });
}

void SqliteStore::record(const DeliveryId& id, Stage stage, const Notes& notes, SysTime at) {
  CRIER_ENSURE(stage <= Stage::publishing, "record() is for deliveries under way");
  ledger_->guarded([&] {
    Statement update(
        ledger_->database,
        "UPDATE delivery SET stage = ?2, notes = ?3, "
        "publishing_at = CASE WHEN ?2 = 2 THEN COALESCE(publishing_at, ?4) ELSE publishing_at END, "
        "sent_at = CASE WHEN ?2 = 2 THEN ?4 ELSE sent_at END WHERE id = ?1");
    update.bind(1, id.value);
    update.bind(2, static_cast<int>(stage));
    update.bind(3, map_to_text(notes));
    update.bind(4, number(at));
    CRIER_ENSURE(update.exec() == 1, "a delivery that is recorded was planned");
  });
}

void SqliteStore::settle(const DeliveryId& id, const Outcome& outcome, SysTime at) {
  ledger_->guarded([&] {
    Statement update(
        ledger_->database,
        "UPDATE delivery SET stage = ?2, not_before = ?3, settled_at = ?4, remote_id = ?5, url = "
        "?6, "
        "error_kind = ?7, error = ?8, attempts = attempts + ?9, "
        "publishing_at = CASE WHEN ?2 = 0 THEN NULL ELSE publishing_at END WHERE id = ?1");
    update.bind(1, id.value);
    const auto bind_error = [&](const Error& why) {
      update.bind(7, static_cast<int>(why.kind));
      update.bind(8, why.message);
    };
    int tries = 1;
    std::visit(Overloaded{
                   [&](const Receipt& receipt) {
                     update.bind(2, static_cast<int>(Stage::published));
                     update.bind(4, number(at));
                     update.bind(5, receipt.remote_id);
                     update.bind(6, receipt.url);
                   },
                   [&](const Rejected& rejected) {
                     update.bind(2, static_cast<int>(Stage::rejected));
                     update.bind(4, number(at));
                     bind_error(rejected.why);
                   },
                   [&](const Deferred& deferred) {
                     // While it may have happened, the next run must look before it sends.
                     const bool open = deferred.why.kind == ErrorKind::uncertain;
                     update.bind(2, static_cast<int>(open ? Stage::publishing : Stage::planned));
                     update.bind(3, number(deferred.until));
                     bind_error(deferred.why);
                     // Waiting for a person or for a limit to pass is no failed try.
                     if (deferred.why.kind == ErrorKind::unauthorized ||
                         deferred.why.kind == ErrorKind::throttled ||
                         deferred.why.kind == ErrorKind::invalid) {
                       tries = 0;
                     }
                   },
                   [&](const Uncertain& uncertain) {
                     update.bind(2, static_cast<int>(Stage::uncertain));
                     update.bind(4, number(at));
                     bind_error(uncertain.why);
                   },
               },
               outcome);
    update.bind(9, tries);
    CRIER_ENSURE(update.exec() == 1, "a delivery that is settled was planned");
  });
}

bool SqliteStore::has_receipt(const AccountId& account, const std::string& remote_id) const {
  return ledger_->guarded([&] {
    Statement row(ledger_->database, "SELECT 1 FROM delivery WHERE remote_id = ? AND account = ?");
    row.bind(1, remote_id);
    row.bind(2, account.value);
    return row.executeStep();
  });
}

std::vector<Delivery> SqliteStore::history(const HistoryQuery& query) const {
  return ledger_->guarded([&] {
    std::vector<Delivery> all;
    Statement rows(
        ledger_->database,
        fmt::format("SELECT {} FROM delivery WHERE (?1 IS NULL OR feed = ?1) AND (?2 IS NULL OR "
                    "account = ?2) ORDER BY sequence DESC LIMIT ?3",
                    delivery_columns));
    if (query.feed) rows.bind(1, query.feed->value);
    if (query.account) rows.bind(2, query.account->value);
    rows.bind(3, static_cast<std::int64_t>(query.limit));
    while (rows.executeStep()) all.push_back(read_delivery(rows));
    return all;
  });
}

AccountFacts SqliteStore::facts(const AccountId& account) const {
  return ledger_->guarded([&] {
    AccountFacts facts;
    Statement row(ledger_->database, "SELECT facts, learned_at FROM account WHERE name = ?");
    row.bind(1, account.value);
    if (row.executeStep()) {
      facts.values = map_from_text(to_text(row.getColumn(0)));
      facts.learned_at = optional_time(row.getColumn(1));
    }
    return facts;
  });
}

void SqliteStore::keep_facts(const AccountId& account, const AccountFacts& facts) {
  ledger_->guarded([&] {
    Statement put(ledger_->database,
                  "INSERT INTO account(name, facts, learned_at) VALUES(?,?,?) ON CONFLICT(name) DO "
                  "UPDATE SET "
                  "facts = excluded.facts, learned_at = excluded.learned_at");
    put.bind(1, account.value);
    put.bind(2, map_to_text(facts.values));
    bind(put, 3, facts.learned_at);
    put.exec();
  });
}

std::optional<SysTime> SqliteStore::held_until(const AccountId& account, SysTime now) const {
  return ledger_->guarded([&]() -> std::optional<SysTime> {
    Statement row(ledger_->database, "SELECT not_before FROM account WHERE name = ?");
    row.bind(1, account.value);
    if (!row.executeStep()) return std::nullopt;
    const auto until = optional_time(row.getColumn(0));
    if (!until || *until <= now || *until > now + most_waiting) return std::nullopt;
    return until;
  });
}

void SqliteStore::hold(const AccountId& account, SysTime until) {
  ledger_->guarded([&] {
    Statement put(ledger_->database,
                  "INSERT INTO account(name, facts, not_before) VALUES(?,'{}',?) ON CONFLICT(name) "
                  "DO UPDATE SET "
                  "not_before = excluded.not_before");
    put.bind(1, account.value);
    put.bind(2, number(until));
    put.exec();
  });
}

}  // namespace crier
