#pragma once
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/model.h"
#include "network/network.h"

namespace crier {

/// What one account has posted, held against what this ledger is about to post there.
struct AmnesiaQuestion {
  /// Of that account: about to go out, the oldest item first.
  const std::vector<Delivery>& due;
  /// Of that account: may be public, and settled elsewhere. A post that may be theirs is no
  /// other's.
  const std::vector<Delivery>& in_doubt;
  const PastPage& page;  ///< its newest posts
  SysTime now;
  /// Whether the ledger has the receipt of that post: it explains nothing else.
  std::function<bool(const PastPost&)> has_receipt;
  /// Whether a person was asked about that post once, and has decided.
  std::function<bool(const PastPost&)> was_asked_about;
  /// Since when the ledger knows the feed: what was posted before is no post of crier's for it.
  std::function<SysTime(const FeedId&)> known_since;
  /// What was posted before may have been known, and forgotten (keep_history).
  SysTime remembers_since{};
};

/// One of `due` that is public already, or may be.
struct Remembered {
  std::size_t due = 0;             ///< its position
  const PastPost* post = nullptr;  ///< of the page; null: only what one look does not show
  bool is_certain = false;         ///< it is this post; else a person must look
  std::string why;                 ///< of one that is not certain: a sentence without its full stop
};

/// Finds what of `due` the account has announced without this ledger's knowing: the ledger is older
/// than the account, or somebody else has posted it.
///
/// 1. Certain is a post in the same words, and one in most of them with a link of the item's own.
///    Where the link is shared, or there is none, words that were posted more than a week before,
///    or before the item's date, are an earlier announcement's in all likelihood: a person looks.
/// 2. A person looks, too, where a post that is newer than all that the ledger knows leads to the
///    item's own page in other words, or says its title and leads nowhere.
/// 3. Where the ledger has proved to be older, and the page ends before a post that it knows, what
///    may be behind it waits for a person.
/// 4. No post stands for two deliveries, and none that the ledger has a receipt for stands for any.
/// 5. Posts of before the feed or its history is known stand for none. A date that lies ahead is
///    none.
///
/// One entry at most for each of `due`, in their order.
[[nodiscard]] std::vector<Remembered> compare_with_past(const AmnesiaQuestion& question);

/// Whether an earlier run has begun to post it: that it is public says nothing of the ledger's age.
[[nodiscard]] inline bool was_tried(const Delivery& delivery) {
  return delivery.attempts > 0 || delivery.sent_at || delivery.stage != Stage::planned;
}

}  // namespace crier
