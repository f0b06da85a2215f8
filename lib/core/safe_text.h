#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace crier {

// What strangers wrote, made safe for where it goes: one function for each place. The one for a
// line that people read, `printable`, is in core/utf8.h.

/// `printable` for a text of several lines: its line ends stay.
[[nodiscard]] std::string printable_lines(std::string_view text);

/// A JSON document (valid UTF-8) in which control characters, those that turn the reading direction
/// and Unicode's line ends are written as \uXXXX. Its values stay the same.
[[nodiscard]] std::string json_shown(std::string document);

/// One cell of a table that spreadsheets open (RFC 4180), in quotes. A text that they would take
/// for a formula gets a "'" before it; control characters become U+FFFD, line ends "\n".
[[nodiscard]] std::string csv_cell(std::string_view text);

/// A text (valid UTF-8) as it may be posted: without control characters but "\n", and without those
/// that turn the reading direction. Kept are the marks LRM, RLM and ALM, which turn nothing else
/// than what they stand at, and isolates that are closed in a text with right-to-left letters,
/// where punctuation and numbers are set with them.
[[nodiscard]] std::string post_words(std::string_view text);

/// At most `most` grapheme clusters of one line (valid UTF-8), and 12 bytes for each; with "…"
/// where something is gone.
[[nodiscard]] std::string beginning_of(std::string_view text, std::size_t most);

/// The words of a text as they are the same on every server, to be compared: NFC, white space
/// folded, and without U+200B, which is there to be invisible.
[[nodiscard]] std::string compared_words(std::string_view text);

}  // namespace crier
