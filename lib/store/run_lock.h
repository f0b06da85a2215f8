#pragma once
#include <filesystem>

namespace crier {

/// Held by the one run that may publish from a ledger; the kernel drops it when the process ends.
class RunLock {
 public:
  /// Takes the lock beside the ledger ("crier.db.lock") without waiting. Throws StoreError if the
  /// file cannot be made.
  explicit RunLock(const std::filesystem::path& ledger);
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

  /// False: another run holds it.
  [[nodiscard]] bool held() const { return held_; }

 private:
  int file_ = -1;
  bool held_ = false;
};

}  // namespace crier
