#pragma once
#include <string>
#include <string_view>

/// LinkedIn's "little text". Pure.
///
/// 1. A reserved character without a backslash before it ends the post there: LinkedIn answers 201,
///    and what stands behind it is lost without a word.
/// 2. Whether that holds inside a link, too, its sources disagree: escaped, a link may break;
///    unescaped, it may end the post. So a link is written without any such character: each becomes
///    its %XX, which leads to the same page (RFC 3986 section 2.3), and a fragment is left out.
/// Source: learn.microsoft.com/linkedin, shares/little-text-format, 2026-05.
namespace crier::linkedin {

inline constexpr std::string_view reserved = "\\|{}@[]()<>#*_~";

/// Writes plain text as little text; "#word" becomes {hashtag|\#|word}. `link`: an address that may
/// stand in it, whatever characters it has.
[[nodiscard]] std::string write_little_text(std::string_view text, std::string_view link);

/// Reads little text as a person would see it. Text that was never escaped stays nearly as it is.
[[nodiscard]] std::string read_little_text(std::string_view commentary);

/// The text without `link`, where that stands at its end or before its last hashtags; else as it
/// is.
[[nodiscard]] std::string without_link(std::string_view text, std::string_view link);

/// What is said, to compare by: in NFC, white space folded, links left out.
[[nodiscard]] std::string bare_words(std::string_view text);

/// Says whether `commentary`, as LinkedIn shows it, says the same words as `text`.
[[nodiscard]] bool says_the_same(std::string_view commentary, std::string_view text);

/// Says whether `commentary` has lost something of `text`.
[[nodiscard]] bool is_cut(std::string_view commentary, std::string_view text);

/// Says whether `commentary` has `link` in it, or only links that LinkedIn made shorter, or none.
[[nodiscard]] bool may_have_link(std::string_view commentary, std::string_view link);

}  // namespace crier::linkedin
