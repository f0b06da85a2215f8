#pragma once
#include <string_view>

namespace crier {

/// Says whether libcurl asks a proxy for `address` where nobody has told it which: by the
/// environment's http_proxy, https_proxy, all_proxy and no_proxy. A network in no_proxy
/// ("10.0.0.0/8") is not looked at: of a host that is a number, the number says all.
///
/// Source: libcurl 7.88, lib/url.c (detect_proxy) and lib/noproxy.c.
[[nodiscard]] bool has_proxy(std::string_view address);

}  // namespace crier
