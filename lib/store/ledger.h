#pragma once
#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "core/clock.h"
#include "store/ledger_mark.h"
#include "store/store.h"

namespace crier {

/// A prepared statement in use; it is at rest, and holds no lock, once this is gone.
class Prepared {
 public:
  explicit Prepared(SQLite::Statement& statement) : statement_(&statement) {}
  Prepared(Prepared&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
  Prepared& operator=(Prepared&&) = delete;
  ~Prepared() {
    if (statement_ == nullptr) return;
    (void)statement_->tryReset();
    statement_->clearBindings();
  }
  SQLite::Statement* operator->() { return statement_; }
  SQLite::Statement& operator*() { return *statement_; }

 private:
  SQLite::Statement* statement_;
};

/// The SQLite file behind a SqliteStore: opened, checked, and brought up to date.
class Ledger {
 public:
  /// Throws StoreError, with what to do.
  [[nodiscard]] static std::unique_ptr<Ledger> open_to_write(const std::filesystem::path& file);
  [[nodiscard]] static std::unique_ptr<Ledger> open_to_read(const std::filesystem::path& file);

  /// Runs `work`; whatever SQLite throws becomes a StoreError that names the file.
  template <class Work>
  auto guarded(Work&& work) {
    try {
      return std::forward<Work>(work)();
    } catch (const SQLite::Exception& problem) {
      throw StoreError(fmt::format("the ledger {}: {}", file_.string(), problem.what()));
    }
  }

  /// The same for what changes the ledger: all of it in one transaction, which the ledger counts.
  template <class Work>
  void write(Work&& work) {
    guarded([&] {
      SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
      const int before = database_.getTotalChanges();
      std::forward<Work>(work)();
      if (database_.getTotalChanges() != before) count_write();
      transaction.commit();
    });
  }

  [[nodiscard]] LedgerAge age();
  [[nodiscard]] SQLite::Database& database() { return database_; }
  /// That statement, prepared at its first use.
  [[nodiscard]] Prepared prepared(const std::string& sql);
  /// One read transaction, until it is let go of.
  [[nodiscard]] std::shared_ptr<void> reading();
  /// The number that stands for a feed's name in `seen`.
  [[nodiscard]] std::optional<std::int64_t> feed_id(const std::string& name);
  /// To be asked for anew: after feeds came, or have other names.
  void forget_feed_ids() { feed_ids_.reset(); }
  /// What stands for an item's name in `seen`.
  [[nodiscard]] static std::int64_t key_of(std::int64_t feed, std::string_view name);

 private:
  Ledger(std::filesystem::path file, int flags, const char* in_memory = nullptr);
  [[nodiscard]] int version();
  void require_ours();
  void begin_to_write();
  void migrate();
  void count_write();
  void require_known_version();

  std::filesystem::path file_;
  SQLite::Database database_;
  std::optional<std::unordered_map<std::string, std::int64_t>> feed_ids_;
  std::unordered_map<std::string, std::unique_ptr<SQLite::Statement>> statements_;
  std::weak_ptr<void> reading_;
};

[[nodiscard]] inline std::int64_t number(SysTime time) { return time.time_since_epoch().count(); }
[[nodiscard]] inline SysTime to_time(std::int64_t value) {
  return SysTime{std::chrono::seconds{value}};
}
[[nodiscard]] inline std::optional<SysTime> optional_time(const SQLite::Column& column) {
  if (column.isNull()) return std::nullopt;
  return to_time(column.getInt64());
}
[[nodiscard]] inline std::string to_text(const SQLite::Column& column) {
  return column.isNull() ? std::string() : column.getString();
}
inline void bind(SQLite::Statement& statement, int index, const std::optional<SysTime>& time) {
  if (time) {
    statement.bind(index, number(*time));
  } else {
    statement.bind(index);
  }
}

}  // namespace crier
