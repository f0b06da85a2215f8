#include "publish/read_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace crier {
namespace {

std::string reason(int number) { return std::generic_category().message(number); }

}  // namespace

Result<std::string> read_local(const std::string& path, std::size_t max_bytes) {
  const bool standard_input = path == "-";
  const std::string name = standard_input ? "standard input" : path;
  // O_NONBLOCK: a pipe that somebody put in the file's place must not hold the run.
  const int file =
      standard_input ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return fail(ErrorKind::rejected, "{}: cannot be read: {}", name, reason(errno));
  const auto close_it = [&] {
    if (!standard_input) ::close(file);
  };
  struct stat about {};
  if (::fstat(file, &about) == 0 && !standard_input && !S_ISREG(about.st_mode)) {
    close_it();
    return fail(ErrorKind::rejected, "{}: is not a file", name);
  }
  std::string bytes;
  if (!standard_input && about.st_size > 0 &&
      static_cast<std::size_t>(about.st_size) <= max_bytes) {
    bytes.reserve(static_cast<std::size_t>(about.st_size) + 1);
  }
  std::array<char, 65536> chunk{};
  while (true) {
    const ssize_t got = ::read(file, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      const std::string why = reason(errno);
      close_it();
      return fail(ErrorKind::rejected, "{}: cannot be read: {}", name, why);
    }
    if (got == 0) break;
    bytes.append(chunk.data(), static_cast<std::size_t>(got));
    if (bytes.size() > max_bytes) {
      close_it();
      return fail(ErrorKind::rejected, "{}: is larger than {} bytes (max_feed_size in feeds.toml)",
                  name, max_bytes);
    }
  }
  close_it();
  return bytes;
}

}  // namespace crier
