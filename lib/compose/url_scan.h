#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "compose/units.h"

namespace crier {

/// Mastodon finds links with X's library, but lets more characters stand in them, and takes nothing
/// for one that has no scheme.
enum class UrlStyle : std::uint8_t { x, mastodon };

/// A URL in a text, in units.
struct UrlSpan {
  std::size_t begin = 0, end = 0;
  std::u16string value;
};

/// Finds the URLs in `text`, in the order in which they stand there.
///
/// The time it takes grows with the length of the text and not faster.
[[nodiscard]] std::vector<UrlSpan> scan_urls(const Units& text, UrlStyle style);

/// Says whether X would refuse a domain of such labels: one is over 63 characters as DNS has it.
[[nodiscard]] bool has_long_label(std::u16string_view domain);

}  // namespace crier
