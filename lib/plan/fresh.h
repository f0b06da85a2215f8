#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "core/model.h"
#include "feed/identity.h"

namespace crier {

/// An item that is to be announced, with the names it is known by from now on.
struct FreshItem {
  Item item;  ///< title and summary are plain text
  Identity identity;
  bool is_old = false;  ///< no news: announced because a backfill or first_run asks for it
};

/// Why an item is not announced.
struct PassedOver {
  std::string item_id;
  std::string reason;
  bool suspect = false;  ///< it may be news all the same: a person should look
};

/// What of a feed the ledger does not know yet.
struct Fresh {
  std::vector<FreshItem> items;         ///< to announce, oldest first
  std::vector<PassedOver> passed_over;  ///< new, but not to be announced
  std::vector<std::string> names;       ///< of every new item, announced or not
  std::size_t total = 0;                ///< items in the feed
  std::size_t unknown = 0;              ///< of them, those the ledger did not know
  bool seeded = false;                  ///< this was the first time: its items are history
};

struct FreshQuestion {
  const FeedConfig& feed;
  bool first_time = false;   ///< the ledger has never taken this feed's items in
  bool explain = false;      ///< list what a first run takes as history, item by item
  std::size_t backfill = 0;  ///< announce the newest so many, known or not; 0: no
  std::function<bool(std::string_view name)> known;
};

/// Finds what is new in a feed. Dates never decide what is new; they only order.
///
/// The first time a feed is seen its items are history, not news: none is announced, but the newest
/// one with first_run = "latest", or the newest N with a backfill. Consumes the feed's items.
[[nodiscard]] Fresh find_fresh(Feed feed, const FreshQuestion& question);

/// How a person would name an item: its guid, else its link, else its title.
[[nodiscard]] std::string display_id(const Item& item);

}  // namespace crier
