#pragma once
#include <string>
#include <string_view>

namespace crier {

/// The link as identity compares it: without scheme, "www.", default port, trailing slash, and
/// without what only says how a reader came (utm_*, fbclid, …) or which visit it is (PHPSESSID,
/// ;jsessionid=…). The fragment stays: Met Office warnings differ in nothing else. So does
/// index.html. What is no absolute link is given back as it is.
[[nodiscard]] std::string normalised_link(std::string_view link);

/// "host" or "host:8080" of what stands between "://" and the path: lower case, without user,
/// "www." and default port.
[[nodiscard]] std::string normalised_host(std::string_view authority, bool is_secure);

}  // namespace crier
