#include "publish/write_report.h"

#include <algorithm>

#include "compose/measure.h"
#include "core/safe_text.h"
#include "core/url.h"
#include "core/utf8.h"

namespace crier {
namespace {

/// Of an item's name in a sample: a ledger of an earlier version may hold megabytes.
constexpr std::size_t most_quoted = 200;

}  // namespace

void ReportWriter::add_feed(const Gathered& gathered) {
  FeedReport feed;
  feed.name = gathered.feed->id;
  feed.source = loggable(gathered.feed->url);
  feed.items = gathered.fresh.total;
  feed.fresh = gathered.fresh.unknown;
  feed.error = gathered.error;
  feed.needs_person = gathered.needs_person;
  feed.moved_to = loggable(gathered.moved_to);
  feed.fuse = gathered.fresh.fuse;
  if (gathered.not_due) feed.next_at = gathered.after.next_at;
  feed.warnings = gathered.warnings;
  feed.notices = gathered.notices;
  if (gathered.gone) {
    feed.status = FeedReport::Status::gone;
  } else if (gathered.not_due) {
    feed.status = FeedReport::Status::not_due;
  } else if (gathered.error) {
    feed.status = FeedReport::Status::failed;
  } else if (gathered.not_modified) {
    feed.status = FeedReport::Status::not_modified;
  } else if (gathered.fresh.seeded) {
    feed.status = FeedReport::Status::seeded;
  } else if (gathered.after.fuse_at) {
    feed.status = FeedReport::Status::held;
  }
  // Told like an error, though the feed is well as far as anybody can see.
  if (!feed.error && !gathered.concern.empty())
    feed.error = Error{ErrorKind::unavailable, gathered.concern};
  Totals& totals = report_.totals;
  ++totals.feeds;
  totals.items += feed.items;
  totals.fresh += feed.fresh;
  if (feed.status == FeedReport::Status::not_modified) ++totals.not_modified;
  if (feed.status == FeedReport::Status::failed) ++totals.failed_feeds;
  report_.feeds.push_back(std::move(feed));
}

void ReportWriter::take_stock(const KnownFeeds& known,
                              const std::vector<Gathered>& gathered_feeds) {
  std::map<FeedId, HeldReport> held;
  for (const Tally& tally : world_.store.tally()) {
    if (tally.stage == Stage::uncertain) {
      report_.in_doubt += tally.count;
    } else if (tally.stage == Stage::held) {
      held[known.in_config(tally.feed)].posts += tally.count;
    } else {
      report_.waiting += tally.count;
    }
  }
  if (report_.waiting > 0) report_.waits = report_waiting(report_.posts, world_.store);
  for (auto& [feed, entry] : held) {
    entry.feed = feed;
    for (const Delivery& delivery :
         world_.store.history({known.in_ledger(feed), {}, Stage::held, {}, {}, 3})) {
      if (entry.samples.empty()) entry.newest = delivery.id;
      entry.samples.push_back(fmt::format(
          "{} ({})",
          beginning_of(delivery.item_title.empty() ? delivery.item_id : delivery.item_title,
                       most_quoted),
          delivery.error ? delivery.error->message : std::string()));
    }
    report_.held.push_back(std::move(entry));
  }
  const std::map<std::string, SysTime> told = world_.store.told();
  for (HeldReport& entry : report_.held) {
    const auto found = told.find(told_name(entry));
    entry.was_told = found != told.end() &&
                     std::chrono::abs(world_.clock.now() - found->second) < std::chrono::hours{24};
  }
  for (const Gathered& gathered : gathered_feeds) {
    if (!gathered.after.fuse_at) continue;
    const auto found = std::ranges::find(report_.held, gathered.feed->id, &HeldReport::feed);
    if (found != report_.held.end()) found->by_fuse = true;
  }
}

void ReportWriter::add_post(Delivered delivered) {
  PostReport post;
  const Account* account = world_.config.account(delivered.delivery.account);
  if (account == nullptr) {
    const std::string& name = delivered.delivery.account.value;
    report_.account_problems.emplace(
        delivered.delivery.account,
        Error{ErrorKind::invalid, fmt::format("posts wait for it, and feeds.toml has no "
                                              "[accounts.{0}] any more: put it back, or leave "
                                              "each out: crier history --account {0} has their "
                                              "numbers, for crier resolve NUMBER --not-posted",
                                              name)});
  } else {
    post.network = account->network;
    const auto rules = rules_.find(account->id);
    if (rules != rules_.end()) {
      post.length = measure(delivered.delivery.post.text, rules->second);
      post.limit = rules->second.limit;
    }
  }
  const auto* deferred = delivered.outcome ? std::get_if<Deferred>(&*delivered.outcome) : nullptr;
  post.overdue = deferred != nullptr && deferred->why.kind != ErrorKind::throttled &&
                 world_.clock.now() - delivered.delivery.planned_at >= post_patience;
  const FeedConfig* feed = world_.config.feed(delivered.delivery.feed);
  const bool is_out = delivered.outcome && std::holds_alternative<Receipt>(*delivered.outcome);
  if (feed != nullptr && feed->urgent && !is_out && !report_.dry_run) post.overdue = true;
  Totals& totals = report_.totals;
  if (delivered.outcome) {
    std::visit(
        Overloaded{[&](const Receipt&) { ++(delivered.was_there ? totals.found : totals.posted); },
                   [&](const Rejected&) { ++totals.rejected; },
                   [&](const Deferred&) { ++totals.deferred; },
                   [&](const Uncertain&) { ++totals.uncertain; }},
        *delivered.outcome);
  } else if (delivered.delivery.stage == Stage::held) {
    ++totals.held;
  } else if (!report_.dry_run) {
    ++totals.deferred;
  }
  post.delivered = std::move(delivered);
  report_.posts.push_back(std::move(post));
}

void warn_of_bare_pictures(Gathered& gathered, const DeliveryWorld& world) {
  const FeedConfig& feed = *gathered.feed;
  const bool would_go = std::ranges::any_of(feed.accounts, [&](const AccountId& id) {
    const Account* account = world.config.account(id);
    const Network* network = account != nullptr ? world.network(account->network) : nullptr;
    return network != nullptr && network->traits().most_images > 0;
  });
  if (feed.images != AttachImages::described || !would_go) return;
  std::size_t bare = 0;
  for (const FreshItem& fresh : gathered.fresh.items) {
    bare += static_cast<std::size_t>(std::ranges::count_if(
        fresh.item.images, [](const Image& image) { return trimmed(image.alt).empty(); }));
  }
  if (bare == 0) return;
  gathered.warnings.push_back(
      {"no-description",
       fmt::format("{} left out, because people who cannot see would get nothing of {}: describe "
                   "{} on the website, or set images = \"all\" for this feed",
                   bare == 1 ? "a picture without a description is"
                             : fmt::format("{} pictures without a description are", bare),
                   bare == 1 ? "it" : "them", bare == 1 ? "it" : "them")});
}

}  // namespace crier
