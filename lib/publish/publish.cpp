#include "publish/publish.h"

#include <algorithm>

#include "compose/measure.h"
#include "network/registry.h"
#include "publish/account_session.h"
#include "publish/gather.h"
#include "publish/introduce.h"

namespace crier {
namespace {

/// How long a post may fail to go out before a person should hear of it.
constexpr std::chrono::hours patience{6};

/// One run's steps, in their order. Each leaves what the next one needs in `report` or in a member.
class Run {
 public:
  Run(const PublishOptions& options, const Templates& templates, const DeliveryWorld& world,
      Progress& progress)
      : options_(options), templates_(templates), world_(world), progress_(progress) {}

  RunReport run() {
    check_sign_ins();
    gather_feeds();
    meet_accounts();
    plan();
    if (options_.dry_run) {
      show();
    } else {
      write_plan();
      send();
      report_.waiting = world_.store.count_open();
    }
    report_.stopped = is_set(world_.stop);
    return std::move(report_);
  }

 private:
  /// Said in every run, not only when something is to be posted: by then it would be late.
  void check_sign_ins() {
    for (const Account& account : world_.config.accounts) {
      if (!options_.accounts.empty() && !options_.accounts.contains(account.id)) continue;
      if (find_network(account.network)->traits().sign_in == SignIn::none) continue;
      AccountSession session(account, world_.tokens, world_.authorizer, world_.clock,
                             world_.random);
      if (const auto known = session.credentials(); !known) {
        report_.account_problems.emplace(account.id, known.error());
      }
    }
  }

  void gather_feeds() {
    report_.dry_run = options_.dry_run;
    report_.backfill = options_.backfill > 0;
    std::vector<const FeedConfig*> feeds;
    for (const FeedConfig& feed : world_.config.feeds) {
      if (options_.feeds.empty() || options_.feeds.contains(feed.id)) feeds.push_back(&feed);
    }
    std::map<FeedId, FeedState> states;
    for (FeedState& state : world_.store.feeds()) states.emplace(state.id, std::move(state));
    GatherQuestion question{world_.config,    feeds, states, options_.backfill,
                            options_.explain, {},    {},     world_.stop};
    question.known = [&](const FeedId& feed, std::string_view name) {
      return world_.store.knows(feed, name);
    };
    question.progress = [&](std::size_t done) { progress_.feeds(done, feeds.size()); };
    gathered_ = gather(question, world_.client, world_.clock);
    for (const Gathered& gathered : gathered_) report_feed(gathered);
  }

  void report_feed(const Gathered& gathered) {
    FeedReport feed;
    feed.name = gathered.feed->id;
    feed.source = gathered.feed->url;
    feed.items = gathered.fresh.total;
    feed.fresh = gathered.fresh.unknown;
    feed.error = gathered.error;
    feed.needs_person = gathered.needs_person;
    feed.moved_to = gathered.moved_to;
    feed.warnings = gathered.warnings;
    if (gathered.error) {
      feed.status = FeedReport::Status::failed;
    } else if (gathered.not_modified) {
      feed.status = FeedReport::Status::not_modified;
    } else if (gathered.fresh.seeded) {
      feed.status = FeedReport::Status::seeded;
    }
    Totals& totals = report_.totals;
    ++totals.feeds;
    totals.items += feed.items;
    totals.fresh += feed.fresh;
    if (feed.status == FeedReport::Status::not_modified) ++totals.not_modified;
    if (feed.status == FeedReport::Status::failed) ++totals.failed_feeds;
    report_.feeds.push_back(std::move(feed));
  }

  [[nodiscard]] bool is_wanted(const Delivery& delivery) const {
    return (options_.feeds.empty() || options_.feeds.contains(delivery.feed)) &&
           (options_.accounts.empty() || options_.accounts.contains(delivery.account));
  }

  /// Only the accounts that something is about to be written or posted for.
  void meet_accounts() {
    open_ = world_.store.due(world_.clock.now());
    std::set<AccountId> accounts;
    for (const Delivery& delivery : open_) {
      if (is_wanted(delivery)) accounts.insert(delivery.account);
    }
    for (const Gathered& gathered : gathered_) {
      if (!gathered.fresh.items.empty())
        accounts.insert(gathered.feed->accounts.begin(), gathered.feed->accounts.end());
    }
    if (accounts.empty()) return;
    for (const auto& [id, facts] : introduce(accounts, world_, !options_.dry_run)) {
      const Account* account = world_.config.account(id);
      rules_[id] = find_network(account->network)->rules(*account, facts);
    }
  }

  void plan() {
    for (Gathered& gathered : gathered_) {
      FeedPlan feed_plan{gathered.after, std::move(gathered.fresh.names), {}};
      if (!gathered.fresh.items.empty() || !gathered.fresh.passed_over.empty()) {
        const FeedConfig& feed = *gathered.feed;
        PlanQuestion question{feed,   templates_.at(feed.id), gathered.language,
                              rules_, world_.config,          world_.clock.now(),
                              {}};
        question.delivered = [&](const DeliveryId& id) { return world_.store.has_delivery(id); };
        question.takes_old = [&](const AccountId& id) {
          return options_.accounts.empty() || options_.accounts.contains(id);
        };
        Plan made = make_plan(gathered.fresh, question);
        std::erase_if(made.skipped,
                      [&](const Skip& skip) { return !question.takes_old(skip.account); });
        feed_plan.deliveries = std::move(made.deliveries);
        report_.skipped.insert(report_.skipped.end(), std::make_move_iterator(made.skipped.begin()),
                               std::make_move_iterator(made.skipped.end()));
      }
      report_.totals.planned += feed_plan.deliveries.size();
      if (gathered.before != gathered.after || !feed_plan.names.empty() ||
          !feed_plan.deliveries.empty()) {
        plans_.push_back(std::move(feed_plan));
      }
    }
  }

  void write_plan() {
    world_.store.commit_plan(plans_, world_.clock.now());  // W1
    for (const FeedPlan& plan : plans_) {
      for (const Delivery& delivery : plan.deliveries) {
        if (delivery.stage == Stage::rejected) {
          add_post({delivery, Outcome{Rejected{*delivery.error}}, {}});
        }
      }
    }
    if (!plans_.empty()) open_ = world_.store.due(world_.clock.now());
  }

  void send() {
    std::vector<Delivery> due;
    for (Delivery& delivery : open_) {
      if (is_wanted(delivery)) due.push_back(std::move(delivery));
    }
    if (due.empty()) return;
    const std::size_t count = due.size();
    DeliveryReport made =
        deliver(std::move(due), world_, [&](std::size_t done) { progress_.posts(done, count); });
    for (Delivered& delivered : made.deliveries) add_post(std::move(delivered));
    for (auto& [account, problem] : made.account_problems) {
      report_.account_problems.insert_or_assign(account, std::move(problem));
    }
  }

  void show() {
    for (Delivery& delivery : open_) {
      if (is_wanted(delivery))
        add_post({std::move(delivery), std::nullopt, "waits from an earlier run"});
    }
    for (FeedPlan& plan : plans_) {
      for (Delivery& delivery : plan.deliveries) {
        if (!is_wanted(delivery)) continue;
        std::optional<Outcome> outcome;
        if (delivery.stage == Stage::rejected) outcome = Rejected{*delivery.error};
        add_post({std::move(delivery), std::move(outcome), {}});
      }
    }
  }

  void add_post(Delivered delivered) {
    PostReport post;
    const Account* account = world_.config.account(delivered.delivery.account);
    if (account == nullptr) {
      const std::string& name = delivered.delivery.account.value;
      report_.account_problems.emplace(
          delivered.delivery.account,
          Error{ErrorKind::invalid, fmt::format("posts wait for it, and feeds.toml has no "
                                                "[accounts.{}] any more: put it back, with "
                                                "network = \"outbox\" if they are to go nowhere",
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
                   world_.clock.now() - delivered.delivery.planned_at >= patience;
    Totals& totals = report_.totals;
    if (delivered.outcome) {
      std::visit(Overloaded{[&](const Receipt&) { ++totals.posted; },
                            [&](const Rejected&) { ++totals.rejected; },
                            [&](const Deferred&) { ++totals.deferred; },
                            [&](const Uncertain&) { ++totals.uncertain; }},
                 *delivered.outcome);
    } else if (!options_.dry_run) {
      ++totals.deferred;
    }
    post.delivered = std::move(delivered);
    report_.posts.push_back(std::move(post));
  }

  const PublishOptions& options_;
  const Templates& templates_;
  const DeliveryWorld& world_;
  Progress& progress_;
  RunReport report_;
  std::vector<Gathered> gathered_;
  std::vector<FeedPlan> plans_;
  std::vector<Delivery> open_;  ///< unsettled and due
  std::map<AccountId, TextRules> rules_;
};

}  // namespace

RunReport publish(const PublishOptions& options, const Templates& templates,
                  const DeliveryWorld& world, Progress& progress) {
  return Run(options, templates, world, progress).run();
}

}  // namespace crier
