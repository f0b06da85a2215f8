#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "http/message.h"
#include "rehearsal/server.h"

namespace crier::rehearsal {

/// Writes the page that shows what has arrived, as readers of each network would see it.
///
/// 1. Everything that comes from a feed is text: escaped, cut off from scripts by a policy. Nothing
///    is fetched from anywhere but here.
/// 2. Pictures stand under /picture/ and a name that is made from their bytes.
/// 3. Headings, landmarks, languages and contrast are such that a screen reader can follow, in
///    light and in dark.
/// 4. Times are by the clocks of `zone`, a name of the time zone database. Accounts without a post
///    come last.
[[nodiscard]] std::string render_page(const std::vector<Arrivals>& all, SysTime now,
                                      const std::string& zone);

/// The page's style sheet.
[[nodiscard]] std::string_view page_style();

/// Answers what a browser asks for: the page, its style, its pictures.
[[nodiscard]] Response answer_page(const Request& request, const std::vector<Arrivals>& all,
                                   SysTime now, const std::string& zone);

/// What kind of picture the bytes are, by how they begin; nothing, if it is none that a browser
/// should show.
[[nodiscard]] std::optional<std::string_view> picture_type(std::string_view bytes);

/// What a reader could stumble over, each in one sentence. `has_languages`: a post of that network
/// can say its language.
[[nodiscard]] std::vector<std::string> warnings_about(const Arrived& post, bool has_languages);

}  // namespace crier::rehearsal
