#include <fcntl.h>
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <exception>

#include "crier/auth.h"
#include "crier/check.h"
#include "crier/cli.h"
#include "crier/exit_code.h"
#include "crier/feed.h"
#include "crier/history.h"
#include "crier/publish.h"
#include "crier/wiring.h"
#include "store/store.h"

namespace crier {
namespace {

int inspect(const CommandLine& line) {
  World world(nullptr);
  InspectOptions options;
  options.json = line.json;
  options.quiet = line.quiet;
  options.base_url = line.base_url;
  options.sources = line.sources;
  const ReadSource read = [&](const std::string& source) {
    return read_source(source, world.client());
  };
  return inspect_feeds(options, read, stdout, stderr);
}

int authorise(const CommandLine& line, const Config& config, World& world) {
  AuthWorld auth{config, world.tokens(), world.client(), world.clock(), world.random(),
                 stdout, stderr,         open_browser,   read_line,     stop_flag()};
  if (line.command == Command::auth_login) return auth_login(auth, line.account, line.paste);
  if (line.command == Command::auth_logout) return auth_logout(auth, line.account);
  return auth_status(auth, line.json);
}

int run(const CommandLine& line) {
  if (line.command == Command::feed_inspect) return inspect(line);
  const auto found = find_config(line.config);
  if (!found) {
    fmt::print(stderr, "crier: {}\n", found.error().message);
    return exit_code::usage;
  }
  World world(&found->config);
  switch (line.command) {
    case Command::publish: return run_publish(line, *found, world);
    case Command::check: return run_check(line, *found, world);
    case Command::history: return run_history(line, found->config);
    case Command::auth_login:
    case Command::auth_status:
    case Command::auth_logout: return authorise(line, found->config, world);
    case Command::feed_inspect:
    case Command::none: break;
  }
  return exit_code::usage;
}

/// A run frees each feed's memory and takes as much again for the next: it should not go back and
/// forth to the kernel for that, which took a third of the time of reading many feeds.
void keep_freed_memory() {
  (void)mallopt(M_TRIM_THRESHOLD, 64 << 20);
  (void)mallopt(M_TOP_PAD, 1 << 20);
}

/// A crash must not leave tokens in a core file.
void forbid_core_dumps() {
  const rlimit none{0, 0};
  (void)setrlimit(RLIMIT_CORE, &none);
  (void)prctl(PR_SET_DUMPABLE, 0);
}

/// A file that is opened while 0, 1 or 2 is closed would get that number, and be printed into.
void fill_standard_streams() {
  int file = 0;
  do file = ::open("/dev/null", O_RDWR);
  while (file >= 0 && file <= STDERR_FILENO);
  if (file > STDERR_FILENO) ::close(file);
}

/// Whoever reads the output must not take half of it for all.
int after_output(int code) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
  (void)std::fprintf(stderr, "crier: the output could not be written\n");
  return code == exit_code::ok ? exit_code::broken : code;
}

}  // namespace
}  // namespace crier

int main(int argc, char** argv) {
  crier::fill_standard_streams();
  try {
    const crier::CommandLine line = crier::read_command_line(argc, argv);
    if (line.exit >= 0) return crier::after_output(line.exit);
    crier::forbid_core_dumps();
    crier::keep_freed_memory();
    return crier::after_output(crier::run(line));
  } catch (const crier::StoreError& problem) {
    (void)std::fprintf(stderr, "crier: %s\n", problem.what());
  } catch (const std::exception& problem) {
    (void)std::fprintf(stderr, "crier: internal error: %s\n", problem.what());
  }
  return crier::exit_code::broken;
}
