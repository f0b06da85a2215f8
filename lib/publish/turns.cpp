#include "publish/turns.h"

#include "core/url.h"
#include "publish/spending.h"

namespace crier {

Standing Turns::standing_of(const Delivery& delivery, SysTime now) {
  Standing standing;
  standing.account = config_.account(delivery.account);
  standing.feed = config_.feed(delivery.feed);
  standing.clock_is_confirmed = trusts_clock_();
  const bool is_known =
      standing.account != nullptr && network_(standing.account->network) != nullptr;
  if (!is_known) {
    standing.account = nullptr;
    return standing;
  }
  const Account& account = *standing.account;
  if (const auto pause = store_.account(account.id).pause)
    (pause->by_server ? standing.server_pause : standing.neighbour) = pause->until;
  if (const auto quota = quotas_.find(account.id); quota != quotas_.end())
    standing.quota = quota->second;
  const Ahead& ahead = ahead_[account.id];
  if (const auto spending = spending_of(account, store_, network_, now)) {
    standing.budget = spending->budget;
    standing.spent = spending->spent + ahead.cost;
    standing.price = price_of(delivery, config_, network_);
  }
  standing.posted = store_.posted_between(account.id, now - std::chrono::hours{24}, now);
  standing.posted.insert(standing.posted.end(), ahead.posted.begin(), ahead.posted.end());
  standing.in_run = in_run_[account.id];
  standing.of_feed_in_run = of_feed_[{delivery.feed, account.id}];
  if (requires_page(delivery, config_, network_)) {
    if (const auto page = pages_.find(delivery.item_link); page != pages_.end())
      standing.page = page->second;
  }
  return standing;
}

/// In a pipeline, which often publishes a site and its posts in one go, it need not be said; but
/// what goes into a file and nowhere else needs no page.
bool requires_page(const Delivery& delivery, const Config& config, FindNetwork network) {
  const FeedConfig* feed = config.feed(delivery.feed);
  const Account* account = config.account(delivery.account);
  const Network* its = account != nullptr ? network(account->network) : nullptr;
  if (feed == nullptr || its == nullptr || !is_http_url(delivery.item_link)) return false;
  const bool is_usual = config.in_ci && its->traits().sign_in != SignIn::none;
  return feed->require_page.value_or(is_usual);
}

Verdict Turns::may_go(const Delivery& delivery, SysTime now) {
  return crier::may_go(delivery, standing_of(delivery, now), now);
}

void Turns::leaves(const Delivery& delivery) {
  ++in_run_[delivery.account];
  ++of_feed_[{delivery.feed, delivery.account}];
}

void Turns::would_leave(const Delivery& delivery, SysTime at) {
  // What may be public already has been counted.
  if (delivery.stage == Stage::publishing) return;
  leaves(delivery);
  Ahead& ahead = ahead_[delivery.account];
  ahead.posted.push_back(at);
  ahead.cost += price_of(delivery, config_, network_);
}

std::vector<Foreseen> foresee(const std::vector<Delivery>& queue, Turns turns, SysTime now) {
  std::vector<Foreseen> all;
  std::map<AccountId, SysTime> clocks;
  for (const Delivery& delivery : queue) {
    SysTime& clock = clocks.try_emplace(delivery.account, now).first->second;
    Verdict verdict = turns.may_go(delivery, clock);
    if (const auto* waits = std::get_if<Wait>(&verdict);
        waits != nullptr && waits->gate == Gate::pace && waits->until &&
        *waits->until - clock <= longest_pause) {
      clock = *waits->until;
      verdict = turns.may_go(delivery, clock);
    }
    if (std::holds_alternative<Go>(verdict)) turns.would_leave(delivery, clock);
    all.push_back({delivery, std::move(verdict)});
  }
  return all;
}

}  // namespace crier
