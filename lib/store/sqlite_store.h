#pragma once
#include <filesystem>
#include <memory>

#include "store/store.h"

namespace crier {

/// Store in one SQLite file: WAL, synchronous=FULL.
///
/// 1. Opening checks the version, and takes the missing migrations in one transaction.
/// 2. A ledger from a newer crier, or one that is damaged, is refused and left as it is.
/// 3. `Access::read` writes nothing, and makes no file: a ledger that is not there is an empty one.
class SqliteStore final : public Store {
 public:
  enum class Access { read, write };

  /// Throws StoreError.
  SqliteStore(const std::filesystem::path& file, Access access);
  ~SqliteStore() override;
  SqliteStore(const SqliteStore&) = delete;
  SqliteStore& operator=(const SqliteStore&) = delete;

  /// Says whether a ledger is there.
  [[nodiscard]] static bool exists(const std::filesystem::path& file);
  /// True if there was no ledger before.
  [[nodiscard]] bool is_new() const { return is_new_; }

  [[nodiscard]] std::vector<FeedState> feeds() const override;
  [[nodiscard]] bool knows(const FeedId& feed, std::string_view name) const override;
  void commit_plan(const std::vector<FeedPlan>& plans, SysTime now) override;
  [[nodiscard]] std::vector<Delivery> due(SysTime now) const override;
  [[nodiscard]] std::size_t count_open() const override;
  [[nodiscard]] bool has_delivery(const DeliveryId& id) const override;
  void record(const DeliveryId& id, Stage stage, const Notes& notes, SysTime at) override;
  void settle(const DeliveryId& id, const Outcome& outcome, SysTime at) override;
  [[nodiscard]] bool has_receipt(const AccountId& account,
                                 const std::string& remote_id) const override;
  [[nodiscard]] std::vector<Delivery> history(const HistoryQuery& query) const override;
  [[nodiscard]] AccountFacts facts(const AccountId& account) const override;
  void keep_facts(const AccountId& account, const AccountFacts& facts) override;
  [[nodiscard]] std::optional<SysTime> held_until(const AccountId& account,
                                                  SysTime now) const override;
  void hold(const AccountId& account, SysTime until) override;

 private:
  struct Ledger;
  std::unique_ptr<Ledger> ledger_;
  bool is_new_ = false;
};

}  // namespace crier
