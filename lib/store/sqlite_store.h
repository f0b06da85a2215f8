#pragma once
#include <filesystem>
#include <functional>
#include <memory>

#include "store/ledger_mark.h"
#include "store/store.h"

namespace crier {

class Ledger;

/// Store in one SQLite file, whole after every write: a rollback journal, synchronous=EXTRA.
///
/// 1. Opening checks the version, and takes the missing migrations in one transaction.
/// 2. A ledger from a newer crier, or one that is damaged, is refused and left as it is.
/// 3. `Access::read` writes nothing, and makes no file: a ledger that is not there is an empty one.
/// What a killed run left half written it plays back. It works beside a run.
/// 4. Nobody else may read the file: 0600.
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
  [[nodiscard]] LedgerAge age() const;

  [[nodiscard]] std::vector<FeedState> feeds() const override;
  [[nodiscard]] std::optional<SysTime> seen_on(const FeedId& feed,
                                               std::string_view name) const override;
  void commit_plan(const std::vector<FeedPlan>& plans, SysTime now) override;
  void rename(const std::vector<FeedRename>& renames) override;
  [[nodiscard]] std::vector<Delivery> open() const override;
  [[nodiscard]] std::vector<Tally> tally() const override;
  [[nodiscard]] bool has_delivery(const DeliveryId& id) const override;
  [[nodiscard]] std::optional<SameWords> said(const AccountId& account,
                                              std::string_view text) const override;
  void record(const DeliveryId& id, Stage stage, const Notes& notes, SysTime at) override;
  void settle(const DeliveryId& id, const Outcome& outcome, SysTime at) override;
  [[nodiscard]] bool has_receipt(const AccountId& account,
                                 const std::string& remote_id) const override;
  [[nodiscard]] std::vector<SysTime> posted_between(const AccountId& account, SysTime from,
                                                    SysTime to) const override;
  void spend(const DeliveryId& id, std::int64_t millionths, SysTime at) override;
  [[nodiscard]] std::int64_t spent(const AccountId& account, SysTime from,
                                   SysTime to) const override;
  [[nodiscard]] std::vector<Delivery> history(const HistoryQuery& query) const override;
  void each(const HistoryQuery& query,
            const std::function<void(const Delivery&)>& take) const override;
  void put(const std::vector<Delivery>& deliveries) override;
  void reopen(const DeliveryId& id, SysTime at) override;
  void drop(const DeliveryId& id, const std::string& why, SysTime at) override;
  std::size_t release(const FeedId& feed, SysTime at) override;
  std::size_t adopt(const FeedId& feed, const std::string& why, SysTime at) override;
  void prune(SysTime before) override;
  [[nodiscard]] AccountFacts facts(const AccountId& account) const override;
  void keep_facts(const AccountId& account, const AccountFacts& facts) override;
  [[nodiscard]] std::optional<SysTime> paused_until(const AccountId& account) const override;
  void pause(const AccountId& account, SysTime until) override;

 private:
  std::unique_ptr<Ledger> ledger_;
  bool is_new_ = false;
};

}  // namespace crier
