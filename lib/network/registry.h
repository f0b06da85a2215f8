#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "network/network.h"

namespace crier {

/// Every network that crier knows, in the order in which they are listed to people.
[[nodiscard]] std::span<const Network* const> networks();

/// The network of that name; null if there is none.
[[nodiscard]] const Network* find_network(std::string_view name);

/// What each network lets its accounts say in feeds.toml.
[[nodiscard]] std::vector<NetworkSchema> network_schemas();

}  // namespace crier
