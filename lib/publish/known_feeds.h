#pragma once
#include <map>
#include <string>
#include <vector>

#include "config/config.h"
#include "store/store.h"

namespace crier {

/// The ledger's feeds by their names.
using FeedStates = std::map<FeedId, FeedState>;

/// The ledger's feeds as feeds.toml calls them now.
///
/// The address tells which feed is which, also where two names were exchanged, or its server had
/// sent crier to that address. A feed whose address is not in feeds.toml any more gives up its name
/// to one that has it now: under "NAME.before" it waits for a person. But one whose address has
/// just left feeds.toml has moved: it keeps its name and what is known of it, though the new
/// address was tried under another name before.
class KnownFeeds {
 public:
  KnownFeeds(const Config& config, const Store& store);

  FeedStates states;
  std::vector<FeedRename> renames;  ///< that the ledger lacks

  /// Writes them. A dry run does without, and asks by the ledger's names.
  void write(Store& store, SysTime now);
  [[nodiscard]] FeedId in_ledger(const FeedId& feed) const;
  [[nodiscard]] FeedId in_config(const FeedId& feed) const;
  /// When the feed's first items were taken in, or it was first read; `now` where that is to come.
  [[nodiscard]] SysTime since(const FeedId& feed, SysTime now) const;
  /// Says that a feed has another name; empty if it has not.
  [[nodiscard]] std::string notice(const FeedId& feed) const;

 private:
  bool is_written_ = false;
};

/// The name that the ids of a feed's deliveries are made with: the first that it had. Of a feed
/// that the ledger does not know, its own, or one beside it where another feed had that first.
[[nodiscard]] FeedId id_name_of(const FeedId& feed, const FeedStates& states);

/// Writes down which accounts a feed goes to, and says which of them are new to it, as what came
/// before is not posted there; empty if none is.
[[nodiscard]] std::string note_accounts(FeedState& state, const FeedConfig& feed);

}  // namespace crier
