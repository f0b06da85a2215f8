#include "publish/publish.h"

#include <algorithm>
#include <set>

#include "compose/measure.h"
#include "core/safe_text.h"
#include "core/url.h"
#include "core/utf8.h"
#include "feed/link_reach.h"
#include "plan/pace.h"
#include "publish/clock_witness.h"
#include "publish/enrich.h"
#include "publish/gather.h"
#include "publish/introduce.h"
#include "publish/known_feeds.h"
#include "publish/limits.h"
#include "publish/reminder.h"
#include "publish/spending.h"
#include "publish/stale.h"

namespace crier {
namespace {

/// Of an item's name in a sample: a ledger of an earlier version may hold megabytes.
constexpr std::size_t most_quoted = 200;

/// How long a post may fail to go out before a person should hear of it.
constexpr std::chrono::hours patience{6};

/// One run's steps, in their order. Each leaves what the next one needs in `report` or in a member.
class Run {
 public:
  Run(const PublishOptions& options, const Templates& templates, const DeliveryWorld& world,
      const ClockWitness& witness, Progress& progress)
      : options_(options),
        templates_(templates),
        world_(world),
        witness_(witness),
        progress_(progress),
        known_(world.config, world.store) {}

  RunReport run() {
    if (!options_.dry_run) known_.write(world_.store);
    check_sign_ins();
    report_.reminders = remind(options_, world_);
    gather_feeds();
    take_open();
    meet_accounts();
    plan();
    if (options_.dry_run) {
      show();
    } else {
      write_plan();
      send();
      forget();
    }
    refuse_the_stale();
    take_stock();
    report_.spending = report_spending(report_, world_);
    report_.stopped = is_set(world_.stop);
    if (!world_.config.is_rehearsal) report_.clock_problem = witness_.contradiction();
    return std::move(report_);
  }

 private:
  /// Said in every run, not only when something is to be posted: by then it would be late.
  void check_sign_ins() {
    std::set<AccountId> in_use;
    for (const FeedConfig& feed : world_.config.feeds) {
      in_use.insert(feed.accounts.begin(), feed.accounts.end());
    }
    for (const Account& account : world_.config.accounts) {
      if (!in_use.contains(account.id)) continue;
      if (!options_.accounts.empty() && !options_.accounts.contains(account.id)) continue;
      if (world_.network(account.network)->traits().sign_in == SignIn::none) continue;
      if (const auto known = world_.tokens.load(account.id); !known) {
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
    GatherQuestion question{world_.config,
                            feeds,
                            known_.states,
                            options_.backfill,
                            options_.explain,
                            options_.ask_all,
                            {},
                            {},
                            world_.stop};
    question.seen_on = [&](const FeedId& feed, std::string_view name) {
      return world_.store.seen_on(known_.in_ledger(feed), name);
    };
    question.held = [&](const FeedId& feed) {
      constexpr std::size_t most = 10'000;
      return world_.store.history({known_.in_ledger(feed), {}, Stage::held, {}, {}, most});
    };
    question.progress = [&](std::size_t done) { progress_.feeds(done, feeds.size()); };
    gathered_ = gather(question, world_.client, world_.clock, world_.random);
    for (Gathered& gathered : gathered_) {
      if (std::string notice = known_.notice(gathered.feed->id); !notice.empty())
        gathered.notices.push_back({"renamed", std::move(notice)});
      if (options_.explain) notice_bare_pictures(gathered);
    }
    for (const Gathered& gathered : gathered_) report_feed(gathered);
  }

  /// Told by a dry run alone: a website without descriptions would have it said with each item.
  void notice_bare_pictures(Gathered& gathered) const {
    const FeedConfig& feed = *gathered.feed;
    const bool would_go = std::ranges::any_of(feed.accounts, [&](const AccountId& id) {
      const Account* account = world_.config.account(id);
      const Network* network = account != nullptr ? world_.network(account->network) : nullptr;
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

  void report_feed(const Gathered& gathered) {
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

  [[nodiscard]] bool is_wanted(const Delivery& delivery) const {
    return (options_.feeds.empty() || options_.feeds.contains(delivery.feed)) &&
           (options_.accounts.empty() || options_.accounts.contains(delivery.account));
  }

  /// What is open and due. What has waited for too long is refused, aloud; what was asked to wait
  /// longer is left alone. What is held waits for a person, however long that takes.
  void take_open() {
    const SysTime now = world_.clock.now();
    open_.clear();
    for (Delivery& delivery : world_.store.open()) {
      delivery.feed = known_.in_config(delivery.feed);
      if (is_stale(delivery)) {
        stale_.insert_or_assign(delivery.id, std::move(delivery));
        continue;
      }
      if (!must_wait(delivery.not_before, now)) open_.push_back(std::move(delivery));
    }
  }

  [[nodiscard]] bool is_stale(const Delivery& delivery) const {
    const FeedConfig* feed = world_.config.feed(delivery.feed);
    const std::chrono::seconds limit =
        feed != nullptr ? feed->stale_after : FeedConfig{}.stale_after;
    return crier::is_stale(delivery, limit, world_.clock.now());
  }

  /// Whether what cannot be taken back may be done on the clock's word. Where no server is ever
  /// asked, nobody could confirm it.
  [[nodiscard]] bool trusts_clock() const {
    const Config& config = world_.config;
    return witness_.confirms() || config.is_rehearsal ||
           (std::ranges::all_of(config.feeds, &FeedConfig::is_path) &&
            std::ranges::all_of(config.accounts, [&](const Account& account) {
              const Network* network = world_.network(account.network);
              return network == nullptr || network->traits().sign_in == SignIn::none;
            }));
  }

  /// Done when all has been asked that is asked in this run: any answer may confirm the clock.
  void refuse_the_stale() {
    if (stale_.empty()) return;
    const std::vector<Delivery> open = world_.store.open();
    for (auto& [id, delivery] : stale_) {
      if (trusts_clock()) {
        refuse(std::move(delivery), open);
        continue;
      }
      const Error why{ErrorKind::invalid,
                      "it has waited for longer than stale_after, by a clock that no server has "
                      "confirmed in this run: it is neither posted nor refused until one does"};
      add_post({std::move(delivery), Outcome{Deferred{why, world_.clock.now()}}, {}});
    }
  }

  void refuse(Delivery delivery, const std::vector<Delivery>& open) {
    Error why = why_stale(delivery, open);
    const Outcome outcome = Rejected{why};
    if (!options_.dry_run) world_.store.settle(delivery.id, outcome, world_.clock.now());
    delivery.stage = Stage::rejected;
    delivery.error = std::move(why);
    add_post({std::move(delivery), outcome, {}});
  }

  /// Only the accounts that something is about to be written or posted for.
  void meet_accounts() {
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
      rules_[id] = world_.network(account->network)->rules(*account, facts);
    }
  }

  void plan() {
    for (Gathered& gathered : gathered_) {
      FeedPlan feed_plan{gathered.after, std::move(gathered.fresh.names), {}, {}};
      feed_plan.names.insert(feed_plan.names.end(), gathered.noted.begin(), gathered.noted.end());
      if (!gathered.fresh.items.empty() || !gathered.fresh.passed_over.empty()) {
        const FeedConfig& feed = *gathered.feed;
        PlanQuestion question{feed,   templates_.at(feed.id), gathered.language,
                              rules_, world_.config,          world_.clock.now(),
                              {}};
        question.delivered = [&](const DeliveryId& id) { return world_.store.has_delivery(id); };
        question.said = [&](const AccountId& id, const std::string& text) {
          // Another feed may bring the same story in the same run.
          const auto planned = planned_words_.find({id, to_nfc(text)});
          return planned == planned_words_.end() ? world_.store.said(id, text)
                                                 : SameWords{planned->second, question.now};
        };
        question.ids_of = {gathered.after.ids_of};
        question.is_public = [&](const AccountId& id) { return speaks_in_public(id); };
        question.takes_old = [&](const AccountId& id) {
          return options_.accounts.empty() || options_.accounts.contains(id);
        };
        Plan made = make_plan(gathered.fresh, question);
        std::erase_if(made.skipped,
                      [&](const Skip& skip) { return !question.takes_old(skip.account); });
        for (const Delivery& delivery : made.deliveries) {
          if (delivery.stage == Stage::rejected) continue;
          planned_words_[{delivery.account, to_nfc(delivery.post.text)}] = delivery.stage;
        }
        feed_plan.deliveries = std::move(made.deliveries);
        feed_plan.replaced = std::move(made.replaced);
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

  /// A server of an inner network may be read by those who can open inner links.
  [[nodiscard]] bool speaks_in_public(const AccountId& id) const {
    const Account* account = world_.config.account(id);
    const SignIn sign_in = world_.network(account->network)->traits().sign_in;
    return sign_in != SignIn::none && sign_in != SignIn::webhook &&
           why_out_of_reach(account->server).empty();
  }

  void write_plan() {
    world_.store.commit_plan(plans_, world_.clock.now());  // W1
    for (const FeedPlan& plan : plans_) {
      for (const Delivery& delivery : plan.deliveries) {
        if (delivery.stage == Stage::rejected) {
          add_post({delivery, Outcome{Rejected{*delivery.error}}, {}});
        } else if (delivery.stage == Stage::held) {
          add_post({delivery, std::nullopt, delivery.error->message});
        }
      }
    }
    if (!plans_.empty()) take_open();
  }

  void send() {
    std::vector<Delivery> due;
    RunLimits limits(world_.config, world_.store, world_.clock.now(), world_.network);
    for (Delivery& delivery : open_) {
      if (!is_wanted(delivery)) continue;
      if (std::string why = limits.by_feed(delivery); !why.empty()) {
        add_post({std::move(delivery), std::nullopt, std::move(why)});
        continue;
      }
      due.push_back(std::move(delivery));
    }
    if (due.empty()) return;
    Enriched enriched = enrich(
        std::move(due), world_,
        [&](const Delivery& delivery) { return limits.by_account(delivery); }, false);
    for (Delivered& held : enriched.held) add_post(std::move(held));
    const std::size_t count = enriched.due.size();
    DeliveryReport made =
        deliver(std::move(enriched.due), world_,
                [&](const DeliveryProgress& progress) { progress_.posts(progress, count); });
    for (Delivered& delivered : made.deliveries) {
      if (const auto warning = enriched.warnings.find(delivered.delivery.id);
          warning != enriched.warnings.end()) {
        delivered.warnings.push_back(warning->second);
      }
      add_post(std::move(delivered));
    }
    for (auto& [account, problem] : made.account_problems) {
      report_.account_problems.insert_or_assign(account, std::move(problem));
    }
  }

  /// What keep_history lets go of. It takes a look at every name, so it is done once a day: in the
  /// run that reads a feed for the first time on that day.
  void forget() {
    const bool is_new_day = std::ranges::any_of(gathered_, [](const Gathered& gathered) {
      return gathered.before.read_on != gathered.after.read_on;
    });
    if (world_.config.keep_history.count() == 0 || !is_new_day || !trusts_clock()) return;
    world_.store.prune(world_.clock.now() - world_.config.keep_history);
  }

  /// What waits in the ledger, and for whom.
  void take_stock() {
    std::map<FeedId, HeldReport> held;
    for (const Tally& tally : world_.store.tally()) {
      if (tally.stage == Stage::uncertain) {
        report_.in_doubt += tally.count;
      } else if (tally.stage == Stage::held) {
        held[known_.in_config(tally.feed)].posts += tally.count;
      } else {
        report_.waiting += tally.count;
      }
    }
    if (report_.waiting > 0) report_.waits = report_waiting(report_.posts, world_.store);
    for (auto& [feed, entry] : held) {
      entry.feed = feed;
      for (const Delivery& delivery :
           world_.store.history({known_.in_ledger(feed), {}, Stage::held, {}, {}, 3})) {
        entry.samples.push_back(fmt::format(
            "{} ({})",
            beginning_of(delivery.item_title.empty() ? delivery.item_id : delivery.item_title,
                         most_quoted),
            delivery.error ? delivery.error->message : std::string()));
      }
      report_.held.push_back(std::move(entry));
    }
    for (const Gathered& gathered : gathered_) {
      if (!gathered.after.fuse_at) continue;
      const auto found = std::ranges::find(report_.held, gathered.feed->id, &HeldReport::feed);
      if (found != report_.held.end()) found->by_fuse = true;
    }
  }

  /// Why posts would be held that miss their page, where their feeds require it.
  [[nodiscard]] std::map<DeliveryId, std::string> missing_pages() const {
    std::vector<Delivery> candidates = open_;
    for (const FeedPlan& plan : plans_) {
      std::ranges::copy_if(plan.deliveries, std::back_inserter(candidates),
                           [](const Delivery& d) { return d.stage == Stage::planned; });
    }
    std::erase_if(candidates, [&](const Delivery& d) { return !is_wanted(d); });
    std::map<DeliveryId, std::string> missing;
    Enriched looked = enrich(
        std::move(candidates), world_, [](const Delivery&) { return std::string(); }, true);
    for (Delivered& held : looked.held) missing[held.delivery.id] = std::move(held.why_not);
    return missing;
  }

  void show() {
    RunLimits limits(world_.config, world_.store, world_.clock.now(), world_.network);
    const std::map<DeliveryId, std::string> missing = missing_pages();
    const auto show_one = [&](Delivery delivery, std::string note) {
      if (!is_wanted(delivery)) return;
      std::optional<Outcome> outcome;
      bool goes_out = false;
      if (delivery.stage == Stage::rejected) {
        outcome = Rejected{*delivery.error};
      } else if (delivery.stage == Stage::held) {
        note = delivery.error->message;
      } else {
        const auto page = missing.find(delivery.id);
        std::string why = page != missing.end() ? page->second : limits.by_feed(delivery);
        if (why.empty()) why = limits.by_account(delivery);
        goes_out = why.empty();
        if (!goes_out) note = std::move(why);
      }
      add_post({std::move(delivery), std::move(outcome), std::move(note)});
      report_.posts.back().goes_out = goes_out;
    };
    for (Delivery& delivery : open_) show_one(std::move(delivery), "waits from an earlier run");
    for (FeedPlan& plan : plans_) {
      for (Delivery& delivery : plan.deliveries) show_one(std::move(delivery), {});
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
    } else if (delivered.delivery.stage == Stage::held) {
      ++totals.held;
    } else if (!options_.dry_run) {
      ++totals.deferred;
    }
    post.delivered = std::move(delivered);
    report_.posts.push_back(std::move(post));
  }

  const PublishOptions& options_;
  const Templates& templates_;
  const DeliveryWorld& world_;
  const ClockWitness& witness_;
  Progress& progress_;
  KnownFeeds known_;
  RunReport report_;
  std::vector<Gathered> gathered_;
  std::vector<FeedPlan> plans_;
  /// What this run has planned, over all feeds: account, text.
  std::map<std::pair<AccountId, std::string>, Stage> planned_words_;
  std::vector<Delivery> open_;  ///< unsettled and due
  std::map<DeliveryId, Delivery> stale_;
  std::map<AccountId, TextRules> rules_;
};

}  // namespace

RunReport publish(const PublishOptions& options, const Templates& templates,
                  const DeliveryWorld& world, Progress& progress) {
  ClockWitness witness(world.client, world.clock);
  const DeliveryWorld heard{world.config, world.store,  witness,    world.tokens,  world.authorizer,
                            world.clock,  world.random, world.stop, world.network, world.images};
  return Run(options, templates, heard, witness, progress).run();
}

}  // namespace crier
