#pragma once
#include <string>
#include <string_view>

#include "core/model.h"

namespace crier {

/// Turns an HTML fragment into the text that a reader would see: no tags, entities decoded, white
/// space folded. Input is bounded by the caller's size limits; nesting of any depth is safe.
[[nodiscard]] std::string html_to_text(std::string_view html);

/// Makes title and summary of an item plain, single-line text.
void make_plain(Item& item);

}  // namespace crier
