#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"

namespace crier {

/// How many posts the page shows at most.
inline constexpr std::size_t posts_on_page = 200;

/// Where the page of an outbox file lies: "outbox.html" beside "outbox.jsonl".
[[nodiscard]] std::filesystem::path page_of(const std::filesystem::path& outbox);

/// Writes the page that shows `lines` (an outbox's, oldest first), newest first.
///
/// 1. Everything that comes from a feed is text: escaped, cut off from scripts by a policy, its
///    images named and linked but not fetched.
/// 2. A line that is no post of ours is left out.
/// 3. Headings, landmarks, languages and contrast are such that a screen reader can follow.
/// 4. Times are by the clocks of `zone`, a name of the time zone database.
[[nodiscard]] std::string render_page(const std::vector<std::string>& lines, SysTime now,
                                      const std::string& zone);

/// Says whether a file's content is a page of ours, that may be replaced.
[[nodiscard]] bool is_our_page(std::string_view content);

}  // namespace crier
