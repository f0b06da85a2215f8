#pragma once
#include <array>
#include <string>

#include "feed/identity.h"

namespace crier {

/// Which of an item's names the ledger knows.
struct KnownNames {
  std::array<bool, rung_count> flags{};

  [[nodiscard]] bool operator[](Rung rung) const { return flags[static_cast<std::size_t>(rung)]; }
  /// One that says alone which item it is.
  [[nodiscard]] bool any_strong() const {
    return (*this)[Rung::guid] || (*this)[Rung::link] || (*this)[Rung::dated];
  }
};

enum class Recognised : std::uint8_t {
  fresh,   ///< not seen before
  known,   ///< seen before, under one name at least
  suspect  ///< nobody can tell from the feed: a person must look
};

struct Recognition {
  Recognised what = Recognised::fresh;
  std::string why;  ///< of a suspect: a sentence without its capital and its full stop
};

/// Says whether an item was seen before, from its names alone. docs/design.md, "Identity", has the
/// whole table.
[[nodiscard]] Recognition recognise(const ItemNames& names, const KnownNames& known);

/// The same for a feed of which the ledger has nothing but another program's list of ids: an item
/// that was in the list has no other name yet, so nothing can contradict it.
[[nodiscard]] Recognition recognise_imported(const ItemNames& names, const KnownNames& known);

}  // namespace crier
