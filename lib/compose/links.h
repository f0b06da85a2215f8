#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "compose/rules.h"

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
/// thought shorter than it is. The time it takes grows with the length of the text and not faster.
/// Source: the rules of twitter-text for URLs, which Mastodon uses with its own character sets.
[[nodiscard]] std::vector<LinkSpan> find_links(std::string_view text);

/// Where path, query and fragment of an absolute address begin.
[[nodiscard]] std::size_t behind_host(std::string_view link);

/// `link` (an absolute http or https address) as a network that finds links by `rules` links all of
/// it: what it would cut off, such as a full stop at the end or a bracket in the query, is
/// percent-encoded, and leads to the same page. As it is where no way of writing helps.
[[nodiscard]] std::string whole_link(std::string_view link, TextRules::Entities rules);

}  // namespace crier
