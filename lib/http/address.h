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

/// Says whether a host's name alone tells that it is none of the public internet: an address that
/// is_public_address refuses, "localhost", a name without a dot. `host` as in Url.
[[nodiscard]] bool is_private_name(std::string_view host);

/// Says whether two web addresses have the same host and port; http and https on their usual ports
/// are the same.
[[nodiscard]] bool is_same_place(std::string_view address, std::string_view other);

/// The port that a web address means; 0 if it is none.
[[nodiscard]] int port_of(std::string_view address);
/// The port of an address to connect to; 0 if its kind has none.
[[nodiscard]] int port_of(const sockaddr& address);

/// Writes an address out; "an unknown kind of address" for other kinds.
[[nodiscard]] std::string written(const sockaddr& address);

}  // namespace crier
