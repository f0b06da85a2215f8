#include "crier/publish.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "core/utf8.h"
#include "crier/exit_code.h"
#include "crier/print.h"
#include "crier/progress_line.h"
#include "network/registry.h"
#include "publish/publish.h"
#include "store/run_lock.h"
#include "store/sqlite_store.h"

namespace crier {
namespace {

/// Names on the command line that feeds.toml does not know.
std::string unknown_names(const CommandLine& line, const Config& config) {
  std::string problems;
  for (const std::string& name : line.feeds) {
    if (config.feed({name}) == nullptr)
      problems += fmt::format("--feed {}: feeds.toml has no [feeds.{}]\n", name, name);
  }
  for (const std::string& name : line.accounts) {
    if (config.account({name}) == nullptr) {
      problems += fmt::format("--account {}: feeds.toml has no [accounts.{}]\n", name, name);
    }
  }
  return problems;
}

PublishOptions options_of(const CommandLine& line) {
  PublishOptions options;
  options.dry_run = line.dry_run;
  options.explain = line.dry_run;
  options.backfill = line.backfill;
  options.ask_all = line.ask_all;
  for (const std::string& name : line.feeds) options.feeds.insert({name});
  for (const std::string& name : line.accounts) options.accounts.insert({name});
  return options;
}

/// What will go wrong soon if nobody acts.
void print_cautions(const Config& config, SysTime now, std::FILE* out) {
  for (const Account& account : config.accounts) {
    for (const std::string& caution : find_network(account.network)->cautions(account, now)) {
      fmt::print(out, "crier: account {}: {}\n", account.id.value, printable(caution));
    }
  }
}

/// A stand-in gives its posts addresses as its network would; there, other people's posts may be.
void forget_addresses(RunReport& report) {
  for (PostReport& post : report.posts) {
    post.delivered.delivery.url.clear();
    auto& outcome = post.delivered.outcome;
    if (auto* receipt = outcome ? std::get_if<Receipt>(&*outcome) : nullptr) receipt->url.clear();
  }
}

}  // namespace

Published publish_once(const CommandLine& line, const FoundConfig& found, World& world) {
  const Config& config = found.config;
  if (const std::string problems = unknown_names(line, config); !problems.empty()) {
    fmt::print(stderr, "{}", problems);
    return {exit_code::usage, {}};
  }
  if (config.require_ledger && !SqliteStore::exists(config.state)) {
    fmt::print(
        stderr,
        "crier: there is no ledger at {}, and require_ledger = true: nothing was read and nothing "
        "posted. "
        "Bring the ledger back; or let a new one learn what the account has posted: crier history "
        "rebuild --account NAME; or set require_ledger = false for one run to begin with "
        "nothing.\n",
        config.state.string());
    return {exit_code::broken, {}};
  }
  std::unique_ptr<RunLock> lock;
  if (!line.dry_run) {
    lock = std::make_unique<RunLock>(config.state);
    if (!lock->held()) {
      // It mends itself: no mail for it.
      if (!line.quiet)
        fmt::print(stderr, "crier: another run is at work with {}; this one does nothing\n",
                   config.state.string());
      return {exit_code::busy, {}};
    }
  }
  RunReport report;
  {
    SqliteStore store(config.state,
                      line.dry_run ? SqliteStore::Access::read : SqliteStore::Access::write);
    DeliveryWorld delivery_world{
        config,        store,          world.client(), world.tokens(), world.authorizer(),
        world.clock(), world.random(), stop_flag()};
    delivery_world.images = &world.images();
    ProgressLine progress(!line.quiet && !line.json && ::isatty(STDERR_FILENO) == 1);
    report = publish(options_of(line), found.templates, delivery_world, progress);
    report.new_ledger = store.is_new();
  }
  world.finish();
  if (config.is_rehearsal) forget_addresses(report);
  if (line.json) {
    print_json(report, stdout);
  } else if (!line.quiet) {
    print_report(report, config, stdout);
  }
  print_problems(report, config, line.quiet, stderr);
  // With --quiet, too: for cron, this is how a person hears of it.
  for (const std::string& reminder : report.reminders) {
    fmt::print(stderr, "crier: {}\n", printable(reminder));
  }
  if (!line.quiet) print_cautions(config, world.clock().now(), stderr);
  const int exit = report.needs_person() ? exit_code::needs_person : exit_code::ok;
  return {exit, std::move(report)};
}

int run_publish(const CommandLine& line, const FoundConfig& found, World& world) {
  return publish_once(line, found, world).exit;
}

}  // namespace crier
