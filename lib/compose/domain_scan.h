#pragma once
#include <cstdint>
#include <utility>
#include <vector>

#include "compose/url_scan.h"

namespace crier {

/// Knows where in a text a domain may begin, and where it then ends.
///
/// A domain is labels and full stops, and a top-level domain behind the last of them that any list
/// knows: the longest such. All ends are found in one pass from the back.
class DomainScan {
 public:
  DomainScan(const Units& text, UrlStyle style);

  /// Where the domain that begins at `from` ends; 0 if none begins there.
  [[nodiscard]] std::size_t end_of(std::size_t from) const;

  /// The parts of [from, to) that are domains of plain letters. X links nothing else of a domain
  /// that has no scheme.
  [[nodiscard]] std::vector<std::pair<std::size_t, std::size_t>> plain_parts(std::size_t from,
                                                                             std::size_t to) const;

 private:
  [[nodiscard]] bool is_label_unit(char16_t unit) const;

  const Units& text_;
  UrlStyle style_;
  std::vector<std::uint32_t> label_end_;  ///< of the label around each unit
  std::vector<std::uint32_t> low_line_;   ///< the next "_" at or behind each unit
  std::vector<std::uint32_t> top_end_;    ///< of a top-level domain; where one may begin
  std::vector<std::uint32_t> end_;        ///< of a domain; behind each full stop
};

}  // namespace crier
