#pragma once
#include <sys/mman.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <new>

#include "core/result.h"
#include "http/client.h"
#include "support/fake_clock.h"
#include "support/forwarding_store.h"

namespace crier {

/// What a run and the world that outlives it both see: the run's moments, and its clock.
struct Shared {
  std::atomic<int> moments{0};
  std::atomic<int> dies_at{0};  ///< 0: it lives
  std::atomic<std::int64_t> now{0};
};

/// A Shared in memory that a forked child has in common with its parent.
class SharedMemory {
 public:
  SharedMemory() {
    void* const memory =
        ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CRIER_ENSURE(memory != MAP_FAILED, "a page of shared memory");
    shared_ = new (memory) Shared;
  }
  ~SharedMemory() { (void)::munmap(shared_, sizeof(Shared)); }
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;
  [[nodiscard]] Shared& get() const { return *shared_; }

 private:
  Shared* shared_;
};

/// Counts one moment; says whether it is the last one of the run.
[[nodiscard]] inline bool is_last_moment(Shared& shared) {
  return ++shared.moments == shared.dies_at.load();
}

/// A moment inside the run. A real death: no destructor, no flush, no handler.
inline void pass_moment(Shared& shared) {
  if (is_last_moment(shared)) (void)std::raise(SIGKILL);
}

/// Dies before a write of the ledger, or after it.
class MortalStore final : public ForwardingStore {
 public:
  MortalStore(Store& to, Shared& shared) : ForwardingStore(to), shared_(shared) {}

 protected:
  void write(const std::function<void()>& work) override {
    pass_moment(shared_);
    work();
    pass_moment(shared_);
  }

 private:
  Shared& shared_;
};

/// Dies before a request leaves, when it is on its way, or with an answer that nobody has read.
/// Waiting with nothing under way moves the clock.
class MortalClient final : public HttpClient {
 public:
  MortalClient(HttpClient& to, FakeClock& clock, Shared& shared)
      : to_(to), clock_(clock), shared_(shared) {}
  TransferId start(Request request) override {
    pass_moment(shared_);
    ++under_way_;
    const TransferId id = to_.start(std::move(request));
    pass_moment(shared_);
    return id;
  }
  std::vector<Completion> wait(std::chrono::milliseconds at_most) override {
    if (under_way_ == 0) {
      clock_.advance(std::max(at_most, std::chrono::milliseconds{1}));
      shared_.now = clock_.now().time_since_epoch().count();
      return {};
    }
    std::vector<Completion> ended = to_.wait(at_most);
    under_way_ -= ended.size();
    if (!ended.empty()) pass_moment(shared_);
    return ended;
  }
  void cancel(TransferId id) override {
    to_.cancel(id);
    --under_way_;
  }

 private:
  HttpClient& to_;
  FakeClock& clock_;
  Shared& shared_;
  std::size_t under_way_ = 0;
};

}  // namespace crier
