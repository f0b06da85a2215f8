#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "delivery/gates.h"
#include "network/registry.h"
#include "store/store.h"

namespace crier {

/// How a network of that name is found; find_network outside tests.
using FindNetwork = const Network* (*)(std::string_view name);

/// Whose turn it is: asks the gates (delivery/gates.h) with what the ledger and this run know. A
/// post counts against a limit when it leaves, and not before.
class Turns {
 public:
  /// `trusts_clock`: whether a server has confirmed this machine's clock. All outlive this.
  Turns(const Config& config, const Store& store, FindNetwork network,
        std::function<bool()> trusts_clock)
      : config_(config), store_(store), network_(network), trusts_clock_(std::move(trusts_clock)) {}

  [[nodiscard]] Verdict may_go(const Delivery& delivery, SysTime now);
  /// It is about to leave, for the first time in this run: the ledger knows, too.
  void leaves(const Delivery& delivery);
  /// It would leave at that time, in a run that only looks ahead.
  void would_leave(const Delivery& delivery, SysTime at);
  /// What is wrong with a page that posts wait for.
  void miss_page(const std::string& link, std::string why) { pages_[link] = std::move(why); }
  void heed(const AccountId& account, const Quota& quota) { quotas_[account] = quota; }

 private:
  struct Ahead {
    std::vector<SysTime> posted;
    std::int64_t cost = 0;
  };
  [[nodiscard]] Standing standing_of(const Delivery& delivery, SysTime now);

  const Config& config_;
  const Store& store_;
  FindNetwork network_;
  std::function<bool()> trusts_clock_;
  std::map<AccountId, std::size_t> in_run_;
  std::map<std::pair<FeedId, AccountId>, std::size_t> of_feed_;
  std::map<AccountId, Ahead> ahead_;
  std::map<AccountId, Quota> quotas_;
  std::map<std::string, std::string> pages_;
};

/// Whether a post goes out only once its page is there.
[[nodiscard]] bool requires_page(const Delivery& delivery, const Config& config,
                                 FindNetwork network);

/// What the gates say of a post in this run.
struct Foreseen {
  Delivery delivery;
  Verdict verdict;
};

/// What would become of these, in the order in which they are sent, if all went well. Over a short
/// gap a run sleeps: then it is the post's turn, too.
[[nodiscard]] std::vector<Foreseen> foresee(const std::vector<Delivery>& queue, Turns turns,
                                            SysTime now);

}  // namespace crier
