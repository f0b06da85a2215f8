#pragma once
#include <random>
#include <string>
#include <vector>

#include "death/far_side.h"
#include "death/life.h"

namespace crier {

/// What was counted.
struct Count {
  std::size_t tales = 0;   ///< each begins in a new folder
  std::size_t kills = 0;   ///< processes that were ended by SIGKILL
  std::size_t faults = 0;  ///< of the disk: errors and power cuts
  std::size_t posts = 0;   ///< that became public
  std::size_t uncertain = 0, duplicates = 0, losses = 0;
  Count& operator+=(const Count& more);
};

/// What happens in a newsroom while its runs die.
struct Story {
  std::string name;
  /// After the first run has taken the feed as history.
  void (*happens)(Newsroom& room);
  Deed deed = publishes;                         ///< what the lives do that die
  void (*in_the_end)(Newsroom& room) = nullptr;  ///< a person's deed, before all goes quiet
  bool may_be_refused = false;  ///< what has waited for too long is refused, and not lost
};

[[nodiscard]] const std::vector<Story>& stories();

/// When the runs of one tale die: one life after the other.
struct Deaths {
  std::vector<int> moments;
  std::chrono::seconds apart{30};  ///< between two lives
  bool in_the_disk = false;
};

/// What one tale came to.
struct Told {
  Count count;
  int moments = 0;      ///< of the first life
  std::string trouble;  ///< what must not be; empty if all is well
};

/// Tells one tale: the feed is known, the story happens, runs die, and others follow until all is
/// quiet. Then everything is counted.
class Teller {
 public:
  [[nodiscard]] Told tell(const Story& story, const std::vector<const FarSide*>& sides,
                          const Deaths& deaths);

 private:
  Lives lives_;
};

}  // namespace crier
