#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "compose/rules.h"

namespace crier {

/// Breaks the mentions and cashtags in a post that its feed brought along, as far as
/// `rules.mentions` says, so that the network calls nobody: an invisible U+200B goes behind the
/// sign.
///
/// Kept are those whose words stand in `own` (what the person who set crier up wrote around the
/// item, and whom feeds.toml names), and of their cashtags the first: X takes no post with two.
/// What lies inside `link` is left alone, as are e-mail addresses and other links, save where the
/// network would call somebody out of a link: there the sign is percent-encoded. The time it takes
/// grows with the length of the text and not faster. Source: X's changelog of 2026-02-23 (mentions
/// of strangers by programs).
[[nodiscard]] std::string defused(std::string text, std::string_view own, std::string_view link,
                                  const TextRules& rules);

/// `link` (an absolute address), with each sign percent-encoded for which the network would call an
/// account out of its path, query or fragment; it leads to the same page.
[[nodiscard]] std::string link_that_calls_nobody(std::string link, const TextRules& rules);

/// The text as it was before, but for what is percent-encoded.
[[nodiscard]] std::string undefused(std::string text);

}  // namespace crier
