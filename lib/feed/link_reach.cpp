#include "feed/link_reach.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/safe_text.h"
#include "core/url.h"
#include "core/utf8.h"
#include "http/address.h"

namespace crier {
namespace {

constexpr std::array<std::string_view, 9> inner_domains{".localhost", ".local",   ".internal",
                                                        ".home.arpa", ".invalid", ".lan",
                                                        ".home",      ".corp",    ".intranet"};

bool is_numeric(std::string_view host) {
  return host.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

std::string why_out_of_reach(std::string_view link) {
  const auto url = parse_url(link);
  if (!url) return {};
  std::string_view host = url->host;
  if (host.starts_with('[')) host = host.substr(1, host.find(']') - 1);
  if (host.ends_with('.')) host.remove_suffix(1);
  const bool is_address = host.find(':') != std::string_view::npos || is_numeric(host);
  const bool is_inner =
      host.find('.') == std::string_view::npos ||
      std::ranges::any_of(inner_domains, [&](auto domain) { return host.ends_with(domain); });
  if (is_address ? is_public_address(host) : !is_inner) return {};
  constexpr std::size_t most = 200;
  return fmt::format(
      "its link {} leads to {}, which nobody outside can open: the website does not know its own "
      "address",
      printable(beginning_of(loggable(link), most)),
      is_address ? "a private address" : "a name of an inner network");
}

}  // namespace crier
