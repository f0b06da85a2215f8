#include "core/random.h"

#include <sys/random.h>

#include <cerrno>

#include "core/result.h"

namespace crier {

std::string SystemRandom::bytes(std::size_t count) {
  std::string out(count, '\0');
  std::size_t have = 0;
  while (have < count) {
    const ssize_t got = ::getrandom(out.data() + have, count - have, 0);
    if (got < 0 && errno == EINTR) continue;
    CRIER_ENSURE(got > 0, "the kernel gives no random bytes");
    have += static_cast<std::size_t>(got);
  }
  return out;
}

}  // namespace crier
