#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "oauth/token_store.h"

namespace crier {

/// The name of the environment variable that may hold an account's token: "CRIER_TOKEN_TOWN_HALL"
/// for "town-hall".
[[nodiscard]] std::string token_variable(const AccountId& account);

/// What the variable holds: for Bluesky an app password; for the others, see read_given_token.
///
/// A token store in which a token from the environment wins over what `kept` holds.
///
/// 1. A token from the environment is good for its account's own server and nothing else.
/// 2. It is never written down: save and remove go to `kept`.
/// 3. A Bluesky session that was begun with an app password from the environment is kept, without
/// the password, and used again for as long as the password is the same: sign-ins are scarce.
/// 4. A variable that two accounts would share is refused, as one's token would go to the other's
/// server.
class EnvironmentTokenStore final : public TokenStore {
 public:
  /// `variables`: names and values of the environment; those that are no account's are ignored.
  EnvironmentTokenStore(TokenStore& kept, const std::vector<Account>& accounts,
                        const std::map<std::string, std::string>& variables);

  [[nodiscard]] Result<Credentials> load(const AccountId& account) const override;
  [[nodiscard]] Result<void> save(const AccountId& account,
                                  const Credentials& credentials) override;
  [[nodiscard]] Result<void> remove(const AccountId& account) override;
  [[nodiscard]] Result<std::unique_ptr<Lease>> lease(const AccountId& account) override;

 private:
  struct Given {
    Secret token;
    std::string server, network, handle;
    std::vector<std::string> accounts;  ///< more than one: nobody's
  };
  [[nodiscard]] Result<Credentials> session_of(const AccountId& account, const Given& given) const;
  [[nodiscard]] const Given* given_for(const AccountId& account) const;

  TokenStore& kept_;
  std::map<std::string, Given> given_;  ///< by variable
};

}  // namespace crier
