#include "network/outbox/outbox_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <nlohmann/json.hpp>
#include <system_error>
#include <thread>

namespace crier {
namespace {

using Json = nlohmann::json;

constexpr std::size_t searched_before_append = 1U << 20;
constexpr std::size_t searched_for_last_lines = 8U << 20;
constexpr std::string_view start_of_line = R"({"id":")";

Failure failed(ErrorKind kind, const char* what, const std::filesystem::path& file, int problem) {
  return fail(kind, "cannot {} {}: {}", what, file.native(),
              std::error_code(problem, std::generic_category()).message());
}

/// Closes a descriptor at the end of a scope.
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) (void)::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return value_; }
  int release() { return std::exchange(value_, -1); }

 private:
  int value_;
};

/// Waits three seconds for the lock: another run holds it for as long as one line takes.
bool lock(int descriptor) {
  for (int i = 0; i < 300; ++i) {
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return true;
    if (errno != EWOULDBLOCK && errno != EINTR) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  errno = EWOULDBLOCK;
  return false;
}

/// Says whether `file` still names what `descriptor` opened: log rotation may have moved it away.
bool is_same_file(const std::filesystem::path& file, const struct stat& opened) {
  struct stat named {};
  return ::stat(file.c_str(), &named) == 0 && named.st_dev == opened.st_dev &&
         named.st_ino == opened.st_ino;
}

Failure is_a_link(const std::filesystem::path& file) {
  return fail(ErrorKind::unavailable,
              "{} is a link to another file, which may be somebody else's: nothing was added. Put "
              "the file's own path into `path`",
              file.native());
}

Failure has_two_names(const std::filesystem::path& file) {
  return fail(ErrorKind::unavailable,
              "{} has a second name elsewhere (a hard link), so it may be somebody else's file: "
              "nothing was added. Put another file into `path`, or remove the second name",
              file.native());
}

bool is_line_of(std::string_view line, std::string_view id) {
  if (line.find(id) == std::string_view::npos) return false;
  const Json object = Json::parse(line.begin(), line.end(), nullptr, false);
  if (!object.is_object()) return false;
  const auto found = object.find("id");
  return found != object.end() && found->is_string() && found->get<std::string>() == id;
}

/// Says whether `tail`, the file's end after its last line end, can be what is left of a line of
/// ours. A file system that lost power may leave zeros.
bool is_rest_of_line(std::string_view tail) {
  const std::size_t common = std::min(tail.size(), start_of_line.size());
  return tail.substr(0, common) == start_of_line.substr(0, common) ||
         tail.find_first_not_of('\0') == std::string_view::npos;
}

/// Puts a new file's name on disk, too. What cannot be synced this way (a device's folder) need
/// not.
void sync_folder_of(const std::filesystem::path& file) {
  const Descriptor folder(::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() >= 0) (void)::fsync(folder.get());
}

Result<void> write_all(int descriptor, const std::filesystem::path& file,
                       std::string_view content) {
  while (!content.empty()) {
    const ssize_t count = ::write(descriptor, content.data(), content.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed(ErrorKind::unavailable, "write", file, errno);
    content.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

}  // namespace

Result<OutboxFile> OutboxFile::open(const std::filesystem::path& file, For purpose) {
  const bool is_reading = purpose == For::reading;
  // The system's own names for what a process has open, as /dev/stdout, are links.
  const bool is_of_system = file.native().starts_with("/dev/");
  const int flags = (is_reading ? O_RDONLY : O_RDWR | O_APPEND | O_CREAT) |
                    (is_of_system ? 0 : O_NOFOLLOW) | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  // Three times: the file can be moved away between open and lock, but not for ever.
  for (int i = 0; i < 3; ++i) {
    const bool is_new = !is_reading && ::access(file.c_str(), F_OK) != 0;
    Descriptor descriptor(::open(file.c_str(), flags, 0644));
    if (descriptor.get() < 0 && errno == ENOENT && is_reading) return OutboxFile(file, -1, true);
    if (descriptor.get() < 0 && errno == ELOOP) return is_a_link(file);
    if (descriptor.get() < 0) return failed(ErrorKind::unavailable, "open", file, errno);
    if (is_new) sync_folder_of(file);
    struct stat opened {};
    if (::fstat(descriptor.get(), &opened) != 0) {
      return failed(ErrorKind::unavailable, "open", file, errno);
    }
    const bool is_regular = S_ISREG(opened.st_mode);
    if (!is_regular) return OutboxFile(file, descriptor.release(), false);
    if (!is_of_system && opened.st_nlink > 1) return has_two_names(file);
    if (!lock(descriptor.get())) return failed(ErrorKind::unavailable, "lock", file, errno);
    if (is_same_file(file, opened)) return OutboxFile(file, descriptor.release(), true);
  }
  return fail(ErrorKind::unavailable, "{} is replaced all the time by another program",
              file.native());
}

OutboxFile::OutboxFile(OutboxFile&& other) noexcept
    : file_(std::move(other.file_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      is_regular_(other.is_regular_) {}

OutboxFile::~OutboxFile() {
  if (descriptor_ >= 0) (void)::close(descriptor_);
}

Result<std::size_t> OutboxFile::size() const {
  struct stat status {};
  if (descriptor_ < 0) return std::size_t{0};
  if (::fstat(descriptor_, &status) != 0) {
    return failed(ErrorKind::unavailable, "read", file_, errno);
  }
  return static_cast<std::size_t>(status.st_size);
}

Result<std::string> OutboxFile::read_from(std::size_t offset) const {
  const auto end = size();
  if (!end) return Failure(end.error());
  std::string content(*end > offset ? *end - offset : 0, '\0');
  std::size_t filled = 0;
  while (filled < content.size()) {
    const ssize_t count = ::pread(descriptor_, content.data() + filled, content.size() - filled,
                                  static_cast<off_t>(offset + filled));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed(ErrorKind::unavailable, "read", file_, errno);
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  content.resize(filled);
  return content;
}

Result<void> OutboxFile::append(std::string_view line, std::string_view id) {
  CRIER_ENSURE(descriptor_ >= 0, "an outbox opened for reading was appended to");
  if (is_regular_) {
    if (auto mended = mend_last_line(); !mended) return mended;
    const auto end = size();
    if (!end) return Failure(end.error());
    const auto recent = read_from(*end - std::min(*end, searched_before_append));
    if (!recent) return Failure(recent.error());
    std::string_view rest = *recent;
    while (!rest.empty()) {
      const std::size_t length = std::min(rest.find('\n'), rest.size());
      if (is_line_of(rest.substr(0, length), id)) return {};
      rest.remove_prefix(std::min(length + 1, rest.size()));
    }
  }
  return write_line(std::string(line) + '\n');
}

Result<void> OutboxFile::mend_last_line() {
  const auto end = size();
  if (!end) return Failure(end.error());
  const std::size_t offset = *end - std::min(*end, searched_before_append);
  char first = '{';
  if (::pread(descriptor_, &first, 1, 0) < 0) {
    return failed(ErrorKind::unavailable, "read", file_, errno);
  }
  if (first != '{' && first != '\0') {
    return fail(
        ErrorKind::unavailable,
        "{} does not look like an outbox: it does not begin with a line of JSON; nothing was "
        "added",
        file_.native());
  }
  const auto recent = read_from(offset);
  if (!recent) return Failure(recent.error());
  if (recent->empty() || recent->back() == '\n') return {};
  const std::size_t line_end = recent->rfind('\n');
  const std::size_t start = line_end == std::string::npos ? 0 : line_end + 1;
  const std::string_view tail = std::string_view(*recent).substr(start);
  if ((line_end == std::string::npos && offset > 0) || !is_rest_of_line(tail)) {
    return fail(ErrorKind::unavailable,
                "{} does not look like an outbox: its last line has no end and was not written by "
                "crier; nothing was added",
                file_.native());
  }
  // An editor may have saved the file without the last line's end: the line is whole.
  if (Json::accept(tail.begin(), tail.end())) return write_all(descriptor_, file_, "\n");
  if (::ftruncate(descriptor_, static_cast<off_t>(offset + start)) != 0) {
    return failed(ErrorKind::unavailable, "mend", file_, errno);
  }
  return {};
}

Result<void> OutboxFile::write_line(const std::string& line) {
  const auto before = size();
  if (!before) return Failure(before.error());
  ssize_t count = 0;
  do {
    count = ::write(descriptor_, line.data(), line.size());
  } while (count < 0 && errno == EINTR);
  int problem = count < 0 ? errno : 0;
  if (count >= 0 && static_cast<std::size_t>(count) < line.size()) problem = ENOSPC;
  if (problem == 0 && ::fsync(descriptor_) != 0 && is_regular_) problem = errno;
  if (problem == 0) return {};
  const bool may_have_written = count > 0;
  if (may_have_written && ::ftruncate(descriptor_, static_cast<off_t>(*before)) != 0) {
    return failed(ErrorKind::uncertain, "write to", file_, problem);
  }
  return failed(ErrorKind::unavailable, "write to", file_, problem);
}

Result<bool> OutboxFile::holds(std::string_view id) const {
  const auto end = size();
  if (!end) return Failure(end.error());
  if (descriptor_ < 0) return false;
  if (!is_regular_) {
    return fail(ErrorKind::unavailable, "{} cannot be read back", file_.native());
  }
  const auto content = read_from(0);
  if (!content) return Failure(content.error());
  std::string_view rest = *content;
  while (!rest.empty()) {
    const std::size_t length = std::min(rest.find('\n'), rest.size());
    if (is_line_of(rest.substr(0, length), id)) return true;
    rest.remove_prefix(std::min(length + 1, rest.size()));
  }
  return false;
}

Result<std::vector<std::string>> OutboxFile::last_lines(std::size_t count) const {
  const auto end = size();
  if (!end) return Failure(end.error());
  const std::size_t offset = *end - std::min(*end, searched_for_last_lines);
  const auto content = read_from(offset);
  if (!content) return Failure(content.error());
  std::vector<std::string> lines;
  std::size_t to = content->size();
  while (to > 0 && lines.size() < count) {
    const std::size_t before = content->rfind('\n', to - 1);
    const std::size_t from = before == std::string::npos ? 0 : before + 1;
    const bool is_cut_at_start = before == std::string::npos && offset > 0;
    if (to > from && !is_cut_at_start) lines.push_back(content->substr(from, to - from));
    to = before == std::string::npos ? 0 : before;
  }
  std::reverse(lines.begin(), lines.end());
  return lines;
}

Result<void> replace_file(const std::filesystem::path& file, std::string_view content) {
  std::filesystem::path temporary = file;
  temporary += fmt::format(".{}.new", ::getpid());
  const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC;
  const Descriptor descriptor(::open(temporary.c_str(), flags, 0644));
  if (descriptor.get() < 0) return failed(ErrorKind::unavailable, "write", file, errno);
  Result<void> written = write_all(descriptor.get(), file, content);
  if (written && ::rename(temporary.c_str(), file.c_str()) != 0) {
    written = failed(ErrorKind::unavailable, "write", file, errno);
  }
  if (!written) (void)::unlink(temporary.c_str());
  return written;
}

}  // namespace crier
