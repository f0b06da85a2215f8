#pragma once
#include <functional>
#include <map>
#include <vector>

#include "publish/deliver.h"
#include "publish/known_feeds.h"
#include "publish/report.h"
#include "publish/turns.h"

namespace crier {

struct RecallQuestion {
  const DeliveryWorld& world;
  const KnownFeeds& known;
  const Turns& turns;
  /// Whether this run may post it; what it may not is taken in or held all the same.
  std::function<bool(const Delivery&)> is_wanted;
  bool keep = true;           ///< write what is found to the ledger (a dry run does not)
  bool may_be_older = false;  ///< nothing on this machine says that the ledger is the newest
};

struct Recalled {
  /// Those of the due ones that are not to be sent in this run.
  std::map<DeliveryId, Delivered> posts;
  std::vector<TakenIn> accounts;  ///< that have shown the ledger to be older than they are
};

/// Asks the accounts that are about to post for what they have posted last, and takes in what this
/// ledger does not know (amnesia.h): a second line behind all that the ledger guards, for the day
/// on which it is an older one.
///
/// 1. One request an account, and only in a run in which a post would leave: by what is due, the
///    limits, and the pauses that servers asked for.
/// 2. An account that does not tell does not hold its posts back, because an outage of its list
///    would be one of its posts. But where nothing vouches for the ledger, and the next answer may
///    be another one, what was planned within the last hour waits.
/// 3. What one account shows to be public is looked for on every account that it is due for, and
///    held where that cannot be read.
[[nodiscard]] Recalled recall(const std::vector<Delivery>& due, const RecallQuestion& question);

}  // namespace crier
