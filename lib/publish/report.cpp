#include "publish/report.h"

#include <algorithm>
#include <set>

#include "delivery/life.h"

namespace crier {

std::vector<WaitingReport> report_waiting(const std::vector<PostReport>& posts,
                                          const Store& store) {
  std::set<DeliveryId> told;
  for (const PostReport& post : posts) told.insert(post.delivered.delivery.id);
  std::vector<WaitingReport> waits;
  for (const Delivery& delivery : store.open()) {
    if (told.contains(delivery.id)) continue;
    waits.push_back({delivery.feed, delivery.account,
                     delivery.item_title.empty() ? delivery.item_id : delivery.item_title,
                     delivery.error ? delivery.error->message : std::string(),
                     delivery.not_before});
  }
  return waits;
}

bool RunReport::needs_person() const {
  if (!findings.empty() || !clock_problem.empty()) return true;
  if (!dry_run) return false;
  return totals.rejected > 0 || totals.held > 0 ||
         std::ranges::any_of(feeds, &FeedReport::needs_person);
}

bool RunReport::did_nothing() const {
  using Status = FeedReport::Status;
  return stopped && posts.empty() && std::ranges::none_of(feeds, [](const FeedReport& feed) {
           return feed.status == Status::ok || feed.status == Status::not_modified ||
                  feed.status == Status::seeded || feed.status == Status::held;
         });
}

std::string told_name(const HeldReport& held) {
  return fmt::format("held {} {} {}", held.feed.value, held.posts, held.newest.value);
}

Batch told_by(const RunReport& report, const Store& store, SysTime now) {
  Batch batch;
  for (const Finding& finding : report.findings) {
    if (!finding.delivery) continue;
    if (auto delivery = store.find(*finding.delivery))
      batch.changed.push_back(life::apply(*std::move(delivery), life::Told{now}));
  }
  for (const auto& [what, at] : store.told()) batch.told[what] = std::nullopt;
  for (const HeldReport& held : report.held) {
    const std::string what = told_name(held);
    if (held.was_told) {
      batch.told.erase(what);
    } else {
      batch.told[what] = now;
    }
  }
  return batch;
}

const char* name_of(FeedReport::Status status) {
  switch (status) {
    case FeedReport::Status::ok: return "ok";
    case FeedReport::Status::not_modified: return "not_modified";
    case FeedReport::Status::seeded: return "seeded";
    case FeedReport::Status::failed: return "failed";
    case FeedReport::Status::not_due: return "not_due";
    case FeedReport::Status::gone: return "gone";
    case FeedReport::Status::held: return "held";
  }
  return "ok";
}

}  // namespace crier
