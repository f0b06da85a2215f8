#pragma once
#include <string>
#include <string_view>

namespace crier {

/// Why nobody outside can open `link`, as a sentence that names it: its host is no public name
/// (without a dot, or under a top-level domain that no name on the internet has) or a private
/// address. Empty where nothing speaks against it; nobody is asked.
///
/// Source: RFC 6761 and 6762 (localhost, invalid, local), RFC 8375 (home.arpa), ICANN's resolution
/// 2024.07.29.06 (internal) and 2018.02.04.12 (corp, home).
[[nodiscard]] std::string why_out_of_reach(std::string_view link);

}  // namespace crier
