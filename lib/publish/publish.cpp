#include "publish/publish.h"

#include <algorithm>
#include <set>

#include "compose/measure.h"
#include "core/safe_text.h"
#include "core/url.h"
#include "core/utf8.h"
#include "delivery/life.h"
#include "feed/link_reach.h"
#include "publish/attention.h"
#include "publish/clock_witness.h"
#include "publish/enrich.h"
#include "publish/feed_plan.h"
#include "publish/gather.h"
#include "publish/introduce.h"
#include "publish/known_feeds.h"
#include "publish/planned_words.h"
#include "publish/recall.h"
#include "publish/reminder.h"
#include "publish/spending.h"
#include "publish/stale.h"
#include "publish/turns.h"
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
        turns_(world.config, world.store, world.network, [this] { return trusts_clock(); }),
        writer_(report_, world, rules_),
        words_(world.store, world.clock.now()) {}

  RunReport run() {
    report_.dry_run = options_.dry_run;
    report_.backfill = options_.backfill > 0;
    if (!options_.dry_run) known_.write(world_.store, world_.clock.now());
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
    report_.spending = report_spending(report_, turns_, world_);
    report_.findings = attention({world_.config, world_.store, world_.clock.now(), world_.network,
                                  [this](const Account& account) { return signed_out(account); }});
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
      if (auto why = signed_out(account))
        report_.account_problems.emplace(account.id, *std::move(why));
    }
  }

  [[nodiscard]] std::optional<Error> signed_out(const Account& account) const {
    if (world_.network(account.network)->traits().sign_in == SignIn::none) return std::nullopt;
    const auto known = world_.tokens.load(account.id);
    return known ? std::nullopt : std::optional(known.error());
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
    question.reading = [&] { return world_.store.reading(); };
    question.progress = [&](std::size_t done) { progress_.feeds(done, feeds.size()); };
    gathered_ = gather(question, world_.client, world_.clock, world_.random);
    for (Gathered& gathered : gathered_) {
      if (std::string notice = known_.notice(gathered.feed->id); !notice.empty())
        gathered.notices.push_back({"renamed", std::move(notice)});
      if (std::string notice = note_accounts(gathered.after, *gathered.feed); !notice.empty())
        gathered.notices.push_back({"new-account", std::move(notice)});
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

  /// What is open, in the order in which it is sent. What is held waits for a person, however long
  /// that takes.
  void take_open() {
    open_ = world_.store.open();
    for (Delivery& delivery : open_) delivery.feed = known_.in_config(delivery.feed);
    put_in_order(open_, world_.config);
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
    const std::vector<Delivery> open = world_.store.open();
    const SysTime now = world_.clock.now();
    for (Delivery delivery : open) {
      delivery.feed = known_.in_config(delivery.feed);
      const Verdict verdict = turns_.may_go(delivery, now);
      if (std::holds_alternative<Refuse>(verdict)) {
        refuse(std::move(delivery), open);
      } else if (const auto* wait = std::get_if<Wait>(&verdict);
                 wait != nullptr && wait->gate == Gate::stale) {
        Outcome waits = Deferred{{ErrorKind::invalid, wait->why}, now};
        writer_.add_post({std::move(delivery), std::move(waits), {}});
      }
    }
  }

  void refuse(Delivery delivery, const std::vector<Delivery>& open) {
    Error why = why_stale(delivery, open);
    const SysTime now = world_.clock.now();
    delivery = life::apply(std::move(delivery), life::Refused{why, now});
    if (!options_.dry_run) world_.store.put({.changed = {delivery}}, now);
    writer_.add_post({std::move(delivery), Rejected{std::move(why)}, {}});
  }

  /// Only the accounts that something is about to be written or posted for.
  void meet_accounts() {
    std::set<AccountId> accounts;
    for (const Delivery& delivery : open_) {
      if (!is_wanted(delivery)) continue;
      const Verdict verdict = turns_.may_go(delivery, world_.clock.now());
      const auto* wait = std::get_if<Wait>(&verdict);
      const bool is_due =
          wait == nullptr || (wait->gate != Gate::own_wait && wait->gate != Gate::stale);
      if (is_due && !std::holds_alternative<Refuse>(verdict)) accounts.insert(delivery.account);
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
        question.delivered = [&](const DeliveryId& id) {
          const auto known = world_.store.find(id);
          return known && known->stage != Stage::rejected;
        };
        question.said = [&](const AccountId& id, const std::string& text) {
          return words_.said(id, text);
        };
        question.ids_of = {gathered.after.ids_of};
        question.is_public = [&](const AccountId& id) { return speaks_in_public(id); };
        question.takes_old = [&](const AccountId& id) {
          return options_.accounts.empty() || options_.accounts.contains(id);
        };
        Plan made = make_plan(gathered.fresh, question);
        std::erase_if(made.skipped,
                      [&](const Skip& skip) { return !question.takes_old(skip.account); });
        words_.add(made.deliveries);
        feed_plan.deliveries = std::move(made.deliveries);
        for (const HeldVersion& version : words_.give_up(made.replaced)) {
          feed_plan.replaced.push_back(version.delivery);
          made.skipped.push_back({feed.id, version.account, version.item_id, version.item_title,
                                  "a newer version of it is held in its place"});
        }
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
    world_.store.put(batch_of(plans_, world_.store), world_.clock.now());  // W1
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

  /// What the accounts have announced without this ledger's knowing: none of it goes out.
  [[nodiscard]] std::vector<Delivery> recalled(std::vector<Delivery> queue) {
    Recalled found = recall(queue, {world_, known_, turns_,
                                    [&](const Delivery& delivery) { return is_wanted(delivery); },
                                    !options_.dry_run, options_.may_be_older});
    report_.taken_in = std::move(found.accounts);
    for (auto& [id, post] : found.posts) writer_.add_post(std::move(post));
    std::erase_if(queue, [&](const Delivery& each) { return found.posts.contains(each.id); });
    return wanted(std::move(queue));
  }

  [[nodiscard]] std::vector<Delivery> wanted(std::vector<Delivery> queue) const {
    std::erase_if(queue, [&](const Delivery& delivery) { return !is_wanted(delivery); });
    return queue;
  }

  void send() {
    Enriched enriched = enrich(recalled(open_), turns_, world_, true);
    std::vector<Delivery> due;
    for (Foreseen& foreseen : enriched.foreseen) {
      const auto* wait = std::get_if<Wait>(&foreseen.verdict);
      // Where a post before it is refused, there may be room for one that has to wait.
      const bool may_have_room = wait != nullptr &&
                                 !enriched.unseen.contains(foreseen.delivery.id) &&
                                 (wait->is_of_account || wait->gate == Gate::in_config ||
                                  wait->gate == Gate::budget || wait->gate == Gate::feed_limit);
      if (wait != nullptr && !may_have_room) {
        leave(std::move(foreseen.delivery), *wait);
      } else if (!std::holds_alternative<Refuse>(foreseen.verdict)) {
        due.push_back(std::move(foreseen.delivery));
      }
    }
    if (due.empty()) return;
    const std::size_t count = due.size();
    DeliveryReport made =
        deliver(std::move(due), turns_, world_,
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

  /// Not in this run, for a reason of its own.
  void leave(Delivery delivery, const Wait& wait) {
    const SysTime now = world_.clock.now();
    // It is listed with all that waits, or told when all has been asked.
    if (wait.gate == Gate::own_wait || wait.gate == Gate::stale) return;
    if (wait.gate != Gate::page && wait.gate != Gate::budget) {
      writer_.add_post({std::move(delivery), std::nullopt, wait.why});
      return;
    }
    const Error why{wait.gate == Gate::page ? ErrorKind::unavailable : ErrorKind::throttled,
                    wait.why};
    // Written down once, not in every run. What it waits for may come sooner than anybody knows: so
    // no moment is set.
    if (!delivery.error || delivery.error->message != wait.why) {
      delivery = life::apply(std::move(delivery), life::Waits{why, now});
      world_.store.put({.changed = {delivery}}, now);
    }
    if (wait.gate == Gate::budget) report_.account_problems.emplace(delivery.account, why);
    if (wait.gate == Gate::page) {
      writer_.add_post({std::move(delivery), Deferred{why, now}, {}});
    } else {
      writer_.add_post({std::move(delivery), std::nullopt, wait.why});
    }
  }

  /// What keep_history lets go of. It takes a look at every name, so it is done once a day: in the
  /// run that reads a feed for the first time on that day.
  void forget() {
    const bool is_new_day = std::ranges::any_of(gathered_, [](const Gathered& gathered) {
      return gathered.before.read_on != gathered.after.read_on;
    });
    if (world_.config.keep_history.count() == 0 || !is_new_day || !trusts_clock()) return;
    const SysTime now = world_.clock.now();
    world_.store.put({.forget_before = now - world_.config.keep_history}, now);
  }

  void show() {
    std::vector<Delivery> queue = open_;
    std::set<DeliveryId> is_from_before;
    for (const Delivery& delivery : queue) is_from_before.insert(delivery.id);
    std::vector<Delivery> ended;
    for (FeedPlan& plan : plans_) {
      for (Delivery& delivery : plan.deliveries)
        (delivery.stage == Stage::planned ? queue : ended).push_back(std::move(delivery));
    }
    std::ranges::stable_sort(queue, {}, [](const Delivery& delivery) {
      return delivery.item_date.value_or(delivery.planned_at);
    });
    put_in_order(queue, world_.config);
    for (Foreseen& foreseen : enrich(recalled(std::move(queue)), turns_, world_, false).foreseen) {
      const auto* wait = std::get_if<Wait>(&foreseen.verdict);
      if (std::holds_alternative<Refuse>(foreseen.verdict)) continue;
      if (wait != nullptr && (wait->gate == Gate::own_wait || wait->gate == Gate::stale)) continue;
      std::string note = wait != nullptr ? wait->why : "";
      if (note.empty() && is_from_before.contains(foreseen.delivery.id))
        note = "waits from an earlier run";
      writer_.add_post({std::move(foreseen.delivery), std::nullopt, std::move(note)});
      report_.posts.back().goes_out = wait == nullptr;
    }
    for (Delivery& delivery : wanted(std::move(ended))) {
      Error why = *delivery.error;
      if (delivery.stage == Stage::rejected) {
        writer_.add_post({std::move(delivery), Rejected{std::move(why)}, {}});
      } else {
        writer_.add_post({std::move(delivery), std::nullopt, std::move(why.message)});
      }
    }
  }

  const PublishOptions& options_;
  const Templates& templates_;
  const DeliveryWorld& world_;
  const ClockWitness& witness_;
  Progress& progress_;
  KnownFeeds known_;
  Turns turns_;
  RunReport report_;
  std::map<AccountId, TextRules> rules_;
  ReportWriter writer_;
  std::vector<Gathered> gathered_;
  std::vector<FeedPlan> plans_;
  PlannedWords words_;
  std::vector<Delivery> open_;  ///< unsettled
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
