#include "store/sqlite_store.h"

#include <algorithm>
#include <set>

#include "store/delivery_row.h"
#include "store/feed_row.h"
#include "store/ledger.h"
#include "store/records.h"

namespace crier {
namespace {

using SQLite::Statement;
constexpr std::int64_t day_length{24L * 3600};

std::int64_t day_of(SysTime time) { return number(time) / day_length; }

}  // namespace

bool SqliteStore::exists(const std::filesystem::path& file) {
  std::error_code ignored;
  return std::filesystem::exists(file, ignored) && std::filesystem::file_size(file, ignored) > 0;
}

SqliteStore::SqliteStore(const std::filesystem::path& file, Access access)
    : is_new_(!exists(file)) {
  ledger_ = access == Access::write ? Ledger::open_to_write(file) : Ledger::open_to_read(file);
}

SqliteStore::~SqliteStore() = default;

LedgerAge SqliteStore::age() const { return ledger_->age(); }

std::vector<FeedState> SqliteStore::feeds() const {
  return ledger_->guarded([&] {
    std::vector<FeedState> all;
    Statement rows(ledger_->database(), select_feeds());
    while (rows.executeStep()) {
      FeedState state = read_feed(rows);
      ledger_->keep_feed_id(state.id.value, rows.getColumn(0).getInt64());
      all.push_back(std::move(state));
    }
    return all;
  });
}

std::optional<SysTime> SqliteStore::seen_on(const FeedId& feed, std::string_view name) const {
  return ledger_->guarded([&]() -> std::optional<SysTime> {
    const auto id = ledger_->feed_id(feed.value);
    if (!id) return std::nullopt;
    Statement& row = ledger_->seen_statement();
    row.reset();
    row.bind(1, Ledger::key_of(*id, name));
    std::optional<SysTime> day;
    if (row.executeStep()) day = to_time(row.getColumn(0).getInt64() * day_length);
    row.reset();
    return day;
  });
}

namespace {

/// In the order of the keys: a million new ones then fill the pages of the table one after the
/// other, in place of touching each page again and again.
void put_names(Statement& see, std::int64_t feed, const std::vector<std::string>& names,
               std::int64_t day) {
  std::vector<std::int64_t> keys;
  keys.reserve(names.size());
  for (const std::string& name : names) keys.push_back(Ledger::key_of(feed, name));
  std::sort(keys.begin(), keys.end());
  for (const std::int64_t key : keys) {
    see.reset();
    see.bind(1, key);
    see.bind(2, feed);
    see.bind(3, day);
    see.exec();
  }
}

}  // namespace

void SqliteStore::commit_plan(const std::vector<FeedPlan>& plans, SysTime now) {
  if (plans.empty()) return;
  ledger_->write([&] {
    SQLite::Database& database = ledger_->database();
    Statement put = prepare_put_feed(database);
    // A clock that was wrong must not make a name look older than it is.
    Statement see(database,
                  "INSERT INTO seen(key, feed, day) VALUES(?,?,?) ON CONFLICT(key) DO UPDATE SET "
                  "day = max(day, excluded.day)");
    Statement insert = prepare_insert(database);
    std::set<DeliveryId> ids;
    Statement replace(database, "DELETE FROM delivery WHERE id = ? AND stage = 6");
    for (const FeedPlan& plan : plans) {
      put_feed(put, plan.state);
      if (plan.names.empty() && plan.deliveries.empty()) continue;
      const auto feed = ledger_->feed_id(plan.state.id.value);
      CRIER_ENSURE(feed.has_value(), "a feed that was just written has an id");
      put_names(see, *feed, plan.names, day_of(now));
      for (const Delivery& delivery : plan.deliveries) {
        const bool is_to_go_out = delivery.stage != Stage::published;
        if (!ids.insert(delivery.id).second && is_to_go_out) {
          throw StoreError(
              fmt::format("two posts of feed {} have one id, and one would be lost: "
                          "nothing of this run was written down",
                          plan.state.id.value));
        }
        insert_delivery(insert, delivery, now);
      }
      for (const DeliveryId& id : plan.replaced) {
        replace.reset();
        replace.bind(1, id.value);
        replace.exec();
      }
    }
  });
}

void SqliteStore::rename(const std::vector<FeedRename>& renames) {
  if (renames.empty()) return;
  ledger_->write([&] {
    rename_feeds(ledger_->database(), renames);
    ledger_->forget_feed_ids();
  });
}

std::vector<Delivery> SqliteStore::open() const {
  return ledger_->guarded([&] {
    std::vector<Delivery> all;
    Statement rows(ledger_->database(),
                   fmt::format("SELECT {} FROM delivery WHERE stage < 3 ORDER BY "
                               "COALESCE(item_date, planned_at), sequence",
                               delivery_columns()));
    while (rows.executeStep()) all.push_back(read_delivery(rows));
    return all;
  });
}

std::vector<Tally> SqliteStore::tally() const {
  return ledger_->guarded([&] {
    std::vector<Tally> all;
    // Two halves, so that each is answered from its own small index.
    Statement rows(ledger_->database(),
                   "SELECT feed, account, stage, count(*), min(planned_at) FROM delivery "
                   "WHERE stage < 3 GROUP BY feed, account, stage UNION ALL "
                   "SELECT feed, account, stage, count(*), min(planned_at) FROM delivery "
                   "WHERE stage IN (5, 6) GROUP BY feed, account, stage");
    while (rows.executeStep()) {
      all.push_back({{to_text(rows.getColumn(0))},
                     {to_text(rows.getColumn(1))},
                     static_cast<Stage>(rows.getColumn(2).getInt()),
                     static_cast<std::size_t>(rows.getColumn(3).getInt64()),
                     to_time(rows.getColumn(4).getInt64())});
    }
    return all;
  });
}

bool SqliteStore::has_delivery(const DeliveryId& id) const {
  return ledger_->guarded([&] {
    Statement row(ledger_->database(), "SELECT 1 FROM delivery WHERE id = ? AND stage <> 4");
    row.bind(1, id.value);
    return row.executeStep();
  });
}

std::optional<SameWords> SqliteStore::said(const AccountId& account, std::string_view text) const {
  return ledger_->guarded([&]() -> std::optional<SameWords> {
    Statement row(ledger_->database(),
                  "SELECT stage, COALESCE(sent_at, settled_at, planned_at) FROM delivery WHERE "
                  "account = ?1 AND text_key = ?2 AND text_key IS NOT NULL AND stage <> 4 "
                  "ORDER BY sequence DESC LIMIT 1");
    row.bind(1, account.value);
    row.bind(2, text_key(text));
    if (!row.executeStep()) return std::nullopt;
    return SameWords{static_cast<Stage>(row.getColumn(0).getInt()),
                     to_time(row.getColumn(1).getInt64())};
  });
}

void SqliteStore::record(const DeliveryId& id, Stage stage, const Notes& notes, SysTime at) {
  CRIER_ENSURE(stage <= Stage::publishing, "record() is for deliveries under way");
  ledger_->write([&] {
    Statement update(
        ledger_->database(),
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

bool SqliteStore::has_receipt(const AccountId& account, const std::string& remote_id) const {
  return ledger_->guarded([&] {
    Statement row(ledger_->database(),
                  "SELECT 1 FROM delivery WHERE remote_id = ? AND account = ?");
    row.bind(1, remote_id);
    row.bind(2, account.value);
    return row.executeStep();
  });
}

std::vector<SysTime> SqliteStore::posted_between(const AccountId& account, SysTime from,
                                                 SysTime to) const {
  return ledger_->guarded([&] {
    std::vector<SysTime> all;
    Statement rows(ledger_->database(),
                   "SELECT sent_at FROM delivery WHERE account = ?1 AND sent_at IS NOT NULL AND "
                   "sent_at BETWEEN ?2 AND ?3 AND stage IN (2, 3, 5) ORDER BY sent_at");
    rows.bind(1, account.value);
    rows.bind(2, number(from));
    rows.bind(3, number(to));
    while (rows.executeStep()) all.push_back(to_time(rows.getColumn(0).getInt64()));
    return all;
  });
}

namespace {

/// `order`: what follows WHERE, and may go on with it; ?6 in it stands for the limit.
Statement select_history(SQLite::Database& database, const HistoryQuery& query, const char* order) {
  std::string where = "1";
  if (query.feed) where += " AND feed = ?1";
  if (query.account) where += " AND account = ?2";
  if (query.stage) where += " AND stage = ?3";
  // Said in the words of the index delivery_attention, which SQLite does not find otherwise.
  if (query.stage == Stage::uncertain || query.stage == Stage::held) {
    where += " AND stage IN (5, 6)";
  }
  if (query.since) where += " AND planned_at >= ?4";
  if (!query.id_prefix.empty()) where += " AND id >= ?5 AND id < ?5 || 'g'";
  Statement rows(database, fmt::format("SELECT {}, sequence FROM delivery WHERE {} {}",
                                       delivery_columns(), where, order));
  if (query.feed) rows.bind(1, query.feed->value);
  if (query.account) rows.bind(2, query.account->value);
  if (query.stage) rows.bind(3, static_cast<int>(*query.stage));
  if (query.since) rows.bind(4, number(*query.since));
  if (!query.id_prefix.empty()) rows.bind(5, query.id_prefix);
  return rows;
}

}  // namespace

std::vector<Delivery> SqliteStore::history(const HistoryQuery& query) const {
  return ledger_->guarded([&] {
    std::vector<Delivery> all;
    Statement rows = select_history(ledger_->database(), query, "ORDER BY sequence DESC LIMIT ?6");
    rows.bind(6, static_cast<std::int64_t>(query.limit));
    while (rows.executeStep()) all.push_back(read_delivery(rows));
    return all;
  });
}

void SqliteStore::each(const HistoryQuery& query,
                       const std::function<void(const Delivery&)>& take) const {
  // In parts, so that the ledger is not locked for as long as somebody reads what is taken.
  constexpr std::int64_t part = 500;
  std::int64_t last = -1;
  for (bool goes_on = true; goes_on;) {
    std::vector<Delivery> some;
    ledger_->guarded([&] {
      Statement rows = select_history(ledger_->database(), query,
                                      "AND sequence > ?7 ORDER BY sequence LIMIT ?6");
      rows.bind(6, part);
      rows.bind(7, last);
      while (rows.executeStep()) {
        last = rows.getColumn(rows.getColumnCount() - 1).getInt64();
        some.push_back(read_delivery(rows));
      }
    });
    for (const Delivery& delivery : some) take(delivery);
    goes_on = some.size() == static_cast<std::size_t>(part);
  }
}

void SqliteStore::prune(SysTime before) {
  ledger_->write([&] {
    Statement deliveries(ledger_->database(),
                         "DELETE FROM delivery WHERE settled_at < ? AND stage IN (3, 4, 7)");
    deliveries.bind(1, number(before));
    deliveries.exec();
    // Kept for a month and more, whatever else is forgotten: budgets are asked of a month.
    Statement spending(ledger_->database(), "DELETE FROM spending WHERE at < ?");
    spending.bind(1, number(before - std::chrono::hours{32 * 24}));
    spending.exec();
    // A name that was in the feed when it was last read is noted no more than noted_again_after
    // before that; so one that is older has left it.
    Statement names(ledger_->database(),
                    "DELETE FROM seen WHERE day < (SELECT min(?1, feed.read_on / 86400) - ?2 FROM "
                    "feed WHERE feed.id = seen.feed)");
    names.bind(1, day_of(before));
    names.bind(2, static_cast<std::int64_t>(noted_again_after / std::chrono::hours{24}) + 1);
    names.exec();
  });
}

AccountFacts SqliteStore::facts(const AccountId& account) const {
  return ledger_->guarded([&] {
    AccountFacts facts;
    Statement row(ledger_->database(), "SELECT facts, learned_at FROM account WHERE name = ?");
    row.bind(1, account.value);
    if (row.executeStep()) {
      facts.values = map_from_text(to_text(row.getColumn(0)));
      facts.learned_at = optional_time(row.getColumn(1));
    }
    return facts;
  });
}

void SqliteStore::keep_facts(const AccountId& account, const AccountFacts& facts) {
  ledger_->write([&] {
    Statement put(ledger_->database(),
                  "INSERT INTO account(name, facts, learned_at) VALUES(?,?,?) ON CONFLICT(name) DO "
                  "UPDATE SET facts = excluded.facts, learned_at = excluded.learned_at");
    put.bind(1, account.value);
    put.bind(2, map_to_text(facts.values));
    bind(put, 3, facts.learned_at);
    put.exec();
  });
}

std::optional<SysTime> SqliteStore::paused_until(const AccountId& account) const {
  return ledger_->guarded([&]() -> std::optional<SysTime> {
    Statement row(ledger_->database(), "SELECT not_before FROM account WHERE name = ?");
    row.bind(1, account.value);
    return row.executeStep() ? optional_time(row.getColumn(0)) : std::nullopt;
  });
}

void SqliteStore::pause(const AccountId& account, SysTime until) {
  ledger_->write([&] {
    Statement put(ledger_->database(),
                  "INSERT INTO account(name, facts, not_before) VALUES(?,'{}',?) ON CONFLICT(name) "
                  "DO UPDATE SET not_before = excluded.not_before");
    put.bind(1, account.value);
    put.bind(2, number(until));
    put.exec();
  });
}

}  // namespace crier
