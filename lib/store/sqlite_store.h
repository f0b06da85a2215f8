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

  void put(const Batch& batch, SysTime now) override;
  [[nodiscard]] std::vector<FeedState> feeds() const override;
  [[nodiscard]] std::optional<SysTime> seen_on(const FeedId& feed,
                                               std::string_view name) const override;
  [[nodiscard]] std::shared_ptr<void> reading() const override;
  [[nodiscard]] std::vector<Delivery> open() const override;
  [[nodiscard]] std::vector<Tally> tally() const override;
  [[nodiscard]] std::optional<Delivery> find(const DeliveryId& id) const override;
  [[nodiscard]] std::optional<SameWords> said(const AccountId& account,
                                              std::string_view text) const override;
  [[nodiscard]] bool has_receipt(const AccountId& account,
                                 const std::string& remote_id) const override;
  [[nodiscard]] std::vector<SysTime> posted_between(const AccountId& account, SysTime from,
                                                    SysTime to) const override;
  [[nodiscard]] std::int64_t spent(const AccountId& account, SysTime from,
                                   SysTime to) const override;
  [[nodiscard]] std::vector<Delivery> history(const HistoryQuery& query) const override;
  void each(const HistoryQuery& query,
            const std::function<void(const Delivery&)>& take) const override;
  [[nodiscard]] AccountState account(const AccountId& id) const override;
  [[nodiscard]] std::map<std::string, SysTime> told() const override;

 private:
  std::unique_ptr<Ledger> ledger_;
  bool is_new_ = false;
};

}  // namespace crier
