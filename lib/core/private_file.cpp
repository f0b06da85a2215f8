#include "core/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <system_error>

namespace crier {
namespace {

constexpr std::size_t most_bytes = 64U << 10;

}  // namespace

std::optional<std::string> read_private_file(const std::filesystem::path& file) {
  const int opened = ::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
  if (opened < 0) return std::nullopt;
  std::string text(most_bytes + 1, '\0');
  const ssize_t size = ::read(opened, text.data(), text.size());
  ::close(opened);
  if (size < 0 || static_cast<std::size_t>(size) > most_bytes) return std::nullopt;
  text.resize(static_cast<std::size_t>(size));
  return text;
}

bool write_private_file(const std::filesystem::path& file, std::string_view text) {
  const std::filesystem::path folder = file.parent_path();
  std::error_code ignored;
  if (folder.has_parent_path()) std::filesystem::create_directories(folder.parent_path(), ignored);
  (void)::mkdir(folder.c_str(), S_IRWXU);
  const std::string fresh = file.string() + ".new";
  (void)::unlink(fresh.c_str());  // what a run that died left behind
  const int made = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                          S_IRUSR | S_IWUSR);
  if (made < 0) return false;
  const bool is_whole =
      ::write(made, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  ::close(made);
  if (is_whole && ::rename(fresh.c_str(), file.c_str()) == 0) return true;
  (void)::unlink(fresh.c_str());
  return false;
}

}  // namespace crier
