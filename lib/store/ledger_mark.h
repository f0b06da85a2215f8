#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace crier {

/// Which ledger it is, and how far it has come.
struct LedgerAge {
  std::string id;           ///< made by chance when a ledger is begun
  std::int64_t writes = 0;  ///< how many transactions have changed it
  friend bool operator==(const LedgerAge&, const LedgerAge&) = default;
};

/// How far a ledger had come when this machine last wrote to it, in a small file apart from it. By
/// that, one that comes back older is known: a backup, or a pipeline's cache that was not saved.
/// Where nothing but the ledger is kept from run to run, nobody can know.
class LedgerMark {
 public:
  /// `folder`: where the sign-ins are; empty: nothing is kept. `ledger`: the mark is of that path.
  LedgerMark(const std::filesystem::path& folder, const std::filesystem::path& ledger);

  /// The ledger as it was last seen here; nothing if it was not, or the file cannot be read.
  [[nodiscard]] std::optional<LedgerAge> last() const;
  /// Says whether the ledger that is there now is an earlier state of the last one. One that this
  /// machine has not seen may be from anywhere, and is not; but one from before ledgers had an id,
  /// and has come where one with an id was, is.
  [[nodiscard]] bool is_older(const LedgerAge& found) const;
  /// Remembers it. Where that cannot be, nothing is known the next time: no error.
  void keep(const LedgerAge& age) const;
  /// The file; a person removes it to go on with an older ledger.
  [[nodiscard]] const std::filesystem::path& file() const { return file_; }

 private:
  std::filesystem::path ledger_, file_;
};

}  // namespace crier
