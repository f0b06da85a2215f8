#pragma once
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "support/newsroom.h"

namespace crier {

/// One account's server, as a run meets it: everything that is public stays when the run is dead.
struct FarSide {
  std::string network;    ///< which adapter's
  std::string behaviour;  ///< "honours keys"
  AccountId account;
  /// It can be told for certain what is public: each item must be there exactly once. Else each is
  /// there at most once, and what is not known is `uncertain`.
  bool can_be_asked = true;
  /// Sets the account and its server up. What it gives lives as long as the room.
  std::shared_ptr<void> (*arrange)(Newsroom& room);
  /// How often each text is public.
  std::map<std::string, int> (*published)(const Newsroom& room, const void* kept);
};

inline std::ostream& operator<<(std::ostream& out, const FarSide& side) {
  return out << side.network << ": " << side.behaviour;
}

/// At least one for each adapter in the registry: a new adapter's stand in far/, in a file of its
/// name.
[[nodiscard]] const std::vector<FarSide>& far_sides();

/// find_network, and the networks that the tests bring.
[[nodiscard]] const Network* find_tested_network(std::string_view name);

}  // namespace crier
