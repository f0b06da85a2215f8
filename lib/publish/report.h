#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compose/rules.h"
#include "plan/fresh.h"
#include "plan/plan.h"
#include "publish/attention.h"
#include "publish/deliver.h"

namespace crier {

struct FeedReport {
  /// not_due: not asked, by its max-age or our own rules. gone: its server said 410, so it is not
  /// asked any more. held: its fuse is blown, nothing of it is posted.
  enum class Status : std::uint8_t { ok, not_modified, seeded, failed, not_due, gone, held };
  FeedId name;
  std::string source;
  Status status = Status::ok;
  std::size_t items = 0;  ///< in the feed
  std::size_t fresh = 0;  ///< of them, new to the ledger
  std::optional<Error> error;
  bool needs_person = false;
  std::string moved_to;
  std::optional<FuseBlown> fuse;   ///< blown in this run
  std::optional<SysTime> next_at;  ///< of a feed that is not due: when it is
  std::vector<Warning> warnings;
  std::vector<Warning> notices;  ///< what is told once, and so with --quiet, too
};

struct Totals {
  std::size_t feeds = 0, not_modified = 0, failed_feeds = 0, items = 0, fresh = 0;
  std::size_t planned = 0;  ///< written down, or shown, as new posts in this run
  std::size_t found = 0;    ///< public already, and taken in
  std::size_t posted = 0, deferred = 0, rejected = 0, uncertain = 0, held = 0;
};

/// What waits for a person's decision about a feed.
struct HeldReport {
  FeedId feed;
  bool by_fuse = false;
  std::size_t posts = 0;
  std::vector<std::string> samples;  ///< title and reason, at most three
  DeliveryId newest;                 ///< of them
  bool was_told = false;             ///< just so, within a day
};

/// A post that waits, and was not tried in this run.
struct WaitingReport {
  FeedId feed;
  AccountId account;
  std::string title;
  std::string why;               ///< what its last try met; empty: not tried yet
  std::optional<SysTime> until;  ///< nothing: the next run takes it
};

struct PostReport {
  Delivered delivered;
  std::string network;
  std::size_t length = 0, limit = 0;  ///< as the network counts
  bool goes_out = false;              ///< of a dry run: the next run would send it
  /// It has failed to go out for hours, or is urgent and has not gone out: a person should look.
  bool overdue = false;
};

/// What an account that pays for its posts has spent, in millionths of a dollar.
struct SpendingReport {
  AccountId account;
  std::size_t posts = 0;    ///< of this run that cost something, or would
  std::int64_t run = 0;     ///< what they cost
  std::size_t waiting = 0;  ///< posts that the month's budget does not reach for
  std::int64_t spent =
      0;  ///< this month, by the ledger: with a real run's own, without a dry one's
  std::optional<std::int64_t> monthly;  ///< the budget; nothing: there is none
  SysTime month_ends{};
};

/// What waits in the ledger and is not among `posts`, the oldest first.
[[nodiscard]] std::vector<WaitingReport> report_waiting(const std::vector<PostReport>& posts,
                                                        const Store& store);

/// What of an account's posts an older ledger did not know, and this run took in: not posted again.
struct TakenIn {
  AccountId account;
  std::size_t posts = 0;
  std::vector<std::string> titles = {};  ///< of the first three
  std::size_t held = 0;                  ///< what may be public, too: for a person
};

/// What a run tells its audience: everything that print needs, and nothing that decides.
struct RunReport {
  bool dry_run = false;
  bool backfill = false;      ///< old items were asked for
  bool new_ledger = false;    ///< there was none before
  bool stopped = false;       ///< a signal ended it early
  std::string clock_problem;  ///< a sentence, if servers say that it is another day; or empty
  std::vector<FeedReport> feeds;
  std::vector<PostReport> posts;
  std::vector<Skip> skipped;
  std::map<AccountId, Error> account_problems;
  /// Of sign-ins that end soon, once for each mark; of feeds that have new names, and are not read.
  std::vector<std::string> reminders;
  std::vector<SpendingReport> spending;  ///< of the accounts that this run's posts are for
  std::vector<TakenIn> taken_in;         ///< of accounts that are newer than the ledger
  std::vector<HeldReport> held;          ///< in the ledger after the run
  std::size_t waiting = 0;               ///< unsettled deliveries in the ledger after the run
  std::vector<WaitingReport> waits;      ///< of them, those that are not among `posts`
  std::size_t in_doubt = 0;  ///< deliveries that only a person can settle: crier resolve
  Totals totals;
  std::vector<Finding> findings;  ///< in the ledger after the run

  /// Nothing was read and nothing done before a signal came.
  [[nodiscard]] bool did_nothing() const;
  /// Something will not mend itself. Of a dry run, what it shows counts, too.
  [[nodiscard]] bool needs_person() const;
};

[[nodiscard]] const char* name_of(FeedReport::Status status);

/// What the ledger is to take in once a run's words have left: that a person was told of refusals,
/// and of what is held. That is told again once a day, and not in every run.
[[nodiscard]] Batch told_by(const RunReport& report, const Store& store, SysTime now);
/// How a pile of held posts is called there.
[[nodiscard]] std::string told_name(const HeldReport& held);

}  // namespace crier
