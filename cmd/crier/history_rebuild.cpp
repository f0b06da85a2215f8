#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "core/utf8.h"
#include "crier/auth_parts.h"
#include "crier/exit_code.h"
#include "crier/history.h"
#include "crier/json_line.h"
#include "crier/ledger_use.h"
#include "crier/names.h"
#include "crier/reader.h"
#include "publish/decision.h"
#include "publish/known_feeds.h"
#include "publish/rebuild.h"

namespace crier {
namespace {

std::string counted(std::size_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

void print_feed(const RebuiltFeed& feed, const std::string& account) {
  const std::string& name = feed.id.value;
  if (feed.error) {
    fmt::print("  {}: could not be read, so nothing about it is known\n", name);
    return;
  }
  if (feed.found == 0) {
    fmt::print(
        "  {}: {} among them; the feed is left as it is\n", name,
        feed.items == 1 ? "its item is not" : fmt::format("none of its {} items is", feed.items));
    return;
  }
  fmt::print("  {}: {} found, {} new to the ledger", name, counted(feed.found, "post", "posts"),
             feed.recorded);
  if (feed.history > 0)
    fmt::print("; {} taken as history", counted(feed.history, "older item", "older items"));
  if (feed.news > 0) {
    fmt::print("; {}: the next run announces {}", counted(feed.news, "newer item", "newer items"),
               feed.news == 1 ? "it" : "them");
  }
  if (feed.planned > 0) {
    fmt::print("; {} planned, because one of the feed's accounts has it and another has not",
               counted(feed.planned, "post", "posts"));
  }
  fmt::print("\n");
  if (feed.passed > 0) {
    fmt::print("    {}, but not announced: if that was news, {}\n",
               feed.passed == 1
                   ? "1 newer item is known to the ledger"
                   : fmt::format("{} newer items are known to the ledger", feed.passed),
               for_reader(fmt::format("crier publish --feed {} --account {} --backfill {}", name,
                                      account, feed.passed)));
  }
}

void print_text(const RebuildReport& report, const std::string& account, bool dry_run) {
  fmt::print("{}: {} read back{}\n", account, counted(report.posts_read, "post", "posts"),
             report.is_complete ? "" : ", the newest; it has more");
  for (const RebuiltFeed& feed : report.feeds) print_feed(feed, account);
  if (dry_run) fmt::print("Nothing was written: this was a dry run.\n");
}

void print_as_json(const RebuildReport& report, const std::string& account, bool dry_run) {
  using Json = nlohmann::ordered_json;
  const auto message = [](const std::optional<Error>& error) {
    return error ? Json(error->message) : Json(nullptr);
  };
  Json feeds = Json::array();
  for (const RebuiltFeed& feed : report.feeds) {
    feeds.push_back({{"name", feed.id.value},
                     {"items", feed.items},
                     {"found", feed.found},
                     {"recorded", feed.recorded},
                     {"history", feed.history},
                     {"new", feed.news},
                     {"planned", feed.planned},
                     {"passed", feed.passed},
                     {"error", message(feed.error)}});
  }
  const Json all{{"account", account},
                 {"dry_run", dry_run},
                 {"posts_read", report.posts_read},
                 {"complete", report.is_complete},
                 {"error", message(report.problem)},
                 {"feeds", std::move(feeds)}};
  fmt::print("{}\n", json_line(all));
}

/// Why there is nothing to rebuild; empty if there is.
std::string problem_with(const std::string& account, const Config& config) {
  if (!has_feeds(config, {account}))
    return fmt::format("--account {}: no feed in feeds.toml names it", account);
  return {};
}

void write(const RebuildReport& report, Store& store, SysTime now) {
  store.put(batch_of(report.plans, store), now);
  std::vector<Decision> decisions;
  for (const FoundReceipt& found : report.receipts) {
    if (auto delivery = store.find(found.id))
      decisions.push_back({*std::move(delivery), life::Found{found.receipt, now}});
  }
  store.put(batch_of(decisions, store), now);
}

/// What crier would say on an account that was not read back, it may have said there before.
void print_other_accounts(const Config& config, const std::string& account) {
  std::set<std::string> others;
  for (const FeedConfig& feed : config.feeds) {
    const bool is_shared =
        std::ranges::find(feed.accounts, AccountId{account}) != feed.accounts.end();
    for (const AccountId& other : feed.accounts) {
      if (is_shared && other.value != account) others.insert(other.value);
    }
  }
  for (const std::string& other : others) {
    fmt::print("Before the next run, if you have not done so: {}\n",
               for_reader("crier history rebuild --account " + other));
  }
}

int say(const RebuildReport& report, const CommandLine& line, const Config& config) {
  const std::string& account = line.accounts.front();
  if (line.json) {
    print_as_json(report, account, line.dry_run);
  } else if (!report.problem) {
    print_text(report, account, line.dry_run);
    print_other_accounts(config, account);
  }
  bool failed = report.problem.has_value();
  if (report.problem) {
    fmt::print(stderr, "crier: account {}: {}\n", account, for_reader(report.problem->message));
  }
  for (const RebuiltFeed& feed : report.feeds) {
    if (!feed.error) continue;
    failed = true;
    fmt::print(stderr, "crier: {}: {}. Run this again once the feed can be read\n", feed.id.value,
               for_reader(feed.error->message));
  }
  return failed ? exit_code::needs_person : exit_code::ok;
}

}  // namespace

int run_history_rebuild(const CommandLine& line, const FoundConfig& found, World& world) {
  const Config& config = found.config;
  const std::string& account = line.accounts.front();
  if (tell_unknown_names(line, config)) return exit_code::usage;
  if (const std::string problem = problem_with(account, config); !problem.empty()) {
    fmt::print(stderr, "crier: {}\n", problem);
    return exit_code::usage;
  }
  std::unique_ptr<RunLock> lock;
  if (!line.dry_run) {
    const SysTime now = world.clock().now();
    lock = std::make_unique<RunLock>(config.state, now);
    if (!lock->held()) return tell_busy(*lock, config, now, false, "this one does nothing");
  }
  const LedgerMark mark(world.token_folder(), config.state);
  bool is_older = false;
  RebuildReport report;
  {
    // Read first, and made only if there is something to write: an empty ledger is no ledger.
    SqliteStore store(config.state, SqliteStore::Access::read);
    is_older = !store.is_new() && mark.is_older(store.age());
    const DeliveryWorld delivery_world{
        config,        store,          world.client(), world.tokens(), world.authorizer(),
        world.clock(), world.random(), stop_flag()};
    report = rebuild(*config.account({account}), found.templates, delivery_world);
  }
  if (!line.dry_run && !(report.plans.empty() && report.receipts.empty())) {
    SqliteStore store(config.state, SqliteStore::Access::write);
    KnownFeeds known(config, store);
    known.write(store, world.clock().now());
    tell_renames(known);
    write(report, store, world.clock().now());
    // An older ledger that knows of one account again is one still: a person says when it is whole.
    LedgerAge age = store.age();
    if (is_older) ++age.writes;
    mark.keep(age);
  }
  return say(report, line, config);
}

}  // namespace crier
