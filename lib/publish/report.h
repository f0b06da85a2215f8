#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compose/rules.h"
#include "plan/plan.h"
#include "publish/deliver.h"

namespace crier {

struct FeedReport {
  enum class Status : std::uint8_t { ok, not_modified, seeded, failed };
  FeedId name;
  std::string source;
  Status status = Status::ok;
  std::size_t items = 0;  ///< in the feed
  std::size_t fresh = 0;  ///< of them, new to the ledger
  std::optional<Error> error;
  bool needs_person = false;
  std::string moved_to;
  std::vector<Warning> warnings;
};

struct Totals {
  std::size_t feeds = 0, not_modified = 0, failed_feeds = 0, items = 0, fresh = 0;
  std::size_t planned = 0;  ///< written down, or shown, as new posts in this run
  std::size_t posted = 0, deferred = 0, rejected = 0, uncertain = 0;
};

struct PostReport {
  Delivered delivered;
  std::string network;
  std::size_t length = 0, limit = 0;  ///< as the network counts
  bool overdue = false;               ///< it has failed to go out for hours: a person should look
};

/// What a run tells its audience: everything that print needs, and nothing that decides.
struct RunReport {
  bool dry_run = false;
  bool backfill = false;    ///< old items were asked for
  bool new_ledger = false;  ///< there was none before
  bool stopped = false;     ///< a signal ended it early
  std::vector<FeedReport> feeds;
  std::vector<PostReport> posts;
  std::vector<Skip> skipped;
  std::map<AccountId, Error> account_problems;
  std::size_t waiting = 0;  ///< unsettled deliveries in the ledger after the run
  Totals totals;

  /// Something will not mend itself.
  [[nodiscard]] bool needs_person() const;
};

[[nodiscard]] const char* name_of(FeedReport::Status status);

}  // namespace crier
