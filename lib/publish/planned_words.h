#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "plan/plan.h"
#include "store/store.h"

namespace crier {

/// What each account has said, or is to say, over all feeds and in this run, too: another feed may
/// bring the same story.
class PlannedWords {
 public:
  PlannedWords(const Store& store, SysTime now) : store_(store), now_(now) {}

  [[nodiscard]] std::optional<SameWords> said(const AccountId& account, const std::string& text);
  void add(const std::vector<Delivery>& planned);
  /// Held posts give way to newer versions; not those for whose sake another post was left out.
  /// Gives those that do.
  [[nodiscard]] std::vector<HeldVersion> give_up(const std::vector<HeldVersion>& versions);

 private:
  using AccountWords = std::pair<AccountId, std::string>;
  const Store& store_;
  SysTime now_;
  std::map<AccountWords, Stage> planned_;
  std::set<AccountWords> given_up_;   ///< of held posts that newer versions take the place of
  std::set<AccountWords> leaned_on_;  ///< of held posts for whose sake others were left out
};

}  // namespace crier
