#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace crier {

enum class Command : std::uint8_t {
  none,
  publish,
  rehearse,
  check,
  auth_login,
  auth_status,
  auth_logout,
  auth_client_metadata,
  feed_inspect,
  feed_adopt,
  feed_release,
  feed_resume,
  text,
  resolve,
  status,
  history,
  history_import,
  history_export,
  history_rebuild
};

/// Everything the command line can say. What a command does not know stays as it is.
struct CommandLine {
  Command command = Command::none;
  std::string config;
  bool json = false, quiet = false, dry_run = false, paste = false, ask_all = false;
  std::size_t backfill = 0;
  std::size_t limit = 50;
  std::vector<std::string> feeds, accounts, sources;
  std::string account, base_url, feed, delivery, posted;
  std::string fault;                      ///< rehearse
  std::optional<std::uint16_t> port;      ///< rehearse: of its page
  bool once = false;                      ///< rehearse: end after the run
  std::string network;                    ///< text
  std::string method, url, name, folder;  ///< auth login and client-metadata
  bool not_posted = false, retry = false, undo = false;
  bool uncertain = false;       ///< history: only what only a person can settle
  std::string from, as, since;  ///< history import and export
  int exit = -1;  ///< 0 or more: all is said (--help, --version, a mistake); leave with it
};

/// Reads the command line. Help and mistakes are printed here.
[[nodiscard]] CommandLine read_command_line(int argc, const char* const* argv);

}  // namespace crier
