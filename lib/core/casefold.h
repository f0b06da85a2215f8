#pragma once
#include <string>
#include <string_view>

namespace crier {

/// Gives `text` in the letters that all its spellings have in common (Unicode's NFKC_Casefold):
/// small ones, and "1" for its full-width form. What is no UTF-8 is replaced.
[[nodiscard]] std::string casefolded(std::string_view text);

}  // namespace crier
