#pragma once
#include <string>
#include <string_view>

namespace crier {

/// Writes `text` so that HTML reads it as text, also between quotes. Nothing else is changed.
[[nodiscard]] std::string html_escaped(std::string_view text);

/// The same for what strangers wrote and people read: control characters and those that turn the
/// reading direction are made visible, and what is no UTF-8 is replaced. Line ends stay.
[[nodiscard]] std::string html_shown(std::string_view text);

/// A link to a stranger's page.
[[nodiscard]] std::string html_link(std::string_view url, std::string_view label);

}  // namespace crier
