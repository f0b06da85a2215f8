#pragma once
#include <cstddef>
#include <optional>
#include <vector>

#include "publish/deliver.h"
#include "publish/feed_plan.h"
#include "publish/preflight.h"

namespace crier {

/// How many of an account's posts are read back at most: ten pages of Mastodon's.
inline constexpr std::size_t most_read_back = 400;

/// What became of one feed.
struct RebuiltFeed {
  FeedId id;
  std::optional<Error> error;  ///< it could not be read: nothing about it is written
  std::size_t items = 0;       ///< in the feed
  std::size_t found = 0;       ///< of them, those whose post the account has
  std::size_t recorded = 0;    ///< of those, the ones whose receipt is new to the ledger
  std::size_t history = 0;     ///< older than the newest found one, and known from now on
  std::size_t news = 0;        ///< newer than that, and unknown: the next run announces them
  std::size_t planned = 0;     ///< posts that another account has, or had, and one of ours has not
  std::size_t passed = 0;      ///< newer than that, but known to the ledger: nobody announced them
};

/// The post of a delivery that the ledger takes for open.
struct FoundReceipt {
  DeliveryId id;
  Receipt receipt;
};

struct RebuildReport {
  std::size_t posts_read = 0;
  bool is_complete = true;       ///< false: the account has more posts than were read
  std::optional<Error> problem;  ///< the account could not be read back: nothing is written
  std::vector<RebuiltFeed> feeds;
  std::vector<FeedPlan> plans;  ///< what the ledger is to learn
  std::vector<FoundReceipt> receipts;
};

/// Works out what a ledger that is gone knew, from what an account has posted. Posts and writes
/// nothing.
///
/// 1. An item whose post is found is known from now on, with its receipt. Where the ledger did not
///    know the feed, what is older than the newest found item is known too: it was history then.
/// 2. What is newer than the newest found item stays as it is: the next run announces it.
/// 3. A feed of which nothing is found is left as it is.
/// 4. An item that one account has announced, and another one of a known feed has not, is planned
///    for that other one: it would be lost, since it is known now.
/// 5. A delivery that is open, in doubt or held is settled if its post is found; no other delivery
///    that the ledger has is changed. Once all is written, a second time gives nothing to write.
[[nodiscard]] RebuildReport rebuild(const Account& account, const Templates& templates,
                                    const DeliveryWorld& world);

}  // namespace crier
