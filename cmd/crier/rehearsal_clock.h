#pragma once
#include <atomic>
#include <chrono>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "http/client.h"

namespace crier {

/// The machine's clock, set ahead: time that nobody has to wait for. Read on many threads.
class ClockAhead final : public Clock {
 public:
  [[nodiscard]] SysTime now() const override {
    const auto real = std::chrono::system_clock::time_point(real_.now());
    return std::chrono::floor<std::chrono::seconds>(real + (ahead_.load() - put_back_.load()));
  }
  [[nodiscard]] Ticks ticks() const override { return real_.ticks() + ahead_.load(); }
  void advance(std::chrono::milliseconds by) { ahead_ = ahead_.load() + by; }
  /// From now on now() is the machine's: another program may look on.
  void put_back() { put_back_ = ahead_.load(); }

 private:
  SystemClock real_;
  std::atomic<std::chrono::milliseconds> ahead_{}, put_back_{};
};

/// The network in a rehearsal: while nothing is under way, time passes at once. What crier would
/// wait for has its length by the clock that crier and the stand-ins share; what takes time by
/// itself, an answer, takes it.
class LeapingClient final : public HttpClient {
 public:
  LeapingClient(std::unique_ptr<HttpClient> inner, ClockAhead& clock)
      : inner_(std::move(inner)), clock_(clock) {}

  TransferId start(Request request) override {
    const TransferId id = inner_->start(std::move(request));
    under_way_.insert(id);
    return id;
  }
  std::vector<Completion> wait(std::chrono::milliseconds at_most) override {
    if (under_way_.empty()) {
      clock_.advance(at_most);
      return {};
    }
    std::vector<Completion> ended = inner_->wait(at_most);
    for (const Completion& completion : ended) under_way_.erase(completion.id);
    return ended;
  }
  void cancel(TransferId id) override {
    under_way_.erase(id);
    inner_->cancel(id);
  }

 private:
  std::unique_ptr<HttpClient> inner_;
  ClockAhead& clock_;
  std::set<TransferId> under_way_;
};

}  // namespace crier
