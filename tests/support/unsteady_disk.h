#pragma once
#include <sqlite3.h>

#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace crier {

/// What SQLite asks of the disk.
enum class DiskStep : std::uint8_t { write, sync, truncate };

/// A disk under SQLite that can fail, fill up, or lose power. While one lives, every ledger that is
/// opened stands on it; the program under test is as it always is.
///
/// It keeps a durable image of each file: what a disk is bound to hold, that is the file as it was
/// at its last sync. What was written since then may be there after a power cut, or not.
class UnsteadyDisk {
 public:
  UnsteadyDisk();
  ~UnsteadyDisk();
  UnsteadyDisk(const UnsteadyDisk&) = delete;
  UnsteadyDisk& operator=(const UnsteadyDisk&) = delete;

  /// Asked before each step: SQLITE_OK, or the error that SQLite is given in its place.
  std::function<int(DiskStep step)> before;
  /// Told when a step is done.
  std::function<void(DiskStep step)> after;

  /// How much of what was not synced is there after a power cut.
  enum class Unsynced : std::uint8_t { none, all, some };
  /// Each file as a power cut leaves it now, by its path. `some`: by `chance`, whole writes and
  /// parts of them, in any order.
  [[nodiscard]] std::map<std::string, std::string> after_power_cut(Unsynced unsynced,
                                                                   std::mt19937& chance) const;

  /// What the layer under SQLite calls; no test needs to.
  struct Change {
    bool is_truncation = false;
    std::size_t offset = 0;  ///< or the new length
    std::string bytes;
  };
  struct File {
    bool exists = false;      ///< durably
    bool is_removed = false;  ///< but not durably
    std::string durable;
    std::vector<Change> unsynced;
  };
  [[nodiscard]] int ask(DiskStep step) const { return before ? before(step) : SQLITE_OK; }
  void tell(DiskStep step) const {
    if (after) after(step);
  }
  [[nodiscard]] File& file(const std::string& path);
  void forget(const std::string& path, bool durably) {
    const auto found = files_.find(path);
    if (found == files_.end()) return;
    if (durably) {
      files_.erase(found);
    } else {
      found->second.is_removed = true;
    }
  }

 private:
  std::map<std::string, File> files_;
};

/// Puts a folder's ledger as a power cut left it in the place of what is there.
void restore_after_power_cut(const std::string& ledger,
                             const std::map<std::string, std::string>& images);

}  // namespace crier
