#include "store/run_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "store/store.h"

namespace crier {

RunLock::RunLock(const std::filesystem::path& ledger) {
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
}

RunLock::~RunLock() { ::close(file_); }

}  // namespace crier
