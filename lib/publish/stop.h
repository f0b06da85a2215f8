#pragma once
#include <csignal>

namespace crier {

/// Set by a signal handler: finish what is under way, begin nothing new. May be null: never.
using StopFlag = const volatile std::sig_atomic_t*;

[[nodiscard]] inline bool is_set(StopFlag stop) { return stop != nullptr && *stop != 0; }

}  // namespace crier
