#pragma once
#include "support/newsroom.h"

namespace crier {

/// Runs until nothing is open any more, with time between the runs: minutes at first, then hours.
inline void run_until_quiet(Newsroom& room) {
  for (int i = 0; i < 20; ++i) {
    room.run();
    if (room.open_deliveries() == 0) return;
    room.clock.advance(i < 3 ? std::chrono::minutes{11} : std::chrono::minutes{7 * 60});
  }
}

}  // namespace crier
