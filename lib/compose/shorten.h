#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace crier {

/// Gives the longest start of `text` with "…" behind it that `fits` accepts; nothing if none does.
///
/// `text` is valid UTF-8 with single spaces, and does not fit whole. It is cut between words; where
/// that would throw away a very long word and more than half of what there is room for (Chinese),
/// between grapheme clusters. A link is kept whole or left out. `fits` should accept every start
/// that is shorter than one that it accepts; where it does not, the answer may be shorter than it
/// could be, but still is one that `fits` accepted.
[[nodiscard]] std::optional<std::string> shorten(
    std::string_view text, const std::function<bool(const std::string&)>& fits);

}  // namespace crier
