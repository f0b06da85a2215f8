#pragma once
#include <string>

#include "death/tale.h"

namespace crier {

/// The totals of this run of the tests, for people to read: a line for each test that counted.
class DeathReport {
 public:
  [[nodiscard]] static DeathReport& get();
  void add(const std::string& what, const Count& count);
  [[nodiscard]] const Count& total() const { return total_; }
  /// Empty, if nothing was counted.
  [[nodiscard]] std::string text() const;

 private:
  std::string lines_;
  Count total_;
};

}  // namespace crier
