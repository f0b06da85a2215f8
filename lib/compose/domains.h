#pragma once
#include <span>
#include <string_view>

namespace crier {

/// Says whether `name` (lower case, ASCII) is a top-level domain to X, and to Mastodon, which goes
/// by X's list.
[[nodiscard]] bool is_top_domain_of_x(std::string_view name);
[[nodiscard]] bool is_top_domain_of_bluesky(std::string_view name);

/// X's others. Where one is the beginning of another, the longer comes first.
[[nodiscard]] std::span<const std::u16string_view> top_domains_in_other_scripts();

/// Gives the case of a letter that top_domains_in_other_scripts() is written in.
[[nodiscard]] char16_t fold_domain_unit(char16_t unit);

}  // namespace crier
