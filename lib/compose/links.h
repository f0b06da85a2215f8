#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

namespace crier {

/// Where a link stands in a text: bytes [begin, end).
struct LinkSpan {
  std::size_t begin = 0, end = 0;
};

/// Finds the http and https links that a network would find in `text` (valid UTF-8), in order.
///
/// A link runs to white space, a quote, < or >, or a bracket without its partner; full stops,
/// commas and the like at its end are the sentence's. It must have a host with a top-level domain,
/// and not follow a letter, digit, @, # or $. In doubt there is no link, so that a text is never
/// thought shorter than it is.
/// Source: the rules of twitter-text for URLs, which Mastodon uses with its own character sets.
[[nodiscard]] std::vector<LinkSpan> find_links(std::string_view text);

}  // namespace crier
