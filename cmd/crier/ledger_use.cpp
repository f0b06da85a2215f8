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

void tell_renames(const KnownFeeds& known) {
  for (const FeedRename& rename : known.renames) {
    fmt::print(stderr, "crier: feed {}: {}\n", rename.to.value,
               for_reader(known.notice(rename.to)));
  }
}

int write_ledger(const Config& config, const LedgerMark& mark, SysTime now,
                 const std::function<int(SqliteStore&)>& work) {
  SqliteStore store(config.state, SqliteStore::Access::write);
  if (tell_older(store, mark, config)) return exit_code::broken;
  // At once: a new ledger in which nothing was written yet must not pass for an old one.
  if (store.is_new()) mark.keep(store.age());
  KnownFeeds known(config, store);
  known.write(store, now);
  tell_renames(known);
  const int exit = work(store);
  mark.keep(store.age());
  return exit;
}

}  // namespace crier
