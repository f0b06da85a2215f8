// Kills between two system calls, wherever they are: in the middle of the outbox's line, of its
// page, of the ledger's pages. The far side is the outbox, so nothing but files is touched.
#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "death/report.h"
#include "store/run_lock.h"
#include "support/quiet.h"

namespace crier {
namespace {

constexpr int traced_call = SIGTRAP | 0x80;  // ptrace(2): PTRACE_O_TRACESYSGOOD
constexpr int cannot_be_traced = 43;

/// What `crier publish` does, with a feed from a file.
[[noreturn]] void run_traced(Newsroom& room) {
  if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) ::_exit(cannot_be_traced);
  (void)std::raise(SIGSTOP);
  const RunLock lock(room.config.state, room.clock.now());
  room.run();
  ::_exit(0);
}

struct TracedEnd {
  bool can_trace = true;
  bool killed = false;
  int status = 0;
  int calls = 0;  ///< entries and returns: twice as many as system calls
};

/// Runs, and kills when so many system calls have been entered or left; 0: never.
TracedEnd run_and_kill(Newsroom& room, int at) {
  TracedEnd end;
  const pid_t child = ::fork();
  CRIER_ENSURE(child >= 0, "a process");
  if (child == 0) run_traced(room);
  (void)::waitpid(child, &end.status, 0);
  if (WIFEXITED(end.status)) {
    end.can_trace = WEXITSTATUS(end.status) != cannot_be_traced;
    return end;
  }
  (void)::ptrace(PTRACE_SETOPTIONS, child, nullptr, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
  int signal = 0;
  while (true) {
    (void)::ptrace(PTRACE_SYSCALL, child, nullptr, signal);
    (void)::waitpid(child, &end.status, 0);
    if (!WIFSTOPPED(end.status)) return end;
    const bool is_call = WSTOPSIG(end.status) == traced_call;
    signal = is_call ? 0 : WSTOPSIG(end.status);
    if (!is_call || ++end.calls != at) continue;
    (void)::kill(child, SIGKILL);
    (void)::waitpid(child, &end.status, 0);
    end.killed = true;
    return end;
  }
}

void use_files_only(Newsroom& room) {
  FeedConfig& feed = room.config.feeds[0];
  feed.url = (room.dir.path() / "jobs.xml").string();
  feed.is_path = true;
  feed.accounts = {{"noticeboard"}};
}

void write_feed(const Newsroom& room) { write_file(room.config.feeds[0].url, room.rss()); }

/// One tale: dies at `at`, and once more at `again`. False: the run has fewer system calls.
bool tell(int at, int again, Count& count, bool& can_trace) {
  Newsroom room;
  use_files_only(room);
  room.add_item("Gritter driver");
  write_feed(room);
  room.run();
  room.add_item("Librarian");
  room.add_item("Lifeguard");
  write_feed(room);
  const TracedEnd first = run_and_kill(room, at);
  can_trace = first.can_trace;
  if (!can_trace) return false;
  count.kills += first.killed ? 1 : 0;
  EXPECT_TRUE(first.killed || first.status == 0) << "it ended with status " << first.status;
  room.clock.advance(std::chrono::seconds{20});
  const TracedEnd second = run_and_kill(room, again);
  count.kills += second.killed ? 1 : 0;
  EXPECT_TRUE(second.killed || second.status == 0) << "it ended with status " << second.status;
  run_until_quiet(room);
  ++count.tales;
  const auto posted = room.in_outbox();
  EXPECT_EQ(posted.size(), 2U);
  count.losses += 2 - std::min<std::size_t>(2, posted.size());
  for (const auto& [text, times] : posted) {
    EXPECT_EQ(times, 1) << text;
    count.posts += static_cast<std::size_t>(times);
    count.duplicates += static_cast<std::size_t>(times - 1);
  }
  EXPECT_EQ(room.open_deliveries(), 0U);
  return first.killed;
}

TEST(Kills, BetweenTwoSystemCallsLoseNothing) {
  Count count;
  std::mt19937 chance(20260302);  // NOLINT(cert-msc51-cpp,cert-msc32-c): the same each time
  bool goes_on = true;
  bool can_trace = true;
  int at = 1;
  for (; goes_on && !HasFailure(); at += 3) {
    ASSERT_LT(at, 20'000) << "a run has no end";
    SCOPED_TRACE("died at system call " + std::to_string(at));
    goes_on = tell(at, 1 + static_cast<int>(chance() % 400), count, can_trace);
  }
  if (!can_trace) GTEST_SKIP() << "this machine lets no process be traced";
  EXPECT_GT(at, 200) << "a run makes more system calls than that";
  DeathReport::get().add("outbox: between two system calls", count);
}

}  // namespace
}  // namespace crier
