#pragma once

namespace crier {

/// What the process may use from here on: memory, processor time, no new file. False: the system
/// refuses, and no picture is to be read.
[[nodiscard]] bool limit_resources();

/// Lets the process do nothing but count, allocate, run threads, and read and write what it has
/// open: no file, no network, no other process. False: the system refuses.
[[nodiscard]] bool close_the_door();

}  // namespace crier
