#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "compose/compose.h"
#include "compose/rules.h"
#include "config/config.h"
#include "core/model.h"
#include "plan/fresh.h"

namespace crier {

/// An item that one account, or none, gets, and why.
struct Skip {
  FeedId feed;
  AccountId account;
  std::string item_id;
  std::string reason;
  bool suspect = false;  ///< it may be news all the same: a person should look
};

struct Plan {
  std::vector<Delivery>
      deliveries;  ///< oldest item first; one that cannot be written is there as rejected
  std::vector<Skip> skipped;
};

struct PlanQuestion {
  const FeedConfig& feed;
  const Template& text_template;
  std::string language;  ///< what the feed says of itself; or empty
  const std::map<AccountId, TextRules>& rules;
  const Config& config;
  SysTime now;
  std::function<bool(const DeliveryId&)> delivered;  ///< the ledger has that delivery already
  /// Accounts that old items may go to; what is new is planned for all. Nothing: all.
  std::function<bool(const AccountId&)> takes_old = {};
};

/// Writes what each account is to say about each fresh item.
[[nodiscard]] Plan make_plan(const Fresh& fresh, const PlanQuestion& question);

/// One item to one account, however often it is planned. `name`: one of the item's names.
[[nodiscard]] DeliveryId delivery_id(const FeedId& feed, std::string_view name,
                                     const AccountId& account);

}  // namespace crier
