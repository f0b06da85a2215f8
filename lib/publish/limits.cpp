#include "publish/limits.h"

#include "plan/pace.h"

namespace crier {

std::string RunLimits::by_feed(const Delivery& delivery) {
  const FeedConfig* feed = config_.feed(delivery.feed);
  const std::size_t limit = feed != nullptr ? feed->max_per_run : 0;
  // One that may be public already must be looked for, whatever the limit.
  if (limit == 0 || delivery.stage == Stage::publishing) return {};
  if (++taken_[{delivery.feed, delivery.account}] <= limit) return {};
  return fmt::format("at most {} of this feed in one run (max_per_run)", limit);
}

std::string RunLimits::by_account(const Delivery& delivery) {
  const Account* account = config_.account(delivery.account);
  if (account == nullptr || delivery.stage == Stage::publishing) return {};
  auto found = spoken_.find(delivery.account);
  if (found == spoken_.end()) {
    Spoken spoken{store_.posted_between(delivery.account, now_ - std::chrono::hours{24}, now_),
                  0,
                  0,
                  now_,
                  {}};
    found = spoken_.emplace(delivery.account, std::move(spoken)).first;
  }
  Spoken& spoken = found->second;
  if (!spoken.stopped.empty()) return spoken.stopped;
  // The others go on: one that is cheaper, or urgent, may still be paid for.
  if (const auto wait = wait_for_budget(delivery, config_, store_, network_, now_, spoken.cost)) {
    return wait->why;
  }
  if (const auto wait = wait_for_pace({account->pace, spoken.posted, spoken.in_run, spoken.now})) {
    if (!wait->until || *wait->until - spoken.now > longest_pause) {
      spoken.stopped = wait->why;
      return spoken.stopped;
    }
    spoken.now = *wait->until;
  }
  spoken.posted.push_back(spoken.now);
  ++spoken.in_run;
  spoken.cost += price_of(delivery, config_, network_);
  return {};
}

}  // namespace crier
