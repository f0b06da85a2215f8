#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "core/clock.h"
#include "core/random.h"
#include "feed/fetch.h"
#include "http/client.h"
#include "plan/fresh.h"
#include "publish/stop.h"
#include "store/store.h"

namespace crier {

/// What became of one feed in this run.
struct Gathered {
  const FeedConfig* feed = nullptr;
  FeedState before;  ///< as the ledger has it; empty for a new feed
  FeedState after;   ///< as it is to be written
  bool not_modified = false;
  bool not_due = false;        ///< not asked: by its server's word or our own rules
  bool gone = false;           ///< the server says 410, or said so before: not asked any more
  std::optional<Error> error;  ///< the feed could not be had, or is not asked because it could not
  /// Since when it has had nothing new, if that is longer than expect_every; no failure.
  std::optional<SysTime> silent_since;
  std::string concern;        ///< what a person should look at in a feed that was read; or empty
  bool needs_person = false;  ///< it is silent, or will not mend itself, or has not for six hours
  std::string moved_to;       ///< learned in this run: the feed has a new address for good
  std::vector<Warning> notices;  ///< told once, and so always
  std::string language;          ///< what the feed says of itself
  std::vector<Warning> warnings;
  Fresh fresh;                     ///< empty unless the feed was read
  std::vector<std::string> noted;  ///< known names that are due to be noted again

  /// Something about this feed must be written to the ledger.
  [[nodiscard]] bool changed() const {
    return before != after || !fresh.names.empty() || !noted.empty();
  }
};

struct GatherQuestion {
  const Config& config;
  const std::vector<const FeedConfig*>& feeds;
  const std::map<FeedId, FeedState>& states;  ///< by the names in feeds.toml
  std::size_t backfill = 0;  ///< asks like ask_all: what is wanted may be as old as the last answer
  bool explain = false;      ///< list what is passed over, item by item
  bool ask_all = false;      ///< passes over max-age, min_interval and our own back-off
  /// When an item of the feed was last noted under that name; nothing if never.
  std::function<std::optional<SysTime>(const FeedId&, std::string_view name)> seen_on = {};
  std::function<void(std::size_t done)> progress = {};
  StopFlag stop = nullptr;
  /// What is held of a feed. Nothing: not looked up.
  std::function<std::vector<Delivery>(const FeedId&)> held = {};
  /// Held while one feed's names are looked up; see Store::reading.
  std::function<std::shared_ptr<void>()> reading = {};
};

/// Fetches every feed that is due, all at once, and finds what is new in those that have changed.
/// Writes nothing. In the order of `feeds`. A feed that cannot be had has an error, and stops no
/// other, also where there is not the memory for it. A host that asks for time gets it, and one
/// that has let two requests run out of time is left alone: its feeds that are still under way are
/// broken off.
[[nodiscard]] std::vector<Gathered> gather(const GatherQuestion& question, HttpClient& client,
                                           const Clock& clock, Random& random);

}  // namespace crier
