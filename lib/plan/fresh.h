#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "core/model.h"
#include "feed/identity.h"
#include "plan/fuse.h"
#include "plan/held_again.h"

namespace crier {

/// An item that is to be announced.
struct FreshItem {
  Item item;               ///< title and summary are plain text
  Identity identity;       ///< of an item that looks new, without the names that others had before
  bool is_old = false;     ///< no news: announced because a backfill or first_run asks for it
  bool is_wanted = false;  ///< a backfill or first_run asks for it
  bool is_alert = false;   ///< what it says may have been said before, of another day
  std::string hold;        ///< why a person must look before it is posted; or empty
  /// Held versions of it that are not in the feed any more: this one takes their place.
  std::vector<HeldVersion> replaces = {};
};

/// Why an item is not announced.
struct PassedOver {
  std::string item_id;
  std::string item_title;  ///< may be empty
  std::string reason;
};

/// What of a feed the ledger does not know yet.
struct Fresh {
  std::vector<FreshItem> items;         ///< to announce, oldest first
  std::vector<PassedOver> passed_over;  ///< new, but not to be announced
  std::vector<std::string> names;       ///< that the ledger lacks, of every item
  std::optional<FuseBlown> fuse;        ///< all of `items` that are news are held
  std::size_t total = 0;                ///< items in the feed
  std::size_t unknown = 0;              ///< of them, those the ledger did not know
  std::size_t looks_new = 0;  ///< of `items`, what counts for the fuse: nobody asked for it
  bool seeded = false;        ///< this was the first time: its items are history
  /// What a date of just now means will show at the next reading: it must not end with a 304.
  bool is_undecided = false;
  std::vector<Warning> odd_names;  ///< with `explain`
};

struct FreshQuestion {
  const FeedConfig& feed;
  bool first_time = false;     ///< the ledger has never taken this feed's items in
  bool explain = false;        ///< list what a first run takes as history, and odd names
  std::size_t backfill = 0;    ///< announce the newest so many, known or not; 0: no
  bool fuse_is_blown = false;  ///< in an earlier run, and nobody has decided yet
  SysTime now{};               ///< tells old items; at its default, none is
  std::function<bool(std::string_view name)> known;
  /// Ask for every name of every item, not only until it is known, so that all that are in use can
  /// be noted again. Needed once a day.
  bool every_name = true;
  /// What was read is from another address than the last time, or its website is being rebuilt.
  bool fuse_is_strict = false;
  /// What is dated before that may have been known, and forgotten (keep_history).
  SysTime remembers_since{};
  /// When the feed was read first, if it was empty then: what came since is news.
  std::optional<SysTime> empty_at = std::nullopt;
  /// What is held of the feed; asked for where something is to be held. Nothing: not looked up.
  std::function<std::vector<Delivery>()> held = {};
};

/// Finds what is new in a feed. Dates never decide what is new; they order, and cast doubt.
///
/// 1. The first time a feed is seen its items are history, not news: none is announced, but the
///    newest one with first_run = "latest", or the newest N with a backfill.
/// 2. Unless the ledger knows some of them already: then a list of another program came first, and
///    what was not in it is news.
/// 3. Two items that are to be announced never go by the same name.
/// 4. What nobody can tell from the feed (plan/recognise.h), and what is old and appears only now,
///    is held; on_suspect = "post" posts it. Either way its names are known from then on.
/// 5. When most of a known feed looks new (plan/fuse.h), all that looks new is held; of a feed of
///    alerts only behind a new address.
/// 6. Of a feed that was empty at first, what is dated since then is news, what is dated long
///    before is history, and the rest is held.
/// 7. What a backfill asks for is never held, and blows no fuse.
///
/// Consumes the feed's items.
[[nodiscard]] Fresh find_fresh(Feed feed, const FreshQuestion& question);

/// Holds all that looks new of a feed, and says so. What is held already keeps its reason.
void blow_fuse(Fresh& fresh);

/// How a person would name an item: its guid, else its link, else its title, else how its text
/// begins.
[[nodiscard]] std::string display_id(const Item& item);

/// An item's title as people are shown it and the ledger keeps it: one line, bounded.
[[nodiscard]] std::string shown_title(const Item& item);

}  // namespace crier
