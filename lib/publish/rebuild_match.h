#pragma once
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/model.h"
#include "network/network.h"

namespace crier {

/// An item as one account would announce it.
struct Candidate {
  std::string item_link;  ///< or empty
  Post post;              ///< as it would be written today; empty text if it cannot be written
  std::size_t feed = 0;   ///< a number for the feed that it stands in
};

/// Finds for each item the post that announced it: its position in `posts`, or nothing. Both begin
/// with the newest. No post stands for two items.
///
/// The surest pairs are made first:
/// 1. the same link and the same words;
/// 2. the same words, where one of them has no link, or where the links differ in their host only;
/// 3. the same link, if no other item of the feed has it: the wording was changed since.
/// Links are compared by normalised_link (feed/identity.h), words by their letters and digits.
/// `is_free`: whether the post is known to be nobody's yet.
[[nodiscard]] std::vector<std::optional<std::size_t>> match_posts(
    const std::vector<Candidate>& items, const std::vector<PastPost>& posts,
    const std::function<bool(const PastPost&)>& is_free);

}  // namespace crier
