#pragma once
#include <string>
#include <vector>

#include "core/model.h"
#include "plan/recognise.h"

namespace crier {

struct FreshQuestion;

/// An item with what the ledger says of it.
struct Judged {
  ItemNames names;
  KnownNames known;
  Recognition recognition;
  bool waits = false;  ///< known for now: whether its new date means anything shows later
  std::vector<std::string> alert = {};  ///< its names as an alert, the best first; else empty
};

/// Every item of one reading, in the feed's order, and what all of them show together.
struct Judgement {
  std::vector<Judged> items;
  Habits habits;
  std::vector<std::string> marks;  ///< names that the ledger lacks, of no single item
  bool any_known = false;          ///< by one name that says alone which item it is
};

[[nodiscard]] Judgement judge(const std::vector<Item>& items, const FreshQuestion& question);

/// Before a guid or link that two items had at once: it says nothing of either, also later on.
[[nodiscard]] std::string mark_of(const std::string& name);

}  // namespace crier
