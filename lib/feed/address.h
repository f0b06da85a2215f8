#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace crier {

/// Resolves an address as feeds write it against `base` (resolve_link, core/url.h), and takes off
/// what systems put around it:
///
/// 1. A link in HTML ("<a href=…>") means what it leads to.
/// 2. What was escaped once too often is decoded: "a?b=1&amp;c=2".
/// 3. "www.site/x", and an address that begins with the base's own host, lack only their scheme.
/// 4. "#" alone leads nowhere.
[[nodiscard]] std::optional<std::string> resolve_address(std::string_view base,
                                                         std::string_view written);

/// Says whether it is only the place for an address: nothing, or "#".
[[nodiscard]] bool is_placeholder_address(std::string_view written);

}  // namespace crier
