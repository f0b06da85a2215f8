#pragma once
#include <set>
#include <string>
#include <vector>

#include "publish/gather.h"

namespace crier {

/// Feeds of one website that look new at once are one event: where most of two or more does, all
/// that looks new in them counts together, as if it were one feed's.
void mind_the_sites(std::vector<Gathered>& feeds, SysTime now);

/// The hosts where a fuse has blown within a day: their other feeds may follow a little later.
[[nodiscard]] std::set<std::string> restless_hosts(const std::map<FeedId, FeedState>& states,
                                                   SysTime now);

}  // namespace crier
