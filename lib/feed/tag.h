#pragma once
#include <string_view>

namespace crier {

/// The value of an attribute in the inside of a tag, as it is written; empty if it is not there.
[[nodiscard]] std::string_view attribute_in(std::string_view tag, std::string_view name);

/// The inside of the first tag of that name from `at` on, and `at` moved behind it; nothing, and
/// `at` at the end, if there is none. A ">" in quotes does not end a tag.
[[nodiscard]] std::string_view next_tag(std::string_view html, std::string_view name,
                                        std::size_t& at);

}  // namespace crier
