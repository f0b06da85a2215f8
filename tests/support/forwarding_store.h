#pragma once
#include <functional>

#include "store/store.h"

namespace crier {

/// A Store that hands everything on; tests override what they want to disturb.
class ForwardingStore : public Store {
 public:
  explicit ForwardingStore(Store& to) : to_(to) {}
  void put(const Batch& batch, SysTime now) override {
    write([&] { to_.put(batch, now); });
  }
  [[nodiscard]] std::vector<FeedState> feeds() const override { return to_.feeds(); }
  [[nodiscard]] std::optional<SysTime> seen_on(const FeedId& feed,
                                               std::string_view name) const override {
    return to_.seen_on(feed, name);
  }
  [[nodiscard]] std::shared_ptr<void> reading() const override { return to_.reading(); }
  [[nodiscard]] std::vector<Delivery> open() const override { return to_.open(); }
  [[nodiscard]] std::vector<Tally> tally() const override { return to_.tally(); }
  [[nodiscard]] std::optional<Delivery> find(const DeliveryId& id) const override {
    return to_.find(id);
  }
  [[nodiscard]] std::optional<SameWords> said(const AccountId& account,
                                              std::string_view text) const override {
    return to_.said(account, text);
  }
  [[nodiscard]] bool has_receipt(const AccountId& account,
                                 const std::string& remote_id) const override {
    return to_.has_receipt(account, remote_id);
  }
  [[nodiscard]] std::vector<SysTime> posted_between(const AccountId& account, SysTime from,
                                                    SysTime to) const override {
    return to_.posted_between(account, from, to);
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
  [[nodiscard]] AccountState account(const AccountId& id) const override { return to_.account(id); }
  [[nodiscard]] std::map<std::string, SysTime> told() const override { return to_.told(); }

 protected:
  /// Every write passes here.
  virtual void write(const std::function<void()>& work) { work(); }

 private:
  Store& to_;
};

}  // namespace crier
