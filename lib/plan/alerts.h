#pragma once
#include <vector>

#include "core/model.h"
#include "plan/judge.h"

namespace crier {

/// Judges the items of a feed with identity = "alerts" anew, whatever their guids and links say.
///
/// 1. An alert is what it says (title and text, as a reader sees them) and when. With another date,
///    or in other words, it is a new one, also where it left the feed in between.
/// 2. A date that the reading itself makes says nothing: of items that all get one at once, or of
/// an
///    hour before the reading. If it stays, it counts from then on.
/// 3. Two that say the same at one time, as after a move to other addresses, are one; but two of
/// one
///    reading with links of their own are two.
/// 4. In the first reading of a ledger that has no alerts of the feed yet, what the usual names say
///    is right: nobody's setting makes old items news.
void judge_alerts(const std::vector<Item>& items, const FreshQuestion& question,
                  Judgement& judgement);

}  // namespace crier
