#include "death/life.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "http/curl_client.h"
#include "store/run_lock.h"
#include "support/unsteady_disk.h"

namespace crier {
namespace {

constexpr int no_lock = 40;
constexpr int no_ledger = 41;
constexpr int other_trouble = 42;

std::string describe(int status) {
  if (WIFSIGNALED(status)) return fmt::format("signal {}", WTERMSIG(status));
  switch (WEXITSTATUS(status)) {
    case 0: return {};
    case no_lock: return "the lock of a dead run is still held";
    case no_ledger: return "the ledger cannot be used";
    case other_trouble: return "an exception";
    default: return fmt::format("exit status {}", WEXITSTATUS(status));
  }
}

}  // namespace

void Lives::be_born(Newsroom& room, const Deed& deed, bool in_the_disk) {
  (void)::prctl(PR_SET_PDEATHSIG, SIGKILL);
  tunnel_.leave();
  Shared& shared = memory_.get();
  int code = 0;
  try {
    std::optional<UnsteadyDisk> disk;
    if (in_the_disk) {
      disk.emplace();
      disk->before = [&](DiskStep) { return pass_moment(shared), SQLITE_OK; };
      disk->after = [&](DiskStep) { pass_moment(shared); };
    }
    const RunLock lock(room.config.state, room.clock.now());
    if (!lock.held()) ::_exit(no_lock);
    SqliteStore kept(room.config.state, SqliteStore::Access::write);
    MortalStore store(kept, shared);
    CurlOptions options;
    options.user_agent = "crier";
    CurlClient curl(options);
    TunnelClient far(curl, tunnel_.entry());
    OutboxClient outbox(far, room.clock);
    MortalClient client(outbox, room.clock, shared);
    deed(room, store, client);
    shared.now = room.clock.now().time_since_epoch().count();
  } catch (const StoreError& problem) {
    (void)std::fprintf(stderr, "%s\n", problem.what());
    code = no_ledger;
  } catch (const std::exception& problem) {
    (void)std::fprintf(stderr, "%s\n", problem.what());
    code = other_trouble;
  }
  ::_exit(code);  // nothing of the parent's is to be flushed or ended a second time
}

LifeEnd Lives::live(Newsroom& room, const Deed& deed, int dies_at, bool in_the_disk) {
  Shared& shared = memory_.get();
  shared.moments = 0;
  shared.dies_at = dies_at;
  shared.now = room.clock.now().time_since_epoch().count();
  std::array<int, 2> alive{};
  CRIER_ENSURE(::pipe2(alive.data(), O_CLOEXEC) == 0, "a pipe");
  const pid_t child = ::fork();
  CRIER_ENSURE(child >= 0, "a process");
  if (child == 0) {
    ::close(alive[0]);
    be_born(room, deed, in_the_disk);
  }
  ::close(alive[1]);
  const auto pass = [&] {
    if (is_last_moment(shared)) (void)::kill(child, SIGKILL);
  };
  tunnel_.serve(alive[0], [&](const Request& request) {
    room.clock.set(SysTime{std::chrono::seconds{shared.now}});
    pass();  // it has arrived
    auto answer = room.site.answer(request);
    pass();  // it is done, and nobody knows
    return answer;
  });
  ::close(alive[0]);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  room.clock.set(SysTime{std::chrono::seconds{shared.now}});
  LifeEnd end;
  end.moments = shared.moments;
  end.killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && dies_at != 0;
  if (!end.killed) end.trouble = describe(status);
  return end;
}

}  // namespace crier
