#include "feed/link_reach.h"

#include <fmt/format.h>

#include "core/safe_text.h"
#include "core/url.h"
#include "core/utf8.h"
#include "http/address.h"

namespace crier {

std::string why_out_of_reach(std::string_view link) {
  const auto url = parse_url(link);
  const HostReach reach = url ? reach_of(url->host) : HostReach::anywhere;
  if (reach == HostReach::anywhere) return {};
  constexpr std::size_t most = 200;
  return fmt::format(
      "its link {} leads to {}, which nobody outside can open: the website does not know its own "
      "address",
      printable(beginning_of(loggable(link), most)),
      reach == HostReach::private_address ? "a private address" : "a name of an inner network");
}

}  // namespace crier
