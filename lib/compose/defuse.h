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
/// What lies inside `link` is left alone, as are links and e-mail addresses. Source: X's changelog
/// of 2026-02-23 (mentions of strangers by programs).
[[nodiscard]] std::string defused(std::string text, std::string_view own, std::string_view link,
                                  const TextRules& rules);

/// The text as it was before.
[[nodiscard]] std::string undefused(std::string text);

}  // namespace crier
