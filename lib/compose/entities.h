#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compose/rules.h"

namespace crier {

/// Something in a text that a network makes a link of: bytes [begin, end).
struct Entity {
  enum class Kind : std::uint8_t { url, hashtag, mention, cashtag };
  Kind kind = Kind::url;
  std::size_t begin = 0, end = 0;
  /// A URL as the network links it (Bluesky: "https://" put before a bare domain), a tag without
  /// its
  /// "#", a mention without its "@" (X: with the list behind it), a cashtag without its "$".
  /// Bluesky's cashtags are hashtags whose value begins with "$".
  std::string value;
};

/// Finds what the network will link in `text` (valid UTF-8), in the order in which it stands there.
///
/// No two overlap, except on Bluesky, where the later of two that do is drawn as plain text. A
/// mention is one if there is such an account: nobody is asked here.
[[nodiscard]] std::vector<Entity> find_entities(std::string_view text, TextRules::Entities rules);

}  // namespace crier
