#pragma once
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/config.h"
#include "publish/spending.h"
#include "store/store.h"

namespace crier {

/// What of the posts that are due goes out in this run, by the limits of feeds and accounts. Each
/// post that was not told to wait counts as sent.
class RunLimits {
 public:
  RunLimits(const Config& config, const Store& store, SysTime now, FindNetwork network)
      : config_(config), store_(store), now_(now), network_(network) {}

  /// Why the next post of that feed to that account waits for a later run; empty if it need not.
  [[nodiscard]] std::string by_feed(const Delivery& delivery);
  /// The same by the account's budget and pace, for a run that only shows what it would do: a real
  /// one asks the clock again before each post.
  [[nodiscard]] std::string by_account(const Delivery& delivery);

 private:
  struct Spoken {
    std::vector<SysTime> posted;
    std::size_t in_run = 0;
    std::int64_t cost = 0;  ///< of this run's posts
    SysTime now;            ///< moves on with each short gap that is slept over
    std::string stopped;
  };
  const Config& config_;
  const Store& store_;
  SysTime now_;
  FindNetwork network_;
  std::map<std::pair<FeedId, AccountId>, std::size_t> taken_;
  std::map<AccountId, Spoken> spoken_;
};

}  // namespace crier
