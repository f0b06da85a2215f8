#include <fcntl.h>
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <exception>

#include "crier/auth.h"
#include "crier/check.h"
#include "crier/cli.h"
#include "crier/decide.h"
#include "crier/exit_code.h"
#include "crier/feed.h"
#include "crier/history.h"
#include "crier/publish.h"
#include "crier/reader.h"
#include "crier/rehearse.h"
#include "crier/status.h"
#include "crier/terminal.h"
#include "crier/text.h"
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
  AuthWorld auth{config,      world.tokens(), world.client(),      world.clock(), world.random(),
                 stdout,      stderr,         open_browser,        read_line,     stop_flag(),
                 read_secret, look_up_txt,    world.token_folder()};
  if (line.command == Command::auth_login) {
    return auth_login(auth, {line.account, line.method, line.paste});
  }
  if (line.command == Command::auth_logout) return auth_logout(auth, line.account);
  if (line.command == Command::auth_client_metadata) {
    return auth_client_metadata(auth, {line.url, line.name, line.folder});
  }
  return auth_status(auth, line.json, line.ask_all);
}

int run(const CommandLine& line) {
  if (line.command == Command::feed_inspect) return inspect(line);
  if (line.command == Command::text)
    return measure_text({line.network, line.json}, stdin, stdout, stderr);
  const auto found = find_config(line.config);
  if (!found) {
    speak_to({.config = line.config});
    fmt::print(stderr, "crier: {}\n", worded(found.error().message));
    return exit_code::usage;
  }
  speak_to({found->config.timezone, found->named});
  if (line.command == Command::rehearse) return run_rehearsal(line, *found);
  auto token_key = find_token_key(found->config);
  if (!token_key) {
    fmt::print(stderr, "crier: {}\n", for_reader(token_key.error().message));
    return exit_code::usage;
  }
  World world(&found->config, *std::move(token_key));
  switch (line.command) {
    case Command::publish: return run_publish(line, *found, world);
    case Command::check: return run_check(line, *found, world);
    case Command::history: return run_history(line, found->config);
    case Command::status: return run_status(line, found->config, world);
    case Command::resolve: return resolve_delivery(line, found->config, world);
    case Command::feed_adopt: return adopt_feed(line, found->config, world);
    case Command::feed_release: return release_feed(line, found->config, world);
    case Command::feed_resume: return resume_feed(line, found->config, world);
    case Command::history_import: return run_history_import(line, found->config, world);
    case Command::history_export: return run_history_export(line, found->config);
    case Command::history_rebuild: return run_history_rebuild(line, *found, world);
    case Command::auth_login:
    case Command::auth_status:
    case Command::auth_logout:
    case Command::auth_client_metadata: return authorise(line, found->config, world);
    case Command::rehearse:
    case Command::feed_inspect:
    case Command::text:
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

/// Where both go to the same file or pipe, a line of one must not cut into a line of the other.
void keep_lines_whole() {
  struct stat out {};
  struct stat errors {};
  if (::fstat(STDOUT_FILENO, &out) != 0 || ::fstat(STDERR_FILENO, &errors) != 0) return;
  if (out.st_dev == errors.st_dev && out.st_ino == errors.st_ino) {
    (void)std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  }
}

}  // namespace
}  // namespace crier

int main(int argc, char** argv) {
  crier::fill_standard_streams();
  crier::guard_terminal();
  try {
    const crier::CommandLine line = crier::read_command_line(argc, argv);
    if (line.exit >= 0) return crier::after_output(line.exit);
    crier::forbid_core_dumps();
    crier::keep_freed_memory();
    crier::keep_lines_whole();
    return crier::after_output(crier::run(line));
  } catch (const crier::StoreError& problem) {
    (void)std::fprintf(stderr, "crier: %s\n", crier::for_reader(problem.what()).c_str());
  } catch (const std::exception& problem) {
    (void)std::fprintf(stderr, "crier: internal error: %s\n", problem.what());
  }
  return crier::exit_code::broken;
}
