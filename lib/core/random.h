#pragma once
#include <string>

namespace crier {

/// Bytes nobody can guess: sign-in state, verifiers, jitter.
class Random {
 public:
  virtual ~Random() = default;
  [[nodiscard]] virtual std::string bytes(std::size_t count) = 0;
};

/// The kernel's generator (getrandom); ends the program if the kernel has none.
class SystemRandom final : public Random {
 public:
  [[nodiscard]] std::string bytes(std::size_t count) override;
};

}  // namespace crier
