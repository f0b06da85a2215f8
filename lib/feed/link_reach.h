#pragma once
#include <string>
#include <string_view>

namespace crier {

/// Why nobody outside can open `link`, as a sentence that names it: by reach_of, its host is a
/// private address or no public name. Empty where nothing speaks against it; nobody is asked.
[[nodiscard]] std::string why_out_of_reach(std::string_view link);

}  // namespace crier
