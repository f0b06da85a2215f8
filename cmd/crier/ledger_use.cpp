#include "crier/ledger_use.h"

#include <fmt/format.h>

#include <cstdio>

#include "core/utf8.h"
#include "crier/exit_code.h"
#include "crier/reader.h"

namespace crier {

int tell_busy(const RunLock& lock, const Config& config, SysTime now, bool quiet,
              const char* advice) {
  const std::string ledger = printable(config.state.string());
  if (const std::string stuck = lock.stuck(now); !stuck.empty()) {
    fmt::print(stderr, "crier: {}: {}\n", ledger, for_reader(stuck));
    return exit_code::needs_person;
  }
  if (!quiet) fmt::print(stderr, "crier: another run is at work with {}; {}\n", ledger, advice);
  return exit_code::busy;
}

bool tell_older(const SqliteStore& store, const LedgerMark& mark, const Config& config) {
  if (store.is_new() || !mark.is_older(store.age())) return false;
  fmt::print(stderr,
             "crier: the ledger {} is older than the one that crier last used there: it does not "
             "know what was posted since, and would post that again. Nothing was read and nothing "
             "posted. Let it learn what each account has posted: {}; after the last one: rm {}. Or "
             "put the newer ledger back in its place.\n",
             printable(config.state.string()), for_reader("crier history rebuild --account NAME"),
             printable(mark.file().string()));
  return true;
}

}  // namespace crier
