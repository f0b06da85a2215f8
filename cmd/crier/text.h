#pragma once
#include <cstdio>
#include <string>

namespace crier {

struct TextOptions {
  std::string network;  ///< empty: each line of JSON names its own
  bool json = false;
};

/// `crier text`: says how long a text is to a network, and what the network will link in it.
///
/// With `json`, each line of `in` is answered by one line, a bad one too. Gives the exit code.
[[nodiscard]] int measure_text(const TextOptions& options, std::FILE* in, std::FILE* out,
                               std::FILE* err);

}  // namespace crier
