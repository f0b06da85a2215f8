#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace crier {

/// How a network counts, and what it makes of a text, as data.
struct TextRules {
  /// weighted: X's, by twitter-text's configuration v3. utf16: units of UTF-16, as JavaScript and
  /// Java count. code_points_emoji_bytes: Threads', an emoji is as long as its UTF-8.
  enum class Unit : std::uint8_t {
    graphemes,
    code_points,
    bytes,
    weighted,
    utf16,
    code_points_emoji_bytes
  };
  /// Whose way of finding links, hashtags and mentions in a text.
  enum class Entities : std::uint8_t { none, mastodon, bluesky, x };
  /// What of a feed's words would call an account, and is broken (compose/defuse). inert: nothing,
  /// as the network reads no mention out of a text or its adapter escapes them. entities: the
  /// mentions and cashtags of `entities`. words: an "@" with a name behind it, where the network's
  /// own way of reading is not published.
  enum class Mentions : std::uint8_t { inert, entities, words };
  Unit unit = Unit::graphemes;
  std::size_t limit = 500;  ///< in `unit`
  std::optional<std::size_t>
      link_weight;  ///< what every link counts, however long; nothing: its own length
  bool remote_mentions_short = false;  ///< "@user@host" counts as "@user"
  Entities entities = Entities::mastodon;
  std::size_t max_bytes = 0;  ///< beside the limit; 0: none
  Mentions mentions = Mentions::inert;
  bool conjuncts_are_one =
      false;  ///< of graphemes: an Indic conjunct is one, as Unicode 15.1 has it
  std::string_view escaped =
      {};  ///< characters before which the network wants a backslash; each counts two
};

}  // namespace crier
