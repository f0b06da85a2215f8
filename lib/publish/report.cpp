#include "publish/report.h"

#include <algorithm>
#include <set>

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
  const bool feed =
      std::any_of(feeds.begin(), feeds.end(), [](const FeedReport& f) { return f.needs_person; });
  const bool account =
      std::any_of(account_problems.begin(), account_problems.end(), [](const auto& entry) {
        return entry.second.kind == ErrorKind::unauthorized ||
               entry.second.kind == ErrorKind::invalid;
      });
  const bool overdue =
      std::any_of(posts.begin(), posts.end(), [](const PostReport& p) { return p.overdue; });
  return feed || account || overdue || totals.rejected > 0 || totals.uncertain > 0 ||
         totals.held > 0 || !held.empty() || in_doubt > 0 || !clock_problem.empty();
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
