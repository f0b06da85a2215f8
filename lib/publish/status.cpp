#include "publish/status.h"

#include <algorithm>
#include <map>

#include "publish/known_feeds.h"
#include "publish/polling.h"
#include "publish/turns.h"

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
  status.needs_person = status.needs_person || needs_person(known, feed, now);
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
  if (const auto pause = store.account(account.id).pause; pause && must_wait(pause->until, now))
    status.paused_until = pause->until;
  PaceQuestion question{
      account.pace, store.posted_between(account.id, now - std::chrono::hours{24}, now), 0, now};
  status.pace = wait_for_pace(question);
  // What is refused for having waited too long was planned long before.
  const HistoryQuery refused{{}, account.id, Stage::rejected, now - 12 * lately, {}, most_listed};
  for (const Delivery& delivery : store.history(refused)) {
    if (delivery.settled_at && now - *delivery.settled_at < lately) ++status.refused;
  }
}

/// What the next run would say of each open post, if servers confirm this machine's clock.
void take_open(StatusReport& report, const Config& config, const Store& store,
               const KnownFeeds& known, FindNetwork network, SysTime now) {
  Turns turns(config, store, network, [] { return true; });
  for (Delivery& delivery : store.open()) {
    delivery.feed = known.in_config(delivery.feed);
    const Verdict verdict = turns.may_go(delivery, now);
    const auto* wait = std::get_if<Wait>(&verdict);
    if (wait != nullptr && wait->gate == Gate::budget)
      ++account_of(report.accounts, delivery.account).over_budget;
    if (std::holds_alternative<Refuse>(verdict)) {
      report.stale.push_back(std::move(delivery));
    } else if (delivery.error) {
      report.delayed.push_back(std::move(delivery));
    }
  }
}

}  // namespace

bool StatusReport::needs_person() const { return !findings.empty() || !stale.empty(); }

StatusReport take_status(const Config& config, const Store& store, SysTime now, FindNetwork network,
                         const std::function<std::optional<Error>(const Account&)>& sign_in) {
  StatusReport report;
  report.findings = attention({config, store, now, network, sign_in});
  for (const Account& account : config.accounts) {
    AccountStatus& status = report.accounts.emplace_back();
    status.name = account.id;
    status.has_feeds = std::ranges::any_of(config.feeds, [&](const FeedConfig& feed) {
      return std::ranges::find(feed.accounts, account.id) != feed.accounts.end();
    });
    take_pace(status, account, store, now);
    status.spending = spending_of(account, store, network, now);
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
  take_open(report, config, store, known, network, now);
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
  return report;
}

}  // namespace crier
