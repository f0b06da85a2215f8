#include "publish/status.h"

#include <algorithm>
#include <map>

#include "publish/known_feeds.h"
#include "publish/polling.h"
#include "publish/stale.h"

namespace crier {
namespace {

constexpr std::size_t most_listed = 10'000;
constexpr std::chrono::hours lately{7 * 24};

FeedStatus feed_status(const FeedConfig& feed, std::optional<FeedState> state, std::size_t held,
                       SysTime now) {
  FeedStatus status{feed.id, std::move(state), held, true, false, held > 0};
  if (!status.state) return status;
  const FeedState& known = *status.state;
  status.is_silent = silent_since(known, feed, now).has_value();
  const bool failing = has_failed_for_long(known, now);
  status.needs_person = status.needs_person || status.is_silent || failing ||
                        known.gone_at.has_value() || known.fuse_at.has_value();
  return status;
}

AccountStatus& account_of(std::vector<AccountStatus>& accounts, const AccountId& id) {
  const auto found = std::ranges::find(accounts, id, &AccountStatus::name);
  if (found != accounts.end()) return *found;
  AccountStatus gone;
  gone.name = id;
  gone.in_config = gone.has_feeds = false;
  gone.needs_person = true;
  return accounts.emplace_back(std::move(gone));
}

void take_pace(AccountStatus& status, const Account& account, const Store& store, SysTime now) {
  const auto until = store.paused_until(account.id);
  if (must_wait(until, now)) status.paused_until = until;
  PaceQuestion question{
      account.pace, store.posted_between(account.id, now - std::chrono::hours{24}, now), 0, now};
  status.pace = wait_for_pace(question);
  // What is refused for having waited too long was planned long before.
  const HistoryQuery refused{{}, account.id, Stage::rejected, now - 12 * lately, {}, most_listed};
  for (const Delivery& delivery : store.history(refused)) {
    if (delivery.settled_at && now - *delivery.settled_at < lately) ++status.refused;
  }
}

/// What of the open posts waits for a budget.
void take_spending(StatusReport& report, const Config& config, const Store& store,
                   FindNetwork network, SysTime now) {
  bool has_budget = false;
  for (AccountStatus& status : report.accounts) {
    const Account* account = config.account(status.name);
    if (account == nullptr) continue;
    status.spending = spending_of(*account, store, network, now);
    has_budget = has_budget || (status.spending && status.spending->budget.monthly);
  }
  if (!has_budget) return;
  for (const Delivery& delivery : store.open()) {
    if (!wait_for_budget(delivery, config, store, network, now)) continue;
    ++account_of(report.accounts, delivery.account).over_budget;
  }
}

}  // namespace

bool StatusReport::needs_person() const {
  return !stale.empty() || std::ranges::any_of(feeds, &FeedStatus::needs_person) ||
         std::ranges::any_of(accounts, &AccountStatus::needs_person);
}

StatusReport take_status(const Config& config, const Store& store, SysTime now,
                         FindNetwork network) {
  StatusReport report;
  for (const Account& account : config.accounts) {
    AccountStatus& status = report.accounts.emplace_back();
    status.name = account.id;
    status.has_feeds = std::ranges::any_of(config.feeds, [&](const FeedConfig& feed) {
      return std::ranges::find(feed.accounts, account.id) != feed.accounts.end();
    });
    take_pace(status, account, store, now);
  }
  const KnownFeeds known(config, store);
  std::map<FeedId, std::size_t> held;
  for (const Tally& tally : store.tally()) {
    if (tally.stage == Stage::held) {
      held[known.in_config(tally.feed)] += tally.count;
      continue;
    }
    AccountStatus& account = account_of(report.accounts, tally.account);
    if (tally.stage == Stage::uncertain) {
      account.uncertain += tally.count;
      account.needs_person = true;
      continue;
    }
    account.waiting += tally.count;
    if (!account.waiting_since || tally.oldest < *account.waiting_since)
      account.waiting_since = tally.oldest;
  }
  take_spending(report, config, store, network, now);
  FeedStates states = known.states;
  for (const FeedConfig& feed : config.feeds) {
    const auto state = states.find(feed.id);
    report.feeds.push_back(
        feed_status(feed, state == states.end() ? std::nullopt : std::optional(state->second),
                    held[feed.id], now));
    held.erase(feed.id);
  }
  for (const auto& [id, count] : held)
    report.feeds.push_back({id, states[id], count, false, false, true});
  report.held = store.history({{}, {}, Stage::held, {}, {}, most_listed});
  report.uncertain = store.history({{}, {}, Stage::uncertain, {}, {}, most_listed});
  for (Delivery& delivery : store.open()) {
    delivery.feed = known.in_config(delivery.feed);
    if (is_stale(delivery, config, now)) {
      report.stale.push_back(std::move(delivery));
    } else if (delivery.error) {
      report.delayed.push_back(std::move(delivery));
    }
  }
  return report;
}

}  // namespace crier
