#pragma once
#include <new>
#include <stdexcept>

namespace crier {

/// Runs `work`; false if there was not the memory for it. Around what is done with one hostile
/// input, so that it costs its own feed, page or picture and no other.
template <class Work>
[[nodiscard]] bool has_memory_for(Work&& work) {
  try {
    work();
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  } catch (const std::length_error&) {
    return false;
  }
}

}  // namespace crier
