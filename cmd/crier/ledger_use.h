#pragma once
#include <functional>

#include "config/config.h"
#include "publish/known_feeds.h"
#include "store/ledger_mark.h"
#include "store/run_lock.h"
#include "store/sqlite_store.h"

namespace crier {

/// Says that another run has the ledger; gives the exit code. It mends itself, so that `quiet` says
/// nothing of it, and no mail is sent; but not where that run has been at work for too long: then a
/// person is needed. `advice`: what follows from it for this command.
[[nodiscard]] int tell_busy(const RunLock& lock, const Config& config, SysTime now, bool quiet,
                            const char* advice);

/// Says so if the ledger is an earlier state of the one that was used here last, and gives true: it
/// would post again what was posted since.
[[nodiscard]] bool tell_older(const SqliteStore& store, const LedgerMark& mark,
                              const Config& config);

/// Says of each feed that has another name from now on which one it was: once, since it is then
/// written down.
void tell_renames(const KnownFeeds& known);

/// Opens the ledger for a command that writes, and gives the exit code. One that is older than the
/// last one is refused, as by `crier publish`: each write would bring its count nearer to the
/// mark's, until nobody knew any more that it is older. Any other has the names of feeds.toml when
/// `work` begins, and is the last one from then on.
[[nodiscard]] int write_ledger(const Config& config, const LedgerMark& mark, SysTime now,
                               const std::function<int(SqliteStore&)>& work);

}  // namespace crier
