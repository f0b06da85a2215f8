#include "store/run_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "store/store.h"

namespace crier {

RunLock::RunLock(const std::filesystem::path& ledger, SysTime now) {
  // By the file's own name: two configs may name one ledger through links.
  std::error_code ignored;
  const auto real = std::filesystem::weakly_canonical(ledger, ignored);
  const std::string path = (real.empty() ? ledger : real).string() + ".lock";
  file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file_ < 0) {
    throw StoreError(fmt::format(
        "{}: cannot be opened: {}. Is `state` in feeds.toml right, and is there such a folder?",
        path, std::generic_category().message(errno)));
  }
  held_ = ::flock(file_, LOCK_EX | LOCK_NB) == 0;
  if (!held_ && errno != EWOULDBLOCK) {
    const std::string why = std::generic_category().message(errno);
    ::close(file_);
    throw StoreError(fmt::format("{}: cannot be locked: {}", path, why));
  }
  if (held_) {
    note_holder(now);
  } else {
    read_holder();
  }
}

void RunLock::note_holder(SysTime now) const {
  const std::string text = fmt::format("{} {}\n", ::getpid(), now.time_since_epoch().count());
  struct stat facts {};
  const bool is_ours = ::fstat(file_, &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_nlink == 1;
  if (!is_ours) return;  // a link could make it somebody's file
  // Only for people's sake: a full disk keeps no run from its work.
  if (::ftruncate(file_, 0) == 0) (void)!::pwrite(file_, text.data(), text.size(), 0);
}

void RunLock::read_holder() {
  std::array<char, 64> text{};
  if (::pread(file_, text.data(), text.size() - 1, 0) <= 0) return;
  char* end = nullptr;
  const long process = std::strtol(text.data(), &end, 10);
  const long long since = std::strtoll(end, nullptr, 10);
  if (process <= 0 || since <= 0) return;
  holder_ = process;
  since_ = SysTime{std::chrono::seconds{since}};
}

std::string RunLock::stuck(SysTime now) const {
  if (!since_ || now - *since_ <= longest_run) return {};
  return fmt::format(
      "the run of process {} has been at work since {}, longer than a run may take, and no other "
      "can begin: look what keeps it (ps -fp {}), and end it (kill {})",
      holder_, to_iso8601(*since_), holder_, holder_);
}

RunLock::~RunLock() { ::close(file_); }

}  // namespace crier
