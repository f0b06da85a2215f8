#include "crier/publish.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "core/utf8.h"
#include "crier/exit_code.h"
#include "crier/ledger_use.h"
#include "crier/names.h"
#include "crier/print.h"
#include "crier/progress_line.h"
#include "crier/reader.h"
#include "network/registry.h"
#include "publish/publish.h"

namespace crier {
namespace {

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
      fmt::print(out, "crier: account {}: {}\n", account.id.value, for_reader(caution));
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

/// Only once the words have left: what could not be said is said by the next run.
void note_told(const RunReport& report, const Config& config, const LedgerMark& mark,
               const World& world) {
  const bool is_said = std::fflush(stdout) == 0 && std::fflush(stderr) == 0 &&
                       std::ferror(stdout) == 0 && std::ferror(stderr) == 0;
  const bool is_any =
      std::ranges::any_of(report.held, [](const HeldReport& held) { return !held.was_told; }) ||
      std::ranges::any_of(report.findings, [](const Finding& f) { return f.delivery.has_value(); });
  if (!is_said || !is_any) return;
  SqliteStore store(config.state, SqliteStore::Access::write);
  const SysTime now = world.clock().now();
  store.put(told_by(report, store, now), now);
  mark.keep(store.age());
}

}  // namespace

Published publish_once(const CommandLine& line, const FoundConfig& found, World& world) {
  const Config& config = found.config;
  if (tell_unknown_names(line, config)) return {exit_code::usage, {}};
  if (config.require_ledger && !SqliteStore::exists(config.state)) {
    fmt::print(
        stderr,
        "crier: there is no ledger at {}, and require_ledger = true: nothing was read and nothing "
        "posted. "
        "Let a new one learn what each account has posted: {}; or bring the newest ledger back; or "
        "set require_ledger = false for one run to begin with nothing.\n",
        config.state.string(), for_reader("crier history rebuild --account NAME"));
    return {exit_code::broken, {}};
  }
  std::unique_ptr<RunLock> lock;
  if (!line.dry_run) {
    const SysTime now = world.clock().now();
    lock = std::make_unique<RunLock>(config.state, now);
    if (!lock->held()) {
      return {tell_busy(*lock, config, now, line.quiet, "this one does nothing"), {}};
    }
  }
  const LedgerMark mark(world.token_folder(), config.state);
  RunReport report;
  {
    SqliteStore store(config.state,
                      line.dry_run ? SqliteStore::Access::read : SqliteStore::Access::write);
    if (tell_older(store, mark, config)) return {exit_code::broken, {}};
    // At once: a new ledger in which nothing was written yet must not pass for an old one.
    if (!line.dry_run && store.is_new()) mark.keep(store.age());
    DeliveryWorld delivery_world{
        config,        store,          world.client(), world.tokens(), world.authorizer(),
        world.clock(), world.random(), stop_flag()};
    delivery_world.images = &world.images();
    PublishOptions options = options_of(line);
    const auto last = mark.last();
    options.may_be_older =
        !store.is_new() && !config.is_rehearsal && (!last || last->id != store.age().id);
    ProgressLine progress(!line.quiet && !line.json && ::isatty(STDERR_FILENO) == 1);
    report = publish(options, found.templates, delivery_world, progress);
    report.new_ledger = store.is_new();
    if (!line.dry_run) mark.keep(store.age());
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
    fmt::print(stderr, "crier: {}\n", for_reader(reminder));
  }
  if (!line.quiet) print_cautions(config, world.clock().now(), stderr);
  if (report.did_nothing()) {
    fmt::print(stderr, "crier: stopped before anything was read; the next run does it all\n");
    return {exit_code::busy, std::move(report)};
  }
  const int exit = report.needs_person() ? exit_code::needs_person : exit_code::ok;
  if (!line.dry_run) note_told(report, config, mark, world);
  return {exit, std::move(report)};
}

int run_publish(const CommandLine& line, const FoundConfig& found, World& world) {
  return publish_once(line, found, world).exit;
}

}  // namespace crier
