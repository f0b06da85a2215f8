#pragma once
#include <functional>
#include <map>
#include <optional>
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
  std::string item_title;  ///< may be empty
  std::string reason;
};

struct Plan {
  std::vector<Delivery>
      deliveries;  ///< oldest item first; one that cannot be written is there as rejected
  std::vector<Skip> skipped;
  std::vector<HeldVersion> replaced;  ///< what `deliveries` have newer versions of
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
  /// What the account has said, or is about to say, in the same words; nothing: not looked up.
  std::function<std::optional<SameWords>(const AccountId&, const std::string& text)> said = {};
  /// Whether everybody can read what the account says, so that its links must lead somewhere;
  /// nothing: not asked.
  std::function<bool(const AccountId&)> is_public = {};
  /// The name that the ids of the feed's deliveries are made with; empty: its own.
  FeedId ids_of = {};

  [[nodiscard]] const FeedId& id_name() const { return ids_of.value.empty() ? feed.id : ids_of; }
};

/// Writes what each account is to say about each fresh item. What the ledger keeps of an item
/// beside the post (its id, title and link) is bounded, whatever the feed holds.
///
/// The same words go out on one account only once, unless a person says otherwise: under whatever
/// new name an item comes back, a post that reads the same is held, or left out where the first one
/// waits still or somebody has left it out.
[[nodiscard]] Plan make_plan(const Fresh& fresh, const PlanQuestion& question);

/// One item to one account, however often it is planned. `feed`: the first name that it had.
/// `name`: one of the item's names.
[[nodiscard]] DeliveryId delivery_id(const FeedId& feed, std::string_view name,
                                     const AccountId& account);

}  // namespace crier
