#pragma once
#include <string>
#include <vector>

#include "publish/decision.h"
#include "publish/feed_plan.h"
#include "store/store.h"

/// What happens in a ledger, in a test's words: each is an event of a delivery's life, written
/// down.
namespace crier {

/// A store of the caller's, or one that is opened for just this.
struct Writable {
  Writable(Store& of) : store(of) {}   // NOLINT(google-explicit-constructor)
  Writable(Store&& of) : store(of) {}  // NOLINT(google-explicit-constructor)
  Store* operator->() const { return &store; }
  Store& store;
};

inline void commit_plan(Writable store, const std::vector<FeedPlan>& plans, SysTime now) {
  store->put(batch_of(plans, store.store), now);
}

inline void happens(Writable store, const DeliveryId& id, const life::Event& event, SysTime at) {
  const auto delivery = store->find(id);
  CRIER_ENSURE(delivery.has_value(), "a test speaks of deliveries that it has planned");
  store->put(batch_of(std::vector<Decision>{{*delivery, event}}, store.store), at);
}

inline void settle(Writable store, const DeliveryId& id, const Outcome& outcome, SysTime at) {
  happens(store, id, life::Answered{outcome, at}, at);
}
inline void record(Writable store, const DeliveryId& id, Stage stage, const Notes& notes,
                   SysTime at) {
  if (stage == Stage::publishing) {
    happens(store, id, life::Leaving{notes, 0, at}, at);
  } else {
    happens(store, id, life::Prepared{notes, at}, at);
  }
}
inline void spend(Writable store, const DeliveryId& id, std::int64_t price, SysTime at) {
  happens(store, id, life::Leaving{{}, price, at}, at);
}
inline void found(Writable store, const DeliveryId& id, const Receipt& receipt, SysTime at) {
  happens(store, id, life::Found{receipt, at}, at);
}
inline void reopen(Writable store, const DeliveryId& id, SysTime at) {
  happens(store, id, life::Retried{at}, at);
}
inline void drop(Writable store, const DeliveryId& id, const std::string& why, SysTime at) {
  happens(store, id, life::Dropped{{ErrorKind::rejected, why}, at}, at);
}

inline std::size_t decide_held(Writable store, const FeedId& feed, const life::Event& event,
                               SysTime at) {
  std::vector<Decision> decisions;
  for (const Delivery& delivery : held_of(store.store, feed))
    decisions.push_back({delivery, event});
  store->put(batch_of(decisions, store.store), at);
  return decisions.size();
}
inline std::size_t release(Writable store, const FeedId& feed, SysTime at) {
  return decide_held(store, feed, life::Released{at}, at);
}
inline std::size_t adopt(Writable store, const FeedId& feed, const std::string& why, SysTime at) {
  return decide_held(store, feed, life::Dropped{{ErrorKind::rejected, why}, at}, at);
}

inline void pause(Writable store, const AccountId& account, SysTime until, SysTime at = {}) {
  Batch batch;
  batch.pauses[account] = {until};
  store->put(batch, at);
}
inline void keep_facts(Writable store, const AccountId& account, const AccountFacts& facts,
                       SysTime at = {}) {
  Batch batch;
  batch.facts[account] = facts;
  store->put(batch, at);
}

inline void prune(Writable store, SysTime before) { store->put({.forget_before = before}, before); }
inline void rename(Writable store, const std::vector<FeedRename>& renames) {
  store->put({.renames = renames}, {});
}
[[nodiscard]] inline bool has_delivery(const Store& store, const DeliveryId& id) {
  const auto known = store.find(id);
  return known && known->stage != Stage::rejected;
}

}  // namespace crier
