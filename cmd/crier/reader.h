#pragma once
#include <string>
#include <string_view>

#include "core/clock.h"

namespace crier {

/// Who reads what crier prints, and where its commands are typed.
struct Reader {
  std::string timezone = "UTC";
  std::string config;  ///< feeds.toml as --config or $CRIER_CONFIG has named it; empty: unnamed
};

/// Said once, before anything is printed.
void speak_to(Reader whom);

/// A message as a person is to read it, whatever part of crier has made it: times by the clock of
/// feeds.toml, commands such that they can be pasted (`crier --config FILE feed adopt jobs`), and
/// nothing that a terminal acts on. Messages stay as they are in the ledger and in JSON.
///
/// Titles and posts are other people's words, and not for this.
[[nodiscard]] std::string for_reader(std::string_view message);

/// The same for words of our own that have line ends, and nothing in them that is not ours.
[[nodiscard]] std::string worded(std::string_view text);

/// As a shell takes it for one word, whatever stands in it.
[[nodiscard]] std::string shell_word(const std::string& text);

/// "2026-07-01 10:00 BST"
[[nodiscard]] std::string for_reader(SysTime time);

/// "2026-07-01"
[[nodiscard]] std::string day_for_reader(SysTime time);

}  // namespace crier
