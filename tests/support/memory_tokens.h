#pragma once
#include <map>

#include "oauth/token_store.h"

namespace crier {

/// Tokens that the test hands in.
class MemoryTokens final : public TokenStore {
 public:
  std::map<std::string, Credentials> kept;

  [[nodiscard]] Result<Credentials> load(const AccountId& account) const override {
    const auto found = kept.find(account.value);
    if (found == kept.end())
      return fail(ErrorKind::unauthorized, "{} is signed out", account.value);
    return found->second;
  }
  [[nodiscard]] Result<void> save(const AccountId& account,
                                  const Credentials& credentials) override {
    kept[account.value] = credentials;
    return {};
  }
  [[nodiscard]] Result<void> remove(const AccountId& account) override {
    kept.erase(account.value);
    return {};
  }
  [[nodiscard]] Result<std::unique_ptr<Lease>> lease(const AccountId&) override {
    return std::make_unique<Lease>();
  }
};

}  // namespace crier
