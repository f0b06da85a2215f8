#include "http/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "core/casefold.h"
#include "core/url.h"

namespace crier {
namespace {

struct Range4 {
  std::uint32_t first;
  unsigned bits;
};

constexpr std::uint32_t ip(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return (a << 24U) | (b << 16U) | (c << 8U) | d;
}

constexpr std::array special4{
    Range4{ip(0, 0, 0, 0), 8},        // "this network"
    Range4{ip(10, 0, 0, 0), 8},       // private
    Range4{ip(100, 64, 0, 0), 10},    // inside a carrier's network
    Range4{ip(127, 0, 0, 0), 8},      // this machine
    Range4{ip(169, 254, 0, 0), 16},   // link-local; a cloud's instance data
    Range4{ip(172, 16, 0, 0), 12},    // private
    Range4{ip(192, 0, 0, 0), 24},     // protocol assignments
    Range4{ip(192, 0, 2, 0), 24},     // documentation
    Range4{ip(192, 88, 99, 0), 24},   // 6to4 relays, given up
    Range4{ip(192, 168, 0, 0), 16},   // private
    Range4{ip(198, 18, 0, 0), 15},    // benchmarks
    Range4{ip(198, 51, 100, 0), 24},  // documentation
    Range4{ip(203, 0, 113, 0), 24},   // documentation
    Range4{ip(224, 0, 0, 0), 4},      // groups
    Range4{ip(240, 0, 0, 0), 4},      // reserved, and broadcast
};

bool is_public4(std::uint32_t address) {
  return std::ranges::none_of(special4, [&](const Range4& range) {
    return (address >> (32U - range.bits)) == (range.first >> (32U - range.bits));
  });
}

using Bytes = std::array<std::uint8_t, 16>;

std::uint32_t v4_at(const Bytes& bytes, std::size_t at) {
  return ip(bytes.at(at), bytes.at(at + 1), bytes.at(at + 2), bytes.at(at + 3));
}

bool begins(const Bytes& bytes, std::initializer_list<std::uint8_t> with) {
  return std::equal(with.begin(), with.end(), bytes.begin());
}

bool is_public6(const Bytes& bytes) {
  if (begins(bytes, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}))
    return is_public4(v4_at(bytes, 12));
  if (begins(bytes, {0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0})) {
    return is_public4(v4_at(bytes, 12));  // NAT64
  }
  if (begins(bytes, {0x20, 0x02})) return is_public4(v4_at(bytes, 2));  // 6to4
  // All that is given out lies in 2000::/3: loopback, link-local, unique local and groups do not.
  if ((bytes[0] & 0xE0U) != 0x20U) return false;
  if (begins(bytes, {0x20, 0x01, 0x0D, 0xB8})) return false;         // documentation
  if (begins(bytes, {0x3F, 0xFF}) && bytes[2] < 0x10) return false;  // documentation
  // 2001::/23, protocol assignments: Teredo, ORCHID, benchmarks.
  return !(begins(bytes, {0x20, 0x01}) && bytes[2] < 0x02);
}

constexpr std::array<std::string_view, 9> inner_domains{".localhost", ".local",   ".internal",
                                                        ".home.arpa", ".invalid", ".lan",
                                                        ".home",      ".corp",    ".intranet"};

std::string plain(std::string_view host) {
  std::string name = casefolded(host);
  // To Unicode this is no full stop, to a resolver of names it is.
  constexpr std::string_view stop = "\u3002";
  for (auto at = name.find(stop); at != std::string::npos; at = name.find(stop)) {
    name.replace(at, stop.size(), ".");
  }
  while (name.ends_with('.')) name.pop_back();
  return name;
}

/// No top-level domain is a number, so what ends in one is an address, in whatever way it is
/// written ("127.1", "0x7f.1").
bool ends_in_number(std::string_view name) {
  const std::string_view last = name.substr(name.rfind('.') + 1);
  const bool is_hex = last.starts_with("0x");
  return !last.empty() && last.find_first_not_of(is_hex ? "0123456789abcdefx" : "0123456789") ==
                              std::string_view::npos;
}

}  // namespace

bool is_public_address(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    return is_public4(ntohl(v4.sin_addr.s_addr));
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    Bytes bytes{};
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return is_public6(bytes);
  }
  return false;
}

bool is_public_address(std::string_view address) {
  // A link-local address may come with its interface: "fe80::1%eth0".
  const std::string text(address.substr(0, address.find('%')));
  in_addr v4{};
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) return is_public4(ntohl(v4.s_addr));
  Bytes bytes{};
  return inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1 && is_public6(bytes);
}

HostReach reach_of(std::string_view host) {
  std::string name = plain(host);
  if (name.starts_with('[')) name = name.substr(1, name.find(']') - 1);
  if (name.find(':') != std::string::npos || ends_in_number(name)) {
    return is_public_address(name) ? HostReach::anywhere : HostReach::private_address;
  }
  const bool is_inner =
      name.find('.') == std::string::npos ||
      std::ranges::any_of(inner_domains, [&](auto domain) { return name.ends_with(domain); });
  return is_inner ? HostReach::inner_name : HostReach::anywhere;
}

bool is_same_place(std::string_view address, std::string_view other) {
  const auto place = [](std::string_view of) {
    const std::string origin = origin_of(of);
    return origin.substr(std::min(origin.find("://"), origin.size()));
  };
  const std::string here = place(address);
  return !here.empty() && here == place(other);
}

std::string written(const sockaddr& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
  } else if (address.sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
  } else {
    return "an unknown kind of address";
  }
  return text.data();
}

}  // namespace crier
