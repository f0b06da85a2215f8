#include "publish/feed_plan.h"

#include "delivery/life.h"

namespace crier {

Batch batch_of(const std::vector<FeedPlan>& plans, const Store& store) {
  Batch batch;
  for (const FeedPlan& plan : plans) {
    batch.feeds.push_back(plan.state);
    if (!plan.names.empty()) batch.names.push_back({plan.state.id, plan.names});
    batch.replaced.insert(batch.replaced.end(), plan.replaced.begin(), plan.replaced.end());
    for (const Delivery& delivery : plan.deliveries) {
      auto known = store.find(delivery.id);
      if (known && known->stage == Stage::rejected) {
        batch.changed.push_back(life::apply(*std::move(known), life::Planned{delivery}));
      } else {
        batch.planned.push_back(delivery);
      }
    }
  }
  return batch;
}

}  // namespace crier
