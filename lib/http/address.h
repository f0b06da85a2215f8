#pragma once
#include <sys/socket.h>

#include <string>
#include <string_view>

namespace crier {

/// Says whether an address is one of the public internet: not of this machine, a private or local
/// network, a carrier's inside, a test range, a group, or one of these in IPv6's clothes (mapped,
/// NAT64, 6to4). What is neither IPv4 nor IPv6 is not.
///
/// Source: IANA's registries of special-purpose IPv4 and IPv6 addresses (RFC 6890).
[[nodiscard]] bool is_public_address(const sockaddr& address);
/// The same of one that is written out: "192.0.2.1", "2001:db8::1".
[[nodiscard]] bool is_public_address(std::string_view address);

/// Writes an address out; "an unknown kind of address" for other kinds.
[[nodiscard]] std::string written(const sockaddr& address);

}  // namespace crier
