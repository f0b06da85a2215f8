#pragma once
#include <functional>

#include "store/store.h"

namespace crier {

/// A Store that hands everything on; tests override what they want to disturb.
class ForwardingStore : public Store {
 public:
  explicit ForwardingStore(Store& to) : to_(to) {}
  [[nodiscard]] std::vector<FeedState> feeds() const override { return to_.feeds(); }
  [[nodiscard]] bool knows(const FeedId& feed, std::string_view name) const override {
    return to_.knows(feed, name);
  }
  void commit_plan(const std::vector<FeedPlan>& plans, SysTime now) override {
    write([&] { to_.commit_plan(plans, now); });
  }
  [[nodiscard]] std::vector<Delivery> due(SysTime now) const override { return to_.due(now); }
  [[nodiscard]] std::size_t count_open() const override { return to_.count_open(); }
  [[nodiscard]] bool has_delivery(const DeliveryId& id) const override {
    return to_.has_delivery(id);
  }
  void record(const DeliveryId& id, Stage stage, const Notes& notes, SysTime at) override {
    write([&] { to_.record(id, stage, notes, at); });
  }
  void settle(const DeliveryId& id, const Outcome& outcome, SysTime at) override {
    write([&] { to_.settle(id, outcome, at); });
  }
  [[nodiscard]] bool has_receipt(const AccountId& account,
                                 const std::string& remote_id) const override {
    return to_.has_receipt(account, remote_id);
  }
  [[nodiscard]] std::vector<Delivery> history(const HistoryQuery& query) const override {
    return to_.history(query);
  }
  [[nodiscard]] AccountFacts facts(const AccountId& account) const override {
    return to_.facts(account);
  }
  void keep_facts(const AccountId& account, const AccountFacts& facts) override {
    write([&] { to_.keep_facts(account, facts); });
  }
  [[nodiscard]] std::optional<SysTime> held_until(const AccountId& account,
                                                  SysTime now) const override {
    return to_.held_until(account, now);
  }
  void hold(const AccountId& account, SysTime until) override {
    write([&] { to_.hold(account, until); });
  }

 protected:
  /// Every write passes here.
  virtual void write(const std::function<void()>& work) { work(); }

 private:
  Store& to_;
};

}  // namespace crier
