#include "crier/rehearse.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <thread>

#include "core/utf8.h"
#include "crier/exit_code.h"
#include "crier/publish.h"
#include "crier/reader.h"
#include "crier/rehearsal_clock.h"
#include "crier/rehearsal_stage.h"
#include "crier/rehearsal_verdict.h"
#include "rehearsal/page.h"
#include "store/sqlite_store.h"

namespace crier {
namespace {

using rehearsal::Fault;

/// As long as the longest back-off lasts, and then some.
constexpr std::chrono::minutes soon{11};
constexpr std::chrono::hours later{7};
constexpr int most_runs = 8;
/// Where the page is, or the next port that is free.
constexpr std::uint16_t usual_port = 8700;

const char* in_words(Fault fault) {
  switch (fault) {
    case Fault::none: break;
    case Fault::too_many_requests: return "is told to wait (429)";
    case Fault::server_error: return "meets a server that fails (500)";
    case Fault::timeout_after_accept: return "is taken, and the answer is lost";
    case Fault::expired_token: return "comes with a token that is no good any more";
  }
  return "";
}

void print_roles(const RehearsalStage& stage, Fault fault) {
  fmt::print(
      "A rehearsal. The feeds are really read, and so are the pages and pictures that they link "
      "to.\nNothing goes to a network: every account is at a stand-in on this machine.\n\n");
  std::size_t widest = 0;
  std::size_t widest_network = 0;
  for (const auto& role : stage.roles()) {
    widest = std::max(widest, role.account.size());
    widest_network = std::max(widest_network, role.network.size());
  }
  for (const auto& role : stage.roles()) {
    fmt::print("  {:<{}}  {:<{}}  {}\n", role.account, widest, role.network, widest_network,
               printable(role.words));
  }
  if (fault != Fault::none) {
    const bool has_network = std::ranges::any_of(
        stage.roles(), [](const auto& role) { return role.network != "outbox"; });
    fmt::print("\n{}.\n",
               has_network
                   ? fmt::format("Once for each account, its first post {}", in_words(fault))
                   : "An outbox is a file, and meets no trouble: --fault changes nothing here");
  }
  fmt::print("\n");
}

bool is_quiet(const RehearsalStage& stage) {
  return SqliteStore(stage.found().config.state, SqliteStore::Access::read).open().empty();
}

/// Signs in anew where a person would have to; says so.
void sign_in_again(RehearsalStage& stage, const RunReport& report) {
  for (const auto& [account, why] : report.account_problems) {
    if (why.kind != ErrorKind::unauthorized) continue;
    if (!stage.sign_in(account)) continue;
    fmt::print("\n{} needs a new sign-in, as it would in earnest ({}): done here in your place.\n",
               account.value, for_reader("crier auth login " + account.value));
  }
}

/// Runs on, hours apart, until nothing waits any more. Gives the last run's exit code.
int run_on(const CommandLine& line, RehearsalStage& stage, ClockAhead& clock, Published last) {
  CommandLine next = line;
  next.backfill = 0;
  for (int run = 2; run <= most_runs && last.report && !is_quiet(stage); ++run) {
    sign_in_again(stage, *last.report);
    const bool is_soon = run <= 4;
    clock.advance(is_soon ? std::chrono::seconds(soon) : std::chrono::seconds(later));
    fmt::print("\nRun {}, as if it were {} later:\n\n", run, is_soon ? "11 minutes" : "7 hours");
    World world(&stage.found().config, {}, &clock);
    last = publish_once(next, stage.found(), world);
    if (last.report && last.report->stopped) break;
  }
  return last.exit;
}

/// The clock is the machine's again, and nothing waits for a time that was only played: another
/// terminal may go on from here.
void return_to_now(const RehearsalStage& stage, ClockAhead& clock) {
  clock.put_back();
  const Config& config = stage.found().config;
  if (!SqliteStore::exists(config.state)) return;
  SqliteStore store(config.state, SqliteStore::Access::write);
  for (const Account& account : config.accounts) {
    const auto pause = store.account(account.id).pause;
    if (!pause || pause->until <= clock.now()) continue;
    Batch batch;
    batch.pauses[account.id] = {clock.now()};
    store.put(batch, clock.now());
  }
}

/// Shows the page until somebody ends it.
void show_page(const std::unique_ptr<rehearsal::Listener>& page, const RehearsalStage& stage,
               const Clock& clock, std::size_t posts, StopFlag stop) {
  page->serve([&stage, &clock, ended = clock.now()](const Request& request) {
    std::vector<rehearsal::Arrivals> arrivals = stage.arrivals();
    // The hours that were only played have not come yet.
    for (rehearsal::Arrivals& account : arrivals) {
      for (rehearsal::Arrived& post : account.posts) {
        if (post.at > clock.now()) post.at = ended;
      }
    }
    return rehearsal::answer_page(request, arrivals, clock.now(), stage.found().config.timezone);
  });
  fmt::print("\nOpen {}/ to see the posts as their readers would. Ctrl-C ends.\n", page->origin());
  fmt::print(
      "Until then, crier works with the same stand-ins in another terminal, too:\n"
      "    crier publish --backfill {} --config {}\n",
      posts + 3, stage.found().config.file.string());
  if (stage.is_temporary()) fmt::print("That folder goes when this ends.\n");
  (void)std::fflush(stdout);
  while (!is_set(stop)) std::this_thread::sleep_for(std::chrono::milliseconds{100});
}

}  // namespace

int run_rehearsal(const CommandLine& line, const FoundConfig& found) {
  if (found.config.is_rehearsal) {
    fmt::print(stderr, "crier: {} is a rehearsal's own already; name your own with --config\n",
               found.config.file.string());
    return exit_code::usage;
  }
  const StopFlag stop = stop_flag();
  const Fault fault = rehearsal::fault_named(line.fault).value_or(Fault::none);
  ClockAhead clock;
  SystemRandom random;
  std::unique_ptr<rehearsal::Listener> page;
  if (!line.once) {
    const std::uint16_t port = line.port.value_or(usual_port);
    auto opened = rehearsal::Listener::open(port);
    if (!opened) {
      fmt::print(stderr, "crier: {}\n", opened.error().message);
      return exit_code::broken;
    }
    // Whoever names a port has a reason.
    if (line.port && !(*opened)->origin().ends_with(fmt::format(":{}", port))) {
      fmt::print(stderr, "crier: --port {}: another program listens there; name another one\n",
                 port);
      return exit_code::usage;
    }
    page = std::move(*opened);
  }
  auto built = RehearsalStage::build(found, line.folder, clock, random, fault);
  if (!built) {
    fmt::print(stderr, "crier: {}\n", built.error().message);
    return exit_code::usage;
  }
  RehearsalStage& stage = **built;
  print_roles(stage, fault);
  (void)std::fflush(stdout);
  Published first;
  {
    World world(&stage.found().config, {}, &clock);
    first = publish_once(line, stage.found(), world);
  }
  int exit = first.exit;
  if (is_set(stop)) {
    fmt::print("\nEnded before its end; nothing of it is kept{}.\n",
               stage.is_temporary() ? "" : ", but its folder");
  } else if (first.report) {
    const RunReport report = *first.report;
    if (fault != Fault::none) exit = run_on(line, stage, clock, std::move(first));
    const bool is_well = tell_verdict(stage, report, fault);
    if (!is_well && exit == exit_code::ok) exit = exit_code::needs_person;
    // What went wrong was asked for, and nothing came of it.
    if (is_well && fault != Fault::none && exit == exit_code::needs_person) exit = exit_code::ok;
  }
  return_to_now(stage, clock);
  if (page && !is_set(stop)) show_page(page, stage, clock, line.backfill, stop);
  // Its threads ask the stage.
  page.reset();
  return exit;
}

}  // namespace crier
