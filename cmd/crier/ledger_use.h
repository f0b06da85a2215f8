#pragma once
#include "config/config.h"
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

}  // namespace crier
