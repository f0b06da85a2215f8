#pragma once
#include <sys/socket.h>

#include <cstdint>
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

/// What a host's name alone tells of where it leads; nobody is asked.
enum class HostReach : std::uint8_t {
  anywhere,         ///< nothing speaks against it
  private_address,  ///< a number that is_public_address refuses, or that is no address written out
  inner_name        ///< without a dot, or under a domain that no name on the internet has
};

/// Judges the host as whoever looks it up reads it: digits, letters and full stops of other scripts
/// are the plain ones that they stand for (“１２７.0.0.1”), and a full stop at its end
/// says nothing. `host` as in Url.
///
/// Source: UTS 46 (mapping); RFC 6761 and 6762 (localhost, invalid, local), RFC 8375 (home.arpa),
/// ICANN's resolution 2024.07.29.06 (internal) and 2018.02.04.12 (corp, home).
[[nodiscard]] HostReach reach_of(std::string_view host);

/// Says whether two web addresses have the same host and port; http and https on their usual ports
/// are the same.
[[nodiscard]] bool is_same_place(std::string_view address, std::string_view other);

/// Writes an address out; "an unknown kind of address" for other kinds.
[[nodiscard]] std::string written(const sockaddr& address);

}  // namespace crier
