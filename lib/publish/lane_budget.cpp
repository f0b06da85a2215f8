#include "publish/lane.h"
#include "publish/spending.h"

namespace crier {

/// Leaves a post that would pass the month's budget in the ledger, and goes on with the others: one
/// that is cheaper, or urgent, may still be paid for.
bool Lane::is_over_budget() {
  Delivery& delivery = waiting_.front().delivery;
  const SysTime now = world_.clock.now();
  const auto wait = wait_for_budget(delivery, world_.config, world_.store, world_.network, now);
  if (!wait) return false;
  over_budget_ = Error{ErrorKind::throttled, wait->why};
  // Told once in the ledger, not in every run. It may be paid for sooner than in the next month, if
  // somebody raises the budget: so no moment is set.
  if (!delivery.error || delivery.error->message != wait->why) {
    world_.store.settle(delivery.id, Deferred{*over_budget_, now}, now);
    delivery.stage = Stage::planned;
    delivery.error = over_budget_;
  }
  done_.emplace_back(waiting_.front().index,
                     Delivered{std::move(delivery), std::nullopt, wait->why});
  waiting_.pop_front();
  return true;
}

}  // namespace crier
