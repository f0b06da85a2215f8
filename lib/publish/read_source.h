#pragma once
#include <cstddef>
#include <string>

#include "core/result.h"

namespace crier {

/// Reads a file of at most `max_bytes`; "-" is standard input.
/// Errors: rejected, if it is not there, is no file, or is larger: a person must look.
[[nodiscard]] Result<std::string> read_local(const std::string& path, std::size_t max_bytes);

}  // namespace crier
