#include "crier-image/limits.h"

#include <linux/sched.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

namespace crier {
namespace {

/// A picture of 100 million pixels that cannot be read in stripes takes some 400 MB, its libraries
/// and stacks as much again.
constexpr rlim_t most_memory = 1536UL << 20;
constexpr rlim_t most_processor_seconds = 10;

bool limit(__rlimit_resource what, rlim_t most) {
  const rlimit value{most, most};
  return ::setrlimit(what, &value) == 0;
}

/// What memory, threads, clocks and two open files need; by name, since numbers differ between
/// machines. What a machine does not have is passed over.
constexpr std::array allowed{"read",
                             "readv",
                             "write",
                             "writev",
                             "close",
                             "fstat",
                             "newfstatat",
                             "lseek",
                             "brk",
                             "mmap",
                             "mmap2",
                             "munmap",
                             "mremap",
                             "mprotect",
                             "madvise",
                             "futex",
                             "futex_time64",
                             "set_robust_list",
                             "rseq",
                             "exit",
                             "exit_group",
                             "rt_sigaction",
                             "rt_sigprocmask",
                             "rt_sigreturn",
                             "sigaltstack",
                             "gettid",
                             "getpid",
                             "tgkill",
                             "sched_yield",
                             "sched_getaffinity",
                             "clock_gettime",
                             "clock_getres",
                             "gettimeofday",
                             "clock_nanosleep",
                             "nanosleep",
                             "getrandom",
                             "sysinfo",
                             "getrusage",
                             "getcpu",
                             "membarrier",
                             "restart_syscall"};

}  // namespace

bool limit_resources() {
  // When crier ends, nobody waits for this any more.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_DUMPABLE, 0);
  return limit(RLIMIT_AS, most_memory) && limit(RLIMIT_CPU, most_processor_seconds) &&
         limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_CORE, 0);
}

bool close_the_door() {
  // What is not allowed fails, and libraries go on without: they look into /proc and /sys, for one.
  scmp_filter_ctx filter = ::seccomp_init(SCMP_ACT_ERRNO(EPERM));
  if (filter == nullptr) return false;
  const bool is_made = std::ranges::all_of(allowed, [&](const char* name) {
    const int number = ::seccomp_syscall_resolve_name(name);
    return number < 0 || ::seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0) == 0;
  });
  // Threads, and no processes. The newer call hides its flags from a filter; the C library falls
  // back to the older one where the newer seems not to exist.
  const scmp_arg_cmp is_thread{0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD};
  const bool has_threads =
      ::seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, &is_thread) == 0 &&
      ::seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0;
  const bool is_closed = is_made && has_threads && ::seccomp_load(filter) == 0;
  ::seccomp_release(filter);
  return is_closed;
}

}  // namespace crier
