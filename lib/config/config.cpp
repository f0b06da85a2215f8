#include "config/config.h"

#include <algorithm>

namespace crier {

const Account* Config::account(const AccountId& id) const {
  const auto found = std::ranges::find(accounts, id, &Account::id);
  return found == accounts.end() ? nullptr : &*found;
}

const FeedConfig* Config::feed(const FeedId& id) const {
  const auto found = std::ranges::find(feeds, id, &FeedConfig::id);
  return found == feeds.end() ? nullptr : &*found;
}

}  // namespace crier
