#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "compose/rules.h"

namespace crier {

/// Breaks the mentions and cashtags in a post that its feed brought along, so that the network
/// links none of them: an invisible U+200B goes behind the sign.
///
/// Kept are those whose words stand in `own` (what the person who set crier up wrote around the
/// item), and of their cashtags the first: X takes no post with two. What lies inside `link` is
/// left alone, as is what the network takes for a link. Source: X's changelog of 2026-02-23
/// (mentions of strangers by programs).
[[nodiscard]] std::string defused(std::string text, std::string_view own, std::string_view link,
                                  const TextRules& rules);

}  // namespace crier
