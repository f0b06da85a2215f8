#pragma once
#include <string>
#include <string_view>

#include "feed/item_text.h"

namespace crier {

/// Folds white space of a text without markup, and decodes character references that a feed left
/// in it by encoding once too often: only complete ones, "&#8217;" or "&amp;".
[[nodiscard]] std::string plain_to_text(std::string_view text);

}  // namespace crier
