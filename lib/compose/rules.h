#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>

namespace crier {

/// How a network counts, as data.
struct TextRules {
  enum class Unit : std::uint8_t { graphemes, code_points, bytes };
  Unit unit = Unit::graphemes;
  std::size_t limit = 500;  ///< in `unit`
  std::optional<std::size_t>
      link_weight;  ///< what every http(s) link counts, however long; nothing: its own length
  bool remote_mentions_short = false;  ///< "@user@host" counts as "@user"
};

}  // namespace crier
