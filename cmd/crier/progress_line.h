#pragma once
#include <cstddef>
#include <string>

#include "publish/publish.h"

namespace crier {

/// A line that is written over while a person watches; nothing for cron and CI.
class ProgressLine final : public Progress {
 public:
  explicit ProgressLine(bool shown) : shown_(shown) {}
  ~ProgressLine() override;
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  void feeds(std::size_t done, std::size_t of) override;
  void posts(const DeliveryProgress& progress, std::size_t of) override;

 private:
  void write(std::string words);
  bool shown_;
  std::string written_;
};

}  // namespace crier
