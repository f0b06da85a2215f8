#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "core/clock.h"

namespace crier {

/// No run takes longer: what its limits do not let through waits for the next one.
inline constexpr std::chrono::hours longest_run{3};

/// Held by the one run that may publish from a ledger; the kernel drops it when the process ends.
class RunLock {
 public:
  /// Takes the lock beside the ledger ("crier.db.lock") without waiting, and notes in it who has it
  /// since `now`. Throws StoreError if the file cannot be made.
  RunLock(const std::filesystem::path& ledger, SysTime now);
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

  /// False: another run holds it.
  [[nodiscard]] bool held() const { return held_; }
  /// Where another run has held it for longer than longest_run: since when, by which process, and
  /// what to do. Empty if it has not, or nobody can know.
  [[nodiscard]] std::string stuck(SysTime now) const;

 private:
  void note_holder(SysTime now) const;
  void read_holder();

  int file_ = -1;
  bool held_ = false;
  long holder_ = 0;  ///< the other run's process, where it noted that
  std::optional<SysTime> since_;
};

}  // namespace crier
