#pragma once
#include <functional>

#include "death/fate.h"
#include "death/tunnel.h"
#include "support/newsroom.h"

namespace crier {

/// How a run ended.
struct LifeEnd {
  bool killed = false;
  int moments = 0;      ///< how many it had
  std::string trouble;  ///< it ended by itself, and not well
};

/// What a life does with the ledger and the world.
using Deed = std::function<void(Newsroom& room, Store& store, HttpClient& client)>;

/// What `crier publish` does.
inline void publishes(Newsroom& room, Store& store, HttpClient& client) {
  (void)room.run(store, client);
}

/// Lives that are lived in processes of their own, before far sides that outlive them.
class Lives {
 public:
  /// Lives once, and dies by SIGKILL at moment `dies_at` (0: never). Moments are: before and after
  /// each write of the ledger; before and after a request leaves; when it has arrived, when what it
  /// asks for is done, and when its answer has come. With `in_the_disk`, too: before and after each
  /// write, sync and truncation that SQLite asks for, so also in the middle of a transaction.
  LifeEnd live(Newsroom& room, const Deed& deed, int dies_at, bool in_the_disk = false);

 private:
  [[noreturn]] void be_born(Newsroom& room, const Deed& deed, bool in_the_disk);

  SharedMemory memory_;
  Tunnel tunnel_;
};

}  // namespace crier
