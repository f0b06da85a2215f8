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
#include "publish/write_report.h"

namespace crier {
namespace {

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
        known_(world.config, world.store),
        writer_(report_, world, rules_) {}

  RunReport run() {
    report_.dry_run = options_.dry_run;
    report_.backfill = options_.backfill > 0;
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
    writer_.take_stock(known_, gathered_);
    report_.spending = report_spending(report_, world_);
    report_.stopped = is_set(world_.stop);
    if (!world_.config.is_rehearsal) report_.clock_problem = witness_.contradiction();
    return std::move(report_);
  }

 private:
  using AccountWords = std::pair<AccountId, std::string>;

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
      if (options_.explain) warn_of_bare_pictures(gathered, world_);
    }
    for (const Gathered& gathered : gathered_) writer_.add_feed(gathered);
    // Of the others, too: their new names are written down in this run, and told in no later one.
    for (const FeedRename& rename : known_.renames) {
      if (std::ranges::find(gathered_, rename.to, [](const Gathered& g) { return g.feed->id; }) ==
          gathered_.end()) {
        report_.reminders.push_back(
            fmt::format("feed {}: {}", rename.to.value, known_.notice(rename.to)));
      }
    }
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
      if (is_stale(delivery, world_.config, now)) {
        stale_.insert_or_assign(delivery.id, std::move(delivery));
        continue;
      }
      if (!must_wait(delivery.not_before, now)) open_.push_back(std::move(delivery));
    }
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
      Outcome waits = Deferred{why_undecided(delivery), world_.clock.now()};
      writer_.add_post({std::move(delivery), std::move(waits), {}});
    }
  }

  void refuse(Delivery delivery, const std::vector<Delivery>& open) {
    Error why = why_stale(delivery, open);
    const Outcome outcome = Rejected{why};
    if (!options_.dry_run) world_.store.settle(delivery.id, outcome, world_.clock.now());
    delivery.stage = Stage::rejected;
    delivery.error = std::move(why);
    writer_.add_post({std::move(delivery), outcome, {}});
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
          return said(id, text);
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
        feed_plan.replaced = give_up(made.replaced, feed.id);
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

  /// What the account has said, or is to say, in the same words: another feed may bring the same
  /// story in the same run.
  std::optional<SameWords> said(const AccountId& id, const std::string& text) {
    const AccountWords words{id, to_nfc(text)};
    if (const auto planned = planned_words_.find(words); planned != planned_words_.end())
      return SameWords{planned->second, world_.clock.now()};
    auto known = world_.store.said(id, text);
    if (known && known->stage == Stage::held) {
      if (given_up_.contains(words)) return std::nullopt;
      leaned_on_.insert(words);
    }
    return known;
  }

  /// Held posts give way to newer versions; not those for whose sake another post was left out.
  std::vector<DeliveryId> give_up(const std::vector<HeldVersion>& versions, const FeedId& feed) {
    std::vector<DeliveryId> replaced;
    for (const HeldVersion& version : versions) {
      const AccountWords words{version.account, to_nfc(version.text)};
      if (leaned_on_.contains(words)) continue;
      given_up_.insert(words);
      replaced.push_back(version.delivery);
      report_.skipped.push_back({feed, version.account, version.item_id, version.item_title,
                                 "a newer version of it is held in its place"});
    }
    return replaced;
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
          writer_.add_post({delivery, Outcome{Rejected{*delivery.error}}, {}});
        } else if (delivery.stage == Stage::held) {
          writer_.add_post({delivery, std::nullopt, delivery.error->message});
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
        writer_.add_post({std::move(delivery), std::nullopt, std::move(why)});
        continue;
      }
      due.push_back(std::move(delivery));
    }
    if (due.empty()) return;
    Enriched enriched = enrich(
        std::move(due), world_,
        [&](const Delivery& delivery) { return limits.by_account(delivery); }, false);
    for (Delivered& held : enriched.held) writer_.add_post(std::move(held));
    const std::size_t count = enriched.due.size();
    DeliveryReport made =
        deliver(std::move(enriched.due), world_,
                [&](const DeliveryProgress& progress) { progress_.posts(progress, count); });
    for (Delivered& delivered : made.deliveries) {
      if (const auto warning = enriched.warnings.find(delivered.delivery.id);
          warning != enriched.warnings.end()) {
        delivered.warnings.push_back(warning->second);
      }
      writer_.add_post(std::move(delivered));
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
      writer_.add_post({std::move(delivery), std::move(outcome), std::move(note)});
      report_.posts.back().goes_out = goes_out;
    };
    for (Delivery& delivery : open_) show_one(std::move(delivery), "waits from an earlier run");
    for (FeedPlan& plan : plans_) {
      for (Delivery& delivery : plan.deliveries) show_one(std::move(delivery), {});
    }
  }

  const PublishOptions& options_;
  const Templates& templates_;
  const DeliveryWorld& world_;
  const ClockWitness& witness_;
  Progress& progress_;
  KnownFeeds known_;
  RunReport report_;
  std::map<AccountId, TextRules> rules_;
  ReportWriter writer_;
  std::vector<Gathered> gathered_;
  std::vector<FeedPlan> plans_;
  /// What this run has planned, over all feeds.
  std::map<AccountWords, Stage> planned_words_;
  std::set<AccountWords> given_up_;   ///< of held posts that newer versions take the place of
  std::set<AccountWords> leaned_on_;  ///< of held posts for whose sake others were left out
  std::vector<Delivery> open_;        ///< unsettled and due
  std::map<DeliveryId, Delivery> stale_;
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
