#pragma once
#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace crier {

/// A word where a command should stand, or an option before any command, and what was meant by it:
/// the library only says that a command is required. Says whether there was one.
bool tell_unknown_command(CLI::App& app, const std::vector<std::string>& words);

/// What is wrong with the words, and what to write instead.
void tell_mistake(const CLI::App& app, const CLI::ParseError& problem);

/// The library's own validators speak of ranges and members.
[[nodiscard]] CLI::Validator number_between(long lowest, long highest);
[[nodiscard]] CLI::Validator one_of(std::vector<std::string> words);

}  // namespace crier
