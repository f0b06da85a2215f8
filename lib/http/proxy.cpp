#include "http/proxy.h"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "core/url.h"
#include "core/utf8.h"

namespace crier {
namespace {

/// The first of these variables that is set to something.
std::string setting(std::initializer_list<std::string> names) {
  for (const std::string& name : names) {
    const char* const value = std::getenv(name.c_str());
    if (value != nullptr && *value != '\0') return value;
  }
  return {};
}

std::string_view without_dots(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  if (name.starts_with('.')) name.remove_prefix(1);
  return name;
}

bool is_exempt(std::string_view host, const std::string& exempt) {
  if (exempt == "*") return true;
  host = without_dots(host);
  for (std::size_t at = 0; at < exempt.size();) {
    const std::size_t end = std::min(exempt.find_first_of(", ", at), exempt.size());
    const std::string name(without_dots(std::string_view(exempt).substr(at, end - at)));
    if (!name.empty() && (host == name || host.ends_with("." + name))) return true;
    at = end + 1;
  }
  return false;
}

}  // namespace

bool has_proxy(std::string_view address) {
  const auto parts = parse_url(address);
  if (!parts || is_exempt(parts->host, ascii_lower(setting({"no_proxy", "NO_PROXY"})))) {
    return false;
  }
  // Not HTTP_PROXY: in a web server's environment that is a visitor's header.
  const std::string proxy = parts->scheme == "https"
                                ? setting({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"})
                                : setting({"http_proxy", "all_proxy", "ALL_PROXY"});
  return !proxy.empty();
}

}  // namespace crier
