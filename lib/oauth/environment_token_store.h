#pragma once
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "oauth/token_store.h"

namespace crier {

/// The name of the environment variable that may hold an account's token: "CRIER_TOKEN_TOWN_HALL"
/// for "town-hall".
[[nodiscard]] std::string token_variable(const AccountId& account);
/// The name of the one that may hold the address of that token's server: "CRIER_SERVER_TOWN_HALL".
[[nodiscard]] std::string server_variable(const AccountId& account);

/// What the variable holds: for Bluesky an app password; for the others, see read_given_token.
///
/// A token store in which a token from the environment wins over what `kept` holds.
///
/// 1. A token from the environment is good for one server and nothing else: for the one that
/// server_variable() names, or else for the one that it was first loaded for. So a change of
/// feeds.toml sends it nowhere. (A webhook's variable names the server itself.)
/// 2. It is never written down: save and remove go to `kept`. What is kept of it, in `folder`, is
/// its SHA-256 and that server.
/// 3. A Bluesky session that was begun with an app password from the environment is kept, without
/// the password, and used again for as long as the password is the same: sign-ins are scarce.
/// 4. A variable that two accounts would share is refused, as one's token would go to the other's
/// server.
class EnvironmentTokenStore final : public TokenStore {
 public:
  /// `variables`: names and values of the environment; those that are no account's are ignored.
  /// `folder`: where first uses are written down; empty, or where nothing can be kept: nowhere.
  EnvironmentTokenStore(TokenStore& kept, const std::vector<Account>& accounts,
                        const std::map<std::string, std::string>& variables,
                        const std::filesystem::path& folder = {});

  [[nodiscard]] Result<Credentials> load(const AccountId& account) const override;
  [[nodiscard]] Result<void> save(const AccountId& account,
                                  const Credentials& credentials) override;
  [[nodiscard]] Result<void> remove(const AccountId& account) override;
  [[nodiscard]] Result<std::unique_ptr<Lease>> lease(const AccountId& account) override;

 private:
  struct Given {
    Secret token;
    std::string server, network, handle;
    std::string bound_to;               ///< as server_variable() has it; or empty
    std::vector<std::string> accounts;  ///< more than one: nobody's
  };
  [[nodiscard]] Result<Credentials> session_of(const AccountId& account, const Given& given) const;
  [[nodiscard]] const Given* given_for(const AccountId& account) const;
  [[nodiscard]] Result<void> check_server(const AccountId& account, const Given& given) const;

  TokenStore& kept_;
  std::map<std::string, Given> given_;  ///< by variable
  std::filesystem::path first_uses_;
};

}  // namespace crier
