#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace crier::mastodon {

/// What a reader sees of a status.
struct Shown {
  std::string text;                ///< without what it shows for links
  std::string everything;          ///< with it
  std::vector<std::string> links;  ///< where its anchors lead, those of "#tag" and "@user" too
};

/// Reads `html`, the content of a status as the server shows it. Any bytes will do.
[[nodiscard]] Shown read_content(std::string_view html);

/// Says whether `content`, a status as the server shows it (HTML), is the post `text` (plain).
///
/// Both must say the same words, and if the post has a `link`, the status must have it too.
/// 1. Servers change white space, punctuation and mark-up on the way ("--", a lone "*"), so only
///    letters and digits are compared, after NFC.
/// 2. Links are left out of the words: servers shorten what they show of them.
/// 3. The link alone is no proof: a feed may give several items one link.
/// 4. "@user@host" is shown as "@user".
/// 5. What stands in "<…>" or behind "](" may be missing: some servers take it for mark-up.
[[nodiscard]] bool is_same_post(std::string_view content, std::string_view text,
                                std::string_view link);

}  // namespace crier::mastodon
