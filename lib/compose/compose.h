#pragma once
#include <string>
#include <vector>

#include "compose/rules.h"
#include "compose/template.h"
#include "core/model.h"

namespace crier {

/// What stands around an item's own words.
struct Wording {
  const Template& text_template;
  std::string prefix;
  std::string language;                    ///< BCP 47; or empty
  std::vector<std::string> mentions = {};  ///< whom the item's words may call: "@police"
};

/// Writes the post for an item (whose texts are plain) so that it fits `rules`.
///
/// What cannot be posted is taken out (core/safe_text), what would call somebody is broken
/// (compose/defuse), and the link is written so that the network links all of it (compose/links)
/// and calls nobody out of it. The link and the prefix are never cut. Too long a text loses words
/// of the summary first, then of the title, between words where it can, with "…" where something is
/// gone. Errors: invalid, when prefix and link alone are longer than the limit, or nothing is left
/// to say.
[[nodiscard]] Result<Post> compose(const Item& item, const Wording& wording,
                                   const TextRules& rules);

}  // namespace crier
