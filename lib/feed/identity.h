#pragma once
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "core/model.h"
#include "feed/normalised_link.h"

namespace crier {

/// The kinds of names. The first three are strong: each alone says which item it is, unless the
/// others contradict it. The rest is evidence.
enum class Rung : std::uint8_t {
  guid,       ///< "guid:…"; a guid that is a web address has that address's "link:…"
  link,       ///< "link:…"; empty if the guid is the same
  dated,      ///< "dated:…": title and date
  text,       ///< "text:…": title and summary, of an item that has neither guid nor date
  title,      ///< "title:…": many titles come again
  reference,  ///< "ref:…": a planning application's number in the title or the link
  node        ///< "node:…": the guid without the website's host
};
inline constexpr std::size_t rung_count = 7;

/// What one item is called, rung by rung. Empty: it has no such name, or it shares it with another
/// item of its feed, so that it is no identity there.
struct ItemNames {
  std::array<std::string, rung_count> names;
  std::vector<std::string> shared;  ///< the guid and the link that it shares, taken away
  bool shares_title = false;        ///< the title stays: it is never taken for an identity

  [[nodiscard]] std::string& operator[](Rung rung) { return names[static_cast<std::size_t>(rung)]; }
  [[nodiscard]] const std::string& operator[](Rung rung) const {
    return names[static_cast<std::size_t>(rung)];
  }
  [[nodiscard]] bool has(Rung rung) const { return !(*this)[rung].empty(); }
  /// The name of the best rung; empty if the item cannot be recognised again.
  [[nodiscard]] const std::string& best() const;
};

/// The names under which an item that is to be announced will be known.
struct Identity {
  std::string chosen;              ///< the one that its deliveries are named by
  std::vector<std::string> names;  ///< `chosen` and the others
};

/// Names every item of a feed, in the feed's order.
///
/// 1. Spelling does not count: scheme, "www." and default port of addresses, white space in titles.
/// 2. A value that two items of the feed share is no identity in that feed. Two that share
///    everything are one item given twice, and have the same names.
[[nodiscard]] std::vector<ItemNames> identify(const std::vector<Item>& items);

/// The names that an item with that guid or link has, for a bare list of ids from another program:
/// one, and a second where the id holds the website's host beside a number.
[[nodiscard]] std::vector<std::string> names_of_id(std::string_view id);

}  // namespace crier
