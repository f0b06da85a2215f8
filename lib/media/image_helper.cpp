#include "media/image_helper.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/utf8.h"

namespace crier {
namespace {

using std::chrono::milliseconds;

/// More than any network takes.
constexpr std::size_t most_answer_bytes = 32U << 20;
constexpr std::size_t most_reason_bytes = 300;

/// The helper while it runs. It is ended and waited for, whatever happens.
class Child {
 public:
  Child(pid_t id, int line) : id_(id), line_(line) {}
  ~Child() {
    ::close(line_);
    if (id_ > 0) (void)end();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  [[nodiscard]] int line() const { return line_; }
  /// Ends it, with all that it has started in its group. Its exit status, if it had begun to exit
  /// by itself; nothing if a signal ended it, ours or another. It is never waited for alive.
  std::optional<int> end() {
    (void)::kill(-id_, SIGKILL);
    int status = 0;
    while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
    }
    id_ = 0;
    if (!WIFEXITED(status)) return std::nullopt;
    return WEXITSTATUS(status);
  }

 private:
  pid_t id_;
  int line_;
};

/// Starts the helper with one end of a socket pair as its input and output, and nothing else.
std::optional<pid_t> spawn(const std::string& program, const ImageLimits& limits, int its_end) {
  std::string name = "crier-image";
  std::string bytes = std::to_string(limits.max_bytes);
  std::string side = std::to_string(limits.max_side);
  std::array<char*, 4> arguments{name.data(), bytes.data(), side.data(), nullptr};
  std::array<char*, 1> environment{nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, its_end, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, its_end, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  // A group of its own: what is typed at a terminal to end crier ends no picture half-way.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  pid_t id = 0;
  const int failed = ::posix_spawn(&id, program.c_str(), &actions, &attributes, arguments.data(),
                                   environment.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return std::nullopt;
  return id;
}

enum class Talk : std::uint8_t { closed, too_long, stopped };

/// How often a talk looks whether a signal has come: one between the look and the wait wakes
/// nobody.
constexpr milliseconds look_around_every{100};

/// Hands `bytes` over and reads what comes back until the far end closes, the time is over or the
/// answer too long, or a signal says stop.
Talk talk(int line, std::string_view bytes, std::string& answer, const Clock& clock,
          milliseconds at_most, const volatile std::sig_atomic_t* stop) {
  const Ticks end = clock.ticks() + at_most;
  bool is_sending = true;
  std::vector<char> chunk(64U << 10);
  while (true) {
    if (is_sending && bytes.empty()) {
      ::shutdown(line, SHUT_WR);
      is_sending = false;
    }
    const auto left = std::chrono::ceil<milliseconds>(end - clock.ticks());
    if (left <= milliseconds{0} || answer.size() > most_answer_bytes) return Talk::too_long;
    if (stop != nullptr && *stop != 0) return Talk::stopped;
    pollfd ready{line, static_cast<short>(is_sending ? POLLIN | POLLOUT : POLLIN), 0};
    if (::poll(&ready, 1, static_cast<int>(std::min(left, look_around_every).count())) <= 0)
      continue;
    if ((ready.revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
      const ssize_t got = ::recv(line, chunk.data(), chunk.size(), MSG_DONTWAIT);
      if (got > 0) answer.append(chunk.data(), static_cast<std::size_t>(got));
      if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) return Talk::closed;
    }
    if (is_sending && (ready.revents & POLLOUT) != 0) {
      const ssize_t sent = ::send(line, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
      // It has made up its mind without the rest.
      if (sent < 0 && errno != EAGAIN && errno != EINTR) bytes = {};
    }
  }
}

std::optional<std::size_t> take_number(std::string_view& words) {
  std::size_t value = 0;
  const auto [end, problem] = std::from_chars(words.data(), words.data() + words.size(), value);
  if (problem != std::errc{}) return std::nullopt;
  words.remove_prefix(static_cast<std::size_t>(end - words.data()));
  if (words.starts_with(' ')) words.remove_prefix(1);
  return value;
}

/// "jpeg WIDTH HEIGHT SIZE" and the bytes; or "no " and the reason.
Result<FittedImage> read_answer(std::string_view answer, const ImageLimits& limits) {
  const std::size_t line_end = answer.find('\n');
  std::string_view line = answer.substr(0, std::min(line_end, answer.size()));
  if (line_end == std::string_view::npos) line = {};
  if (line.starts_with("no ")) {
    return fail(ErrorKind::invalid, "{}", printable(line.substr(3, most_reason_bytes)));
  }
  FittedImage image;
  for (const std::string_view type : {"jpeg", "png"}) {
    if (!line.starts_with(type)) continue;
    image.type = "image/" + std::string(type);
    line.remove_prefix(std::min(type.size() + 1, line.size()));
    const auto width = take_number(line);
    const auto height = take_number(line);
    const auto size = take_number(line);
    const std::string_view bytes = answer.substr(line_end + 1);
    const bool is_sound = width && height && size && bytes.size() == *size && *size > 0 &&
                          *size <= limits.max_bytes && std::max(*width, *height) > 0 &&
                          std::max(*width, *height) <= limits.max_side;
    if (!is_sound) break;
    image.width = *width;
    image.height = *height;
    image.bytes = bytes;
    return image;
  }
  return fail(ErrorKind::invalid, "it cannot be read: it is broken, or made to do harm");
}

}  // namespace

Result<FittedImage> ImageHelper::fit(std::string_view bytes, const ImageLimits& limits) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return fail(ErrorKind::unavailable, "no picture can be made now: too many files are open");
  }
  const auto id = spawn(program_.string(), limits, ends[1]);
  ::close(ends[1]);
  if (!id) {
    ::close(ends[0]);
    return fail(ErrorKind::unavailable,
                "the program crier-image, which makes pictures fit, cannot be started at {}: "
                "in crier's folder, run sudo cmake --install build/release",
                program_.string());
  }
  Child child(*id, ends[0]);
  std::string answer;
  const Talk talked = talk(child.line(), bytes, answer, clock_, at_most_, stop_);
  if (talked == Talk::stopped) {
    return fail(ErrorKind::unavailable, "stopped before it was read");
  }
  if (talked == Talk::too_long) {
    return fail(ErrorKind::invalid,
                "it takes longer than {} seconds to read; give the page a smaller one",
                std::chrono::duration_cast<std::chrono::seconds>(at_most_).count());
  }
  const auto status = child.end();
  if (!status) {
    return fail(ErrorKind::invalid,
                "it cannot be read: it takes too much memory or time, is broken, or made to do "
                "harm; give the page another one");
  }
  if (answer.empty()) {
    return fail(ErrorKind::unavailable,
                "the program {} ended with {} and said nothing: install crier again",
                program_.string(), *status);
  }
  return read_answer(answer, limits);
}

}  // namespace crier
