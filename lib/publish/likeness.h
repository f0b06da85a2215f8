#pragma once
#include <set>
#include <string>
#include <string_view>

#include "core/model.h"
#include "network/network.h"

namespace crier {

/// What of a post no server changes when it shows it.
struct Comparable {
  std::string words;                  ///< letters and digits, without links
  std::multiset<std::string> tokens;  ///< the same word by word, in small letters
  std::set<std::string> links;        ///< as normalised_link (feed/normalised_link.h) writes them
};

/// An item as an account would announce it.
[[nodiscard]] Comparable comparable(const std::string& item_link, const Post& post);
[[nodiscard]] Comparable comparable(const PastPost& post);

/// Neither is empty.
[[nodiscard]] bool have_same_words(const Comparable& a, const Comparable& b);
/// Four words of five are the same: a prefix or a mended title may differ.
[[nodiscard]] bool have_most_words(const Comparable& a, const Comparable& b);
[[nodiscard]] bool have_same_link(const Comparable& a, const Comparable& b);
/// One of them has no link, or two links differ in their host only.
[[nodiscard]] bool may_have_same_link(const Comparable& a, const Comparable& b);

}  // namespace crier
