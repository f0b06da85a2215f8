#include "crier/resolve.h"

#include <optional>

#include "crier/print.h"
#include "network/registry.h"

namespace crier {
namespace {

std::optional<Delivery> holder_of(const Store& store, const AccountId& account,
                                  const std::string& remote_id) {
  if (remote_id.empty() || !store.has_receipt(account, remote_id)) return std::nullopt;
  HistoryQuery query;
  query.account = account;
  std::optional<Delivery> holder;
  store.each(query, [&](const Delivery& delivery) {
    if (delivery.remote_id == remote_id) holder = delivery;
  });
  return holder;
}

}  // namespace

Result<Receipt> receipt_for(const Delivery& delivery, const std::string& address,
                            const Config& config, const Store& store, SysTime now) {
  const Account* account = config.account(delivery.account);
  // Of one that feeds.toml has no more nobody asks what it posts.
  const std::string network = account != nullptr ? account->network : "outbox";
  const Account gone{delivery.account, network, {}, {}, {}};
  const AccountFacts facts = store.account(delivery.account).facts;
  auto receipt = find_network(network)->receipt_at(
      {account != nullptr ? *account : gone, facts, now}, address);
  if (!receipt) return receipt;
  if (const auto holder = holder_of(store, delivery.account, receipt->remote_id)) {
    return fail(ErrorKind::invalid,
                "{} is kept already as the post of another item: {}  {} to {}: {}. If it announces "
                "both, say --not-posted of this one",
                address, holder->id.value.substr(0, 8), holder->feed.value, holder->account.value,
                shown_name(*holder));
  }
  return receipt;
}

}  // namespace crier
