#pragma once
#include "core/clock.h"
#include "core/random.h"

namespace crier {

/// A clock that stands still until it is moved.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(SysTime start = SysTime{std::chrono::seconds{1'772'442'000}}) : now_(start) {}
  [[nodiscard]] SysTime now() const override { return now_; }
  [[nodiscard]] Ticks ticks() const override { return ticks_; }
  void advance(std::chrono::milliseconds by) {
    carry_ += by;
    const auto whole = std::chrono::floor<std::chrono::seconds>(carry_);
    now_ += whole;
    carry_ -= whole;
    ticks_ += by;
  }
  void set(SysTime now) { now_ = now; }

 private:
  SysTime now_;
  Ticks ticks_{};
  std::chrono::milliseconds carry_{0};
};

/// The same bytes on every run.
class SeededRandom final : public Random {
 public:
  [[nodiscard]] std::string bytes(std::size_t count) override {
    std::string out(count, '\0');
    for (char& c : out) {
      state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
      c = static_cast<char>(state_ >> 56U);
    }
    return out;
  }

 private:
  unsigned long long state_ = 42;
};

}  // namespace crier
