#include "publish/spending.h"

namespace crier {
namespace {

/// Of a real run: it is public, or may be. What was refused, or never left, costs nothing.
bool is_paid(const PostReport& post, bool dry_run) {
  if (dry_run) return post.goes_out;
  if (post.delivered.was_there) return false;
  const auto& outcome = post.delivered.outcome;
  if (!outcome) return false;
  return post.delivered.delivery.stage != Stage::rejected &&
         post.delivered.delivery.stage != Stage::planned;
}

bool may_wait(const PostReport& post, bool dry_run) {
  if (is_paid(post, dry_run)) return false;
  const Stage stage = post.delivered.delivery.stage;
  return stage == Stage::planned || stage == Stage::preparing;
}

}  // namespace

std::int64_t price_of(const Delivery& delivery, const Config& config, FindNetwork network) {
  const Account* account = config.account(delivery.account);
  const Network* its = account == nullptr ? nullptr : network(account->network);
  const auto price = its == nullptr ? std::nullopt : its->price(delivery.post, *account);
  return price ? price->millionths : 0;
}

std::optional<Spending> spending_of(const Account& account, const Store& store, FindNetwork network,
                                    SysTime now) {
  const Network* its = network(account.network);
  if (its == nullptr || !its->price({}, account)) return std::nullopt;
  const Month month = month_of(now);
  return Spending{budget_of(account), month, store.spent(account.id, month.from, month.to)};
}

std::vector<SpendingReport> report_spending(const RunReport& report, Turns turns,
                                            const DeliveryWorld& world) {
  std::vector<SpendingReport> all;
  const SysTime now = world.clock.now();
  for (const Account& account : world.config.accounts) {
    const auto spending = spending_of(account, world.store, world.network, now);
    if (!spending) continue;
    SpendingReport entry{account.id,        0, 0, 0, spending->spent, spending->budget.monthly,
                         spending->month.to};
    for (const PostReport& post : report.posts) {
      if (post.delivered.delivery.account != account.id || !is_paid(post, report.dry_run)) continue;
      ++entry.posts;
      entry.run += price_of(post.delivered.delivery, world.config, world.network);
      if (report.dry_run) turns.would_leave(post.delivered.delivery, now);
    }
    for (const PostReport& post : report.posts) {
      const Delivery& delivery = post.delivered.delivery;
      if (delivery.account != account.id || !may_wait(post, report.dry_run)) continue;
      const Verdict verdict = turns.may_go(delivery, now);
      const auto* wait = std::get_if<Wait>(&verdict);
      if (wait != nullptr && wait->gate == Gate::budget) ++entry.waiting;
    }
    const bool says_nothing = entry.posts == 0 && entry.waiting == 0;
    if (!says_nothing) all.push_back(std::move(entry));
  }
  return all;
}

}  // namespace crier
