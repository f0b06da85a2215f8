#pragma once
#include <map>
#include <vector>

#include "compose/rules.h"
#include "publish/deliver.h"
#include "publish/gather.h"
#include "publish/known_feeds.h"
#include "publish/report.h"

namespace crier {

/// Writes down what a run has met, as it goes; decides nothing.
class ReportWriter {
 public:
  /// `rules`: of the accounts that are met in this run. All three outlive it.
  ReportWriter(RunReport& report, const DeliveryWorld& world,
               const std::map<AccountId, TextRules>& rules)
      : report_(report), world_(world), rules_(rules) {}

  void add_feed(const Gathered& gathered);
  void add_post(Delivered delivered);
  /// What waits in the ledger after the run, and for whom.
  void take_stock(const KnownFeeds& known, const std::vector<Gathered>& gathered_feeds);

 private:
  RunReport& report_;
  const DeliveryWorld& world_;
  const std::map<AccountId, TextRules>& rules_;
};

/// Told by a dry run alone: a website without descriptions would have it said with each item.
void warn_of_bare_pictures(Gathered& gathered, const DeliveryWorld& world);

}  // namespace crier
