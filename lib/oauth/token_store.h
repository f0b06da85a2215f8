#pragma once
#include <memory>

#include "core/model.h"
#include "core/result.h"
#include "oauth/credentials.h"

namespace crier {

/// Held while one process loads, refreshes and saves an account's tokens; dropped when it goes.
class Lease {
 public:
  virtual ~Lease() = default;
};

class TokenStore {
 public:
  virtual ~TokenStore() = default;
  /// Errors: unauthorized, if the account has no sign-in; invalid, if what is stored may not or
  /// cannot be read.
  [[nodiscard]] virtual Result<Credentials> load(const AccountId& account) const = 0;
  /// On disk before it returns; the old content stays whole until then. Errors: unavailable.
  [[nodiscard]] virtual Result<void> save(const AccountId& account,
                                          const Credentials& credentials) = 0;
  /// Forgets an account's tokens; none there is no error.
  [[nodiscard]] virtual Result<void> remove(const AccountId& account) = 0;
  /// Waits until no other process holds the account's lease.
  [[nodiscard]] virtual Result<std::unique_ptr<Lease>> lease(const AccountId& account) = 0;
};

}  // namespace crier
