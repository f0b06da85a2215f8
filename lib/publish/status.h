#pragma once
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "network/registry.h"
#include "plan/pace.h"
#include "publish/attention.h"
#include "publish/spending.h"
#include "store/store.h"

namespace crier {

/// Where a feed stands, as the ledger has it. No server is asked.
struct FeedStatus {
  FeedId name;
  std::optional<FeedState> state;  ///< nothing: it was never read
  std::size_t held = 0;            ///< posts that wait for a person's decision
  bool in_config = true;
  bool is_silent = false;  ///< nothing new for longer than its expect_every
  bool needs_person = false;
};

/// Where an account stands.
struct AccountStatus {
  AccountId name;
  bool in_config = true;
  bool has_feeds = true;                 ///< a feed names it
  std::size_t waiting = 0;               ///< will go out by themselves
  std::optional<SysTime> waiting_since;  ///< the oldest of them
  std::size_t uncertain = 0;             ///< only a person can settle them
  std::size_t refused = 0;               ///< in the last week; told of when it happened
  std::string sign_in_problem;           ///< set by whoever can look at the tokens; or empty
  std::optional<SysTime> paused_until;   ///< its server's word, or a post in doubt
  std::optional<Spending> spending;      ///< of an account that pays for its posts
  std::size_t over_budget = 0;           ///< of those that wait: for the month's budget
  std::optional<PaceWait> pace;          ///< its own limits, where they hold it back now
  bool needs_person = false;
};

struct StatusReport {
  /// In the order of feeds.toml; then those that only the ledger knows, and that wait for somebody.
  std::vector<FeedStatus> feeds;
  std::vector<AccountStatus> accounts;  ///< likewise, then those that are only in the ledger
  std::vector<Delivery> held;           ///< newest first
  std::vector<Delivery> uncertain;      ///< likewise
  std::vector<Delivery> delayed;        ///< will be tried again by themselves, and `error` says why
  std::vector<Delivery> stale;          ///< will not: they have waited for longer than stale_after
  std::vector<Finding> findings;
  [[nodiscard]] bool needs_person() const;
};

/// `sign_in`: see AttentionQuestion.
[[nodiscard]] StatusReport take_status(
    const Config& config, const Store& store, SysTime now, FindNetwork network = find_network,
    const std::function<std::optional<Error>(const Account&)>& sign_in = {});

}  // namespace crier
