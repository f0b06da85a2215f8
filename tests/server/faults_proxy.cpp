#include "server/faults_proxy.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>
#include <vector>

#include "core/result.h"
#include "support/temp_dir.h"

namespace crier {
namespace {

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool listens(int port) {
  const int connection = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  const bool is_there =
      ::connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(connection);
  return is_there;
}

/// In the child, between fork and exec: only calls that are safe there.
[[noreturn]] void become(char* const* arguments, int log, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::execv(arguments[0], arguments);
  ::_exit(127);
}

pid_t launch(std::vector<std::string> words, const std::filesystem::path& log_file) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const int log = ::open(log_file.c_str(), O_CREAT | O_APPEND | O_WRONLY | O_CLOEXEC, 0600);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child == 0) become(arguments.data(), log, parent);
  ::close(log);
  CRIER_ENSURE(child > 0, "the system starts another process");
  return child;
}

}  // namespace

std::string find_program(const std::string& name) {
  for (const char* folder : {"/usr/local/sbin/", "/usr/local/bin/", "/usr/sbin/", "/usr/bin/"}) {
    std::string path = folder + name;
    if (::access(path.c_str(), X_OK) == 0) return path;
  }
  return {};
}

int free_port() {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  CRIER_ENSURE(::bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                   ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0,
               "a free port on 127.0.0.1");
  ::close(listener);
  return ntohs(address.sin_port);
}

FaultProxy::FaultProxy(std::string program, std::filesystem::path folder, int port)
    : program_(std::move(program)), folder_(std::move(folder)), port_(port) {
  std::filesystem::create_directories(folder_);
}

FaultProxy::~FaultProxy() { stop(); }

std::string FaultProxy::restart(const std::string& configuration) {
  stop();
  const std::filesystem::path file = folder_ / "configuration";
  const std::filesystem::path log = folder_ / "log";
  write_file(file, configuration);
  const std::string& path = file.native();
  process_ = program_.ends_with("nginx")
                 ? launch({program_, "-p", folder_.string(), "-e", log.string(), "-c", path}, log)
                 : launch({program_, "-db", "-f", path}, log);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (!listens(port_)) {
    if (has_ended() || std::chrono::steady_clock::now() > until) {
      return program_ + " does not listen: " + read_file(log);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  return {};
}

bool FaultProxy::has_ended() {
  const pid_t process = process_;
  if (process == 0) return true;
  if (::waitpid(process, nullptr, WNOHANG) != process) return false;
  process_ = 0;
  return true;
}

void FaultProxy::kill() const {
  if (const pid_t process = process_; process != 0) ::kill(process, SIGKILL);
}

void FaultProxy::stop() {
  const pid_t process = process_.exchange(0);
  if (process == 0) return;
  ::kill(process, SIGTERM);
  ::waitpid(process, nullptr, 0);
}

}  // namespace crier
