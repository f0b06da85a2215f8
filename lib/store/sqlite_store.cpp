#include "store/sqlite_store.h"

#include <algorithm>

#include "store/delivery_row.h"
#include "store/feed_row.h"
#include "store/ledger.h"
#include "store/records.h"

namespace crier {
namespace {

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
    Prepared rows = ledger_->prepared(select_feeds());
    while (rows->executeStep()) all.push_back(read_feed(*rows));
    return all;
  });
}

std::optional<SysTime> SqliteStore::seen_on(const FeedId& feed, std::string_view name) const {
  return ledger_->guarded([&]() -> std::optional<SysTime> {
    const auto id = ledger_->feed_id(feed.value);
    if (!id) return std::nullopt;
    Prepared row = ledger_->prepared("SELECT day FROM seen WHERE key = ?");
    row->bind(1, Ledger::key_of(*id, name));
    if (!row->executeStep()) return std::nullopt;
    return to_time(row->getColumn(0).getInt64() * day_length);
  });
}

std::shared_ptr<void> SqliteStore::reading() const { return ledger_->reading(); }

namespace {

struct NameKey {
  std::int64_t key, feed;
};

/// In the order of the keys: a million new ones then fill the pages of the table one after the
/// other, in place of touching each page again and again.
void put_names(Ledger& ledger, const std::vector<FeedNames>& all, std::int64_t day) {
  std::vector<NameKey> keys;
  for (const FeedNames& names : all) {
    const auto feed = ledger.feed_id(names.feed.value);
    CRIER_ENSURE(feed.has_value(), "names are of a feed that was written");
    for (const std::string& name : names.names)
      keys.push_back({Ledger::key_of(*feed, name), *feed});
  }
  std::ranges::sort(keys, {}, &NameKey::key);
  // A clock that was wrong must not make a name look older than it is.
  Prepared see = ledger.prepared(
      "INSERT INTO seen(key, feed, day) VALUES(?,?,?) ON CONFLICT(key) DO UPDATE SET "
      "day = max(day, excluded.day)");
  for (const NameKey& name : keys) {
    see->reset();
    see->bind(1, name.key);
    see->bind(2, name.feed);
    see->bind(3, day);
    see->exec();
  }
}

void put_account(Ledger& ledger, const AccountId& account, const AccountFacts& facts) {
  Prepared put = ledger.prepared(
      "INSERT INTO account(name, facts, learned_at) VALUES(?,?,?) ON CONFLICT(name) DO UPDATE SET "
      "facts = excluded.facts, learned_at = excluded.learned_at");
  put->bind(1, account.value);
  put->bind(2, map_to_text(facts.values));
  bind(*put, 3, facts.learned_at);
  put->exec();
}

void put_pause(Ledger& ledger, const AccountId& account, const AccountPause& pause) {
  Prepared put = ledger.prepared(
      "INSERT INTO account(name, facts, not_before, by_server) VALUES(?,'{}',?,?) ON "
      "CONFLICT(name) "
      "DO UPDATE SET not_before = excluded.not_before, by_server = excluded.by_server");
  put->bind(1, account.value);
  put->bind(2, number(pause.until));
  put->bind(3, pause.by_server ? 1 : 0);
  put->exec();
}

void put_told(Ledger& ledger, const std::string& what, const std::optional<SysTime>& at) {
  Prepared put = ledger.prepared(at ? "INSERT OR REPLACE INTO told(what, at) VALUES(?,?)"
                                    : "DELETE FROM told WHERE what = ?");
  put->bind(1, what);
  if (at) put->bind(2, number(*at));
  put->exec();
}

void forget(Ledger& ledger, SysTime before) {
  const auto run = [&](const char* sql, std::int64_t value) {
    Prepared remove = ledger.prepared(sql);
    remove->bind(1, value);
    remove->exec();
  };
  run("DELETE FROM delivery WHERE settled_at < ? AND stage IN (3, 4, 7)", number(before));
  // Kept for a month and more, whatever else is forgotten: budgets are asked of a month.
  run("DELETE FROM spending WHERE at < ?", number(before - std::chrono::hours{32 * 24}));
  // A name that was in the feed when it was last read is noted no more than noted_again_after
  // before that; so one that is older has left it.
  Prepared names = ledger.prepared(
      "DELETE FROM seen WHERE day < (SELECT min(?1, feed.read_on / 86400) - ?2 FROM feed WHERE "
      "feed.id = seen.feed)");
  names->bind(1, day_of(before));
  names->bind(2, static_cast<std::int64_t>(noted_again_after / std::chrono::hours{24}) + 1);
  names->exec();
}

}  // namespace

void SqliteStore::put(const Batch& batch, SysTime now) {
  if (batch.is_empty()) return;
  ledger_->write([&] {
    Ledger& ledger = *ledger_;
    if (!batch.renames.empty()) rename_feeds(ledger.database(), batch.renames);
    for (const FeedState& state : batch.feeds) put_feed(ledger, state);
    if (!batch.renames.empty() || !batch.feeds.empty()) ledger.forget_feed_ids();
    put_names(ledger, batch.names, day_of(now));
    for (const DeliveryId& id : batch.replaced) {
      Prepared remove = ledger.prepared("DELETE FROM delivery WHERE id = ?");
      remove->bind(1, id.value);
      remove->exec();
    }
    for (const Delivery& delivery : batch.planned) insert_delivery(ledger, delivery);
    for (const Delivery& delivery : batch.changed) update_delivery(ledger, delivery);
    for (const auto& [account, facts] : batch.facts) put_account(ledger, account, facts);
    for (const auto& [account, pause] : batch.pauses) put_pause(ledger, account, pause);
    for (const auto& [what, at] : batch.told) put_told(ledger, what, at);
    if (batch.forget_before) forget(ledger, *batch.forget_before);
  });
}

std::vector<Delivery> SqliteStore::open() const {
  return ledger_->guarded([&] {
    std::vector<Delivery> all;
    Prepared rows =
        ledger_->prepared(fmt::format("SELECT {} FROM delivery WHERE stage < 3 ORDER BY "
                                      "COALESCE(item_date, planned_at), sequence",
                                      delivery_columns()));
    while (rows->executeStep()) all.push_back(read_delivery(*rows));
    return all;
  });
}

std::vector<Tally> SqliteStore::tally() const {
  return ledger_->guarded([&] {
    std::vector<Tally> all;
    // Two halves, so that each is answered from its own small index.
    Prepared rows = ledger_->prepared(
        "SELECT feed, account, stage, count(*), min(planned_at) FROM delivery "
        "WHERE stage < 3 GROUP BY feed, account, stage UNION ALL "
        "SELECT feed, account, stage, count(*), min(planned_at) FROM delivery "
        "WHERE stage IN (5, 6) GROUP BY feed, account, stage");
    while (rows->executeStep()) {
      all.push_back({{to_text(rows->getColumn(0))},
                     {to_text(rows->getColumn(1))},
                     static_cast<Stage>(rows->getColumn(2).getInt()),
                     static_cast<std::size_t>(rows->getColumn(3).getInt64()),
                     to_time(rows->getColumn(4).getInt64())});
    }
    return all;
  });
}

std::optional<Delivery> SqliteStore::find(const DeliveryId& id) const {
  return ledger_->guarded([&]() -> std::optional<Delivery> {
    Prepared row =
        ledger_->prepared(fmt::format("SELECT {} FROM delivery WHERE id = ?", delivery_columns()));
    row->bind(1, id.value);
    if (!row->executeStep()) return std::nullopt;
    return read_delivery(*row);
  });
}

std::optional<SameWords> SqliteStore::said(const AccountId& account, std::string_view text) const {
  return ledger_->guarded([&]() -> std::optional<SameWords> {
    Prepared row = ledger_->prepared(
        "SELECT stage, COALESCE(sent_at, settled_at, planned_at) FROM delivery WHERE "
        "account = ?1 AND text_key = ?2 AND text_key IS NOT NULL AND stage <> 4 "
        "ORDER BY sequence DESC LIMIT 1");
    row->bind(1, account.value);
    row->bind(2, text_key(text));
    if (!row->executeStep()) return std::nullopt;
    return SameWords{static_cast<Stage>(row->getColumn(0).getInt()),
                     to_time(row->getColumn(1).getInt64())};
  });
}

bool SqliteStore::has_receipt(const AccountId& account, const std::string& remote_id) const {
  return ledger_->guarded([&] {
    Prepared row = ledger_->prepared("SELECT 1 FROM delivery WHERE remote_id = ? AND account = ?");
    row->bind(1, remote_id);
    row->bind(2, account.value);
    return row->executeStep();
  });
}

std::vector<SysTime> SqliteStore::posted_between(const AccountId& account, SysTime from,
                                                 SysTime to) const {
  return ledger_->guarded([&] {
    std::vector<SysTime> all;
    Prepared rows = ledger_->prepared(
        "SELECT sent_at FROM delivery WHERE account = ?1 AND sent_at IS NOT NULL AND "
        "sent_at BETWEEN ?2 AND ?3 AND stage IN (2, 3, 5) ORDER BY sent_at");
    rows->bind(1, account.value);
    rows->bind(2, number(from));
    rows->bind(3, number(to));
    while (rows->executeStep()) all.push_back(to_time(rows->getColumn(0).getInt64()));
    return all;
  });
}

std::int64_t SqliteStore::spent(const AccountId& account, SysTime from, SysTime to) const {
  return ledger_->guarded([&]() -> std::int64_t {
    Prepared row = ledger_->prepared(
        "SELECT COALESCE(sum(millionths), 0) FROM spending WHERE account = ?1 AND at >= ?2 AND "
        "at < ?3");
    row->bind(1, account.value);
    row->bind(2, number(from));
    row->bind(3, number(to));
    return row->executeStep() ? row->getColumn(0).getInt64() : 0;
  });
}

namespace {

/// `order`: what follows WHERE, and may go on with it; ?6 in it stands for the limit.
Prepared select_history(Ledger& ledger, const HistoryQuery& query, const char* order) {
  std::string where = "1";
  if (query.feed) where += " AND feed = ?1";
  if (query.account) where += " AND account = ?2";
  if (query.stage) where += " AND stage = ?3";
  // Said in the words of the index delivery_attention, which SQLite does not find otherwise.
  if (query.stage == Stage::uncertain || query.stage == Stage::held) {
    where += " AND stage IN (5, 6)";
  }
  if (query.is_untold) where += " AND stage = 4 AND told_at IS NULL";
  if (query.since) where += " AND planned_at >= ?4";
  if (!query.id_prefix.empty()) where += " AND id >= ?5 AND id < ?5 || 'g'";
  Prepared rows = ledger.prepared(fmt::format("SELECT {}, sequence FROM delivery WHERE {} {}",
                                              delivery_columns(), where, order));
  if (query.feed) rows->bind(1, query.feed->value);
  if (query.account) rows->bind(2, query.account->value);
  if (query.stage) rows->bind(3, static_cast<int>(*query.stage));
  if (query.since) rows->bind(4, number(*query.since));
  if (!query.id_prefix.empty()) rows->bind(5, query.id_prefix);
  return rows;
}

}  // namespace

std::vector<Delivery> SqliteStore::history(const HistoryQuery& query) const {
  return ledger_->guarded([&] {
    std::vector<Delivery> all;
    Prepared rows = select_history(*ledger_, query, "ORDER BY sequence DESC LIMIT ?6");
    rows->bind(6, static_cast<std::int64_t>(query.limit));
    while (rows->executeStep()) all.push_back(read_delivery(*rows));
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
      Prepared rows =
          select_history(*ledger_, query, "AND sequence > ?7 ORDER BY sequence LIMIT ?6");
      rows->bind(6, part);
      rows->bind(7, last);
      while (rows->executeStep()) {
        last = rows->getColumn(rows->getColumnCount() - 1).getInt64();
        some.push_back(read_delivery(*rows));
      }
    });
    for (const Delivery& delivery : some) take(delivery);
    goes_on = some.size() == static_cast<std::size_t>(part);
  }
}

AccountState SqliteStore::account(const AccountId& id) const {
  return ledger_->guarded([&] {
    AccountState state;
    Prepared row = ledger_->prepared(
        "SELECT facts, learned_at, not_before, by_server FROM account WHERE name = ?");
    row->bind(1, id.value);
    if (!row->executeStep()) return state;
    state.facts.values = map_from_text(to_text(row->getColumn(0)));
    state.facts.learned_at = optional_time(row->getColumn(1));
    if (const auto until = optional_time(row->getColumn(2)))
      state.pause = AccountPause{*until, row->getColumn(3).getInt() != 0};
    return state;
  });
}

std::map<std::string, SysTime> SqliteStore::told() const {
  return ledger_->guarded([&] {
    std::map<std::string, SysTime> all;
    Prepared rows = ledger_->prepared("SELECT what, at FROM told");
    while (rows->executeStep())
      all.emplace(to_text(rows->getColumn(0)), to_time(rows->getColumn(1).getInt64()));
    return all;
  });
}

}  // namespace crier
