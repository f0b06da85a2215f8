#pragma once
#include <array>
#include <optional>
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
  dated,      ///< "dated:…": title and date; date and text, where there is nothing else
  text,       ///< "text:…": title and summary, of an item that has neither guid nor date
  title,      ///< "title:…": many titles come again
  reference,  ///< "ref:…": a planning application's number in the title or the link
  node,       ///< "node:…": the guid without the website's host
  stamp       ///< "stamp:…": the date alone
};
inline constexpr std::size_t rung_count = 8;

/// What one item is called, rung by rung. Empty: it has no such name, or it shares it with another
/// item of its feed, so that it is no identity there.
struct ItemNames {
  std::array<std::string, rung_count> names;
  std::vector<std::string> shared;  ///< the guid and the link that it shares, taken away
  bool shares_title = false;        ///< the title stays: it is never taken for an identity
  bool shares_stamp = false;        ///< the date stays, too: it says when, and no more
  bool is_day_only = false;  ///< its date has no time: two posts of one day have it in common
  bool is_round = false;     ///< to the quarter of an hour: two that were scheduled may share it

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

/// An item's date, as its names have it: when it was published, else updated.
[[nodiscard]] std::optional<SysTime> date_of(const Item& item);

/// How many of word_names an item is remembered under.
inline constexpr std::size_t words_kept = 3;

/// "word:…": the date with each of the longest words of the title (of the text, if it has none),
/// the longest first, twelve at most. An item whose guid, link and title change at once is known
/// again by them. Empty without a date that has a time of day.
[[nodiscard]] std::vector<std::string> word_names(const Item& item);

/// Gives an item that is left without guid, link and dated title the name "text:…", if it has any
/// words.
void name_by_words(ItemNames& names, const Item& item);

/// A name that no other item has, unless all that its feed says of the two is the same.
[[nodiscard]] std::string whole_name(const Item& item);

/// What is odd about how the items of a feed are named, for the person who sets it up.
[[nodiscard]] std::vector<Warning> odd_names(const std::vector<Item>& items);

/// The names that an item with that guid or link has, for a bare list of ids from another program:
/// one, and a second where the id holds the website's host beside a number.
[[nodiscard]] std::vector<std::string> names_of_id(std::string_view id);

}  // namespace crier
