#pragma once
#include "crier/rehearsal_stage.h"
#include "publish/report.h"

namespace crier {

/// Compares what has arrived at the stand-ins with what the ledger says, and tells it. `first`: of
/// the rehearsal's first run. False: a post is missing, is there twice or still waits after a
/// fault, or a feed could not be read.
[[nodiscard]] bool tell_verdict(const RehearsalStage& stage, const RunReport& first,
                                rehearsal::Fault fault);

}  // namespace crier
