#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "core/clock.h"
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
  bool waiting = false;        ///< its server asked for no request yet: nothing was sent
  std::optional<Error> error;  ///< the feed could not be had
  bool needs_person = false;   ///< with `error`: it will not mend itself, or has not for six hours
  std::string moved_to;        ///< the server says that the feed has a new address for good
  std::string language;        ///< what the feed says of itself
  std::vector<Warning> warnings;
  Fresh fresh;  ///< empty unless the feed was read

  /// Something about this feed must be written to the ledger.
  [[nodiscard]] bool changed() const { return before != after || !fresh.names.empty(); }
};

struct GatherQuestion {
  const Config& config;
  const std::vector<const FeedConfig*>& feeds;
  const std::map<FeedId, FeedState>& states;
  std::size_t backfill = 0;
  bool explain = false;  ///< list what is passed over, item by item
  std::function<bool(const FeedId&, std::string_view name)> known;
  std::function<void(std::size_t done)> progress;
  StopFlag stop = nullptr;
};

/// Fetches every feed, all at once, and finds what is new in those that have changed. Writes
/// nothing. In the order of `feeds`. A feed that cannot be had has an error, and stops no other.
[[nodiscard]] std::vector<Gathered> gather(const GatherQuestion& question, HttpClient& client,
                                           const Clock& clock);

}  // namespace crier
