#pragma once
#include <set>
#include <string>
#include <vector>

#include "publish/gather.h"

namespace crier {

/// The website that an address belongs to: its host; of a file, its folder.
[[nodiscard]] std::string site_of(const std::string& address);

/// Feeds of one website that look new at once are one event: where most of two or more does, all
/// that looks new in them counts together, as if it were one feed's.
void mind_the_sites(std::vector<Gathered>& feeds, SysTime now);

/// The websites where a fuse has blown within a day: their other feeds may follow a little later.
[[nodiscard]] std::set<std::string> restless_sites(const std::map<FeedId, FeedState>& states,
                                                   SysTime now);

}  // namespace crier
