#pragma once
#include <array>
#include <string>

#include "feed/identity.h"

namespace crier {

/// Which of an item's names the ledger knows.
struct KnownNames {
  std::array<bool, rung_count> flags{};
  bool most_words = false;  ///< under the same date, most words of the title
  /// The feed dates its items anew with each reading, or by the event that lies ahead.
  bool date_says_nothing = false;

  [[nodiscard]] bool operator[](Rung rung) const { return flags[static_cast<std::size_t>(rung)]; }
  [[nodiscard]] bool& operator[](Rung rung) { return flags[static_cast<std::size_t>(rung)]; }
  /// One that says alone which item it is.
  [[nodiscard]] bool any_strong() const {
    return (*this)[Rung::guid] || (*this)[Rung::link] || (*this)[Rung::dated];
  }
};

/// What one reading of a feed shows of its names.
struct Habits {
  bool links_are_own = false;  ///< two items at least have each a link of its own
  bool guids_change = false;   ///< most items that title and date, or text, tell have a new guid
  bool links_change = false;   ///< and so with their links
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

/// Weighs what speaks for and against an item being one that was seen before. docs/design.md,
/// "Identity", has the weights and where they come from.
[[nodiscard]] Recognition recognise(const ItemNames& names, const KnownNames& known,
                                    const Habits& habits);

/// The same for a feed of which the ledger has nothing but another program's list of ids: an item
/// that was in the list has no other name yet, so nothing can contradict it.
[[nodiscard]] Recognition recognise_imported(const ItemNames& names, const KnownNames& known);

}  // namespace crier
