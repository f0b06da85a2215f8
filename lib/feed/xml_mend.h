#pragma once
#include <string>
#include <string_view>

namespace crier {

struct Mended {
  std::string text;
  /// The root element was closed, or an RSS's channel: nothing is missing at the end.
  bool is_whole = false;
};

/// Gives well-formed markup for markup that is not, keeping as much as can be.
///
/// A "<" that begins nothing is escaped, an end tag closes what is open inside it or is dropped, an
/// item closes all that is open in its list, attributes are quoted; comments, instructions and
/// whatever follows the root go. One pass.
[[nodiscard]] Mended mend_markup(std::string_view markup);

/// Expands the general entities that the document type declares inside the document itself.
///
/// Each is at most 4 KB when expanded and all together add at most 256 KB; references beyond that
/// stay as they are written. External and parameter entities are never read.
/// Gives false, and leaves `markup` alone, when nothing is declared.
bool expand_declared_entities(std::string& markup);

}  // namespace crier
