#pragma once
#include <cstddef>
#include <functional>
#include <set>
#include <string>

#include "publish/deliver.h"
#include "publish/preflight.h"
#include "publish/report.h"

namespace crier {

/// What one run is asked to do.
struct PublishOptions {
  bool dry_run = false;    ///< show every post; send and write nothing
  bool explain = false;    ///< list what a first run takes as history, item by item
  std::set<FeedId> feeds;  ///< only these; empty: all
  std::set<AccountId>
      accounts;          ///< post to these only; what is planned for others waits. Empty: all
  bool ask_all = false;  ///< ask feeds that are fresh by their own word or ours, too
  /// Nothing on this machine says that the ledger is the newest (store/ledger_mark.h).
  bool may_be_older = false;
  std::size_t backfill = 0;  ///< announce the newest so many of each feed, known or not
};

/// Tells a person who is watching how far the run is. Never said anything that the report does not
/// say too.
class Progress {
 public:
  virtual ~Progress() = default;
  virtual void feeds(std::size_t done, std::size_t of) = 0;
  /// Called again and again while posts are on their way, some times a second.
  virtual void posts(const DeliveryProgress& progress, std::size_t of) = 0;
};

/// One run, from the feeds' bytes to the receipts: gather, plan, W1, deliver.
[[nodiscard]] RunReport publish(const PublishOptions& options, const Templates& templates,
                                const DeliveryWorld& world, Progress& progress);

}  // namespace crier
