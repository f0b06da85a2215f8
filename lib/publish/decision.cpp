#include "publish/decision.h"

#include <limits>
#include <map>

namespace crier {

Batch batch_of(const std::vector<Decision>& decisions, const Store& store) {
  Batch batch;
  std::map<FeedId, std::size_t> decided;
  for (const Decision& decision : decisions) {
    if (decision.delivery.stage == Stage::held) ++decided[decision.delivery.feed];
    batch.changed.push_back(life::apply(decision.delivery, decision.event));
    if (batch.changed.back().stage == Stage::held) --decided[decision.delivery.feed];
  }
  if (decided.empty()) return batch;
  std::map<FeedId, std::size_t> held;
  for (const Tally& tally : store.tally()) {
    if (tally.stage == Stage::held) held[tally.feed] += tally.count;
  }
  for (FeedState& state : store.feeds()) {
    const auto found = decided.find(state.id);
    if (found == decided.end() || !state.fuse_at || held[state.id] > found->second) continue;
    state.fuse_at.reset();
    batch.feeds.push_back(std::move(state));
  }
  return batch;
}

std::vector<Delivery> held_of(const Store& store, const FeedId& feed) {
  return store.history({feed, {}, Stage::held, {}, {}, std::numeric_limits<std::int32_t>::max()});
}

}  // namespace crier
