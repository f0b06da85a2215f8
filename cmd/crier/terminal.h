#pragma once
#include <string>
#include <string_view>

namespace crier {

/// Makes `bytes` what a terminal can only show: control characters (but line ends and tabs), those
/// that turn the reading direction and what is no UTF-8 become U+FFFD. `rest`: the bytes of a
/// character or line end that has only begun, kept from one call to the next.
[[nodiscard]] std::string shown_on_terminal(std::string_view bytes, std::string& rest);

/// Passes all that is printed to standard output and standard error from here on through
/// shown_on_terminal, whoever prints it. To be called before the first output.
void guard_terminal();

/// Writes to standard error past the guard: for the program's own cursor movements.
void write_to_terminal(std::string_view bytes);

}  // namespace crier
