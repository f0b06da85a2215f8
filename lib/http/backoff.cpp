#include "http/backoff.h"

#include <algorithm>

namespace crier {

std::chrono::seconds wait_before_try(int attempt, const Error& why, Random& random) {
  using std::chrono::seconds;
  const auto doublings = static_cast<unsigned>(std::clamp(attempt - 1, 0, 9));
  const seconds full{std::min(60LL << doublings, 6LL * 3600)};
  const auto chance = static_cast<unsigned char>(random.bytes(1)[0]);
  const seconds wait = full - full * chance / 1024;
  return std::max(wait, why.retry_after.value_or(seconds{0}));
}

}  // namespace crier
