#pragma once
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/model.h"

namespace crier {

/// The ledger cannot be read or written: the run ends. Caught by main alone.
class StoreError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What the ledger knows of a feed.
struct FeedState {
  FeedId id;
  std::string url;                   ///< what the validators belong to
  std::string etag, last_modified;   ///< byte for byte as received
  std::optional<SysTime> seeded_at;  ///< when its items were first taken as history
  std::optional<SysTime> failing_since;
  std::optional<SysTime> not_before;  ///< the server asked for no request before then
  friend bool operator==(const FeedState&, const FeedState&) = default;
};

/// What one feed's fetch led to. Written as a whole, or not at all.
struct FeedPlan {
  FeedState state;
  std::vector<std::string> names;  ///< every name under which its new items are known from now on
  std::vector<Delivery> deliveries;
};

/// Which deliveries to list.
struct HistoryQuery {
  std::optional<FeedId> feed;
  std::optional<AccountId> account;
  std::size_t limit = 50;
};

/// The ledger, in the program's words. Every write is on disk before it returns. Throws StoreError.
///
/// 1. A feed's validators are written with the deliveries they led to, in one transaction (W1).
/// 2. A delivery's id is the same however often it is planned; planning it twice changes nothing,
/// unless it was
///    refused: then it is tried anew.
/// 3. Nothing here grows slower with the length of the history.
class Store {
 public:
  virtual ~Store() = default;
  [[nodiscard]] virtual std::vector<FeedState> feeds() const = 0;
  /// Says whether an item of that feed is known under that name.
  [[nodiscard]] virtual bool knows(const FeedId& feed, std::string_view name) const = 0;
  virtual void commit_plan(const std::vector<FeedPlan>& plans, SysTime now) = 0;  // W1
  /// Deliveries that are not settled, oldest item first. Those with a later not_before are left
  /// out, but for `waiting`.
  [[nodiscard]] virtual std::vector<Delivery> due(SysTime now) const = 0;
  [[nodiscard]] virtual std::size_t count_open() const = 0;
  /// Says whether that delivery was planned, and has not been refused.
  [[nodiscard]] virtual bool has_delivery(const DeliveryId& id) const = 0;
  virtual void record(const DeliveryId& id, Stage stage, const Notes& notes,
                      SysTime at) = 0;                                                // W2, W3
  virtual void settle(const DeliveryId& id, const Outcome& outcome, SysTime at) = 0;  // W4
  /// Says whether a delivery of that account was published under that remote id.
  [[nodiscard]] virtual bool has_receipt(const AccountId& account,
                                         const std::string& remote_id) const = 0;
  [[nodiscard]] virtual std::vector<Delivery> history(const HistoryQuery& query) const = 0;
  [[nodiscard]] virtual AccountFacts facts(const AccountId& account) const = 0;
  virtual void keep_facts(const AccountId& account, const AccountFacts& facts) = 0;
  /// Until when an account's server has asked for no more; nothing if it has not, or the time is
  /// past.
  [[nodiscard]] virtual std::optional<SysTime> held_until(const AccountId& account,
                                                          SysTime now) const = 0;
  virtual void hold(const AccountId& account, SysTime until) = 0;
};

}  // namespace crier
