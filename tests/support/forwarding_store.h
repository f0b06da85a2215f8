#pragma once
#include <functional>

#include "store/store.h"

namespace crier {

/// A Store that hands everything on; tests override what they want to disturb.
class ForwardingStore : public Store {
 public:
  explicit ForwardingStore(Store& to) : to_(to) {}
  [[nodiscard]] std::vector<FeedState> feeds() const override { return to_.feeds(); }
  [[nodiscard]] std::optional<SysTime> seen_on(const FeedId& feed,
                                               std::string_view name) const override {
    return to_.seen_on(feed, name);
  }
  void commit_plan(const std::vector<FeedPlan>& plans, SysTime now) override {
    write([&] { to_.commit_plan(plans, now); });
  }
  void rename(const std::vector<FeedRename>& renames) override {
    write([&] { to_.rename(renames); });
  }
  [[nodiscard]] std::vector<Delivery> open() const override { return to_.open(); }
  [[nodiscard]] std::vector<Tally> tally() const override { return to_.tally(); }
  [[nodiscard]] bool has_delivery(const DeliveryId& id) const override {
    return to_.has_delivery(id);
  }
  [[nodiscard]] std::optional<SameWords> said(const AccountId& account,
                                              std::string_view text) const override {
    return to_.said(account, text);
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
  [[nodiscard]] std::vector<SysTime> posted_between(const AccountId& account, SysTime from,
                                                    SysTime to) const override {
    return to_.posted_between(account, from, to);
  }
  void spend(const DeliveryId& id, std::int64_t millionths, SysTime at) override {
    write([&] { to_.spend(id, millionths, at); });
  }
  [[nodiscard]] std::int64_t spent(const AccountId& account, SysTime from,
                                   SysTime to) const override {
    return to_.spent(account, from, to);
  }
  [[nodiscard]] std::vector<Delivery> history(const HistoryQuery& query) const override {
    return to_.history(query);
  }
  void each(const HistoryQuery& query,
            const std::function<void(const Delivery&)>& take) const override {
    to_.each(query, take);
  }
  void put(const std::vector<Delivery>& deliveries) override {
    write([&] { to_.put(deliveries); });
  }
  void reopen(const DeliveryId& id, SysTime at) override {
    write([&] { to_.reopen(id, at); });
  }
  void drop(const DeliveryId& id, const std::string& why, SysTime at) override {
    write([&] { to_.drop(id, why, at); });
  }
  std::size_t release(const FeedId& feed, SysTime at) override {
    std::size_t count = 0;
    write([&] { count = to_.release(feed, at); });
    return count;
  }
  std::size_t adopt(const FeedId& feed, const std::string& why, SysTime at) override {
    std::size_t count = 0;
    write([&] { count = to_.adopt(feed, why, at); });
    return count;
  }
  void prune(SysTime before) override {
    write([&] { to_.prune(before); });
  }
  [[nodiscard]] AccountFacts facts(const AccountId& account) const override {
    return to_.facts(account);
  }
  void keep_facts(const AccountId& account, const AccountFacts& facts) override {
    write([&] { to_.keep_facts(account, facts); });
  }
  [[nodiscard]] std::optional<SysTime> paused_until(const AccountId& account) const override {
    return to_.paused_until(account);
  }
  void pause(const AccountId& account, SysTime until) override {
    write([&] { to_.pause(account, until); });
  }

 protected:
  /// Every write passes here.
  virtual void write(const std::function<void()>& work) { work(); }

 private:
  Store& to_;
};

}  // namespace crier
