#include "oauth/environment_token_store.h"

#include "core/url.h"
#include "core/utf8.h"
#include "oauth/oauth2.h"

namespace crier {

namespace {

/// What is held of a token that no other process can change.
class NoLease final : public Lease {};

}  // namespace

std::string token_variable(const AccountId& account) {
  std::string name = "CRIER_TOKEN_";
  for (const char c : account.value) {
    if (c >= 'a' && c <= 'z') {
      name += static_cast<char>(c - 'a' + 'A');
    } else {
      name += (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_';
    }
  }
  return name;
}

EnvironmentTokenStore::EnvironmentTokenStore(TokenStore& kept, const std::vector<Account>& accounts,
                                             const std::map<std::string, std::string>& variables)
    : kept_(kept) {
  for (const Account& account : accounts) {
    if (account.server.empty()) continue;
    const std::string name = token_variable(account.id);
    const auto variable = variables.find(name);
    // CI systems set the variable to nothing when the secret is not there.
    if (variable == variables.end() || trimmed(variable->second).empty()) continue;
    Given& given = given_[name];
    given.token = Secret(std::string(trimmed(variable->second)));
    given.server = origin_of(account.server);
    given.accounts.push_back(account.id.value);
  }
}

const EnvironmentTokenStore::Given* EnvironmentTokenStore::given_for(
    const AccountId& account) const {
  const auto found = given_.find(token_variable(account));
  return found == given_.end() ? nullptr : &found->second;
}

Result<Credentials> EnvironmentTokenStore::load(const AccountId& account) const {
  const Given* const given = given_for(account);
  if (given == nullptr) {
    auto kept = kept_.load(account);
    if (!kept && kept.error().kind == ErrorKind::unauthorized) {
      return fail(ErrorKind::unauthorized, "{}, or set {}", kept.error().message,
                  token_variable(account));
    }
    return kept;
  }
  const std::string name = token_variable(account);
  if (given->accounts.size() > 1) {
    return fail(ErrorKind::invalid,
                "{} would be the token of {} and of {}: give one of them another name", name,
                given->accounts[0], given->accounts[1]);
  }
  if (!is_visible_ascii(given->token.reveal())) {
    return fail(ErrorKind::invalid, "{} holds spaces or other characters that no token has", name);
  }
  Credentials credentials;
  credentials.server = given->server;
  credentials.access_token = given->token;
  credentials.source = "environment " + name;
  return credentials;
}

Result<void> EnvironmentTokenStore::save(const AccountId& account, const Credentials& credentials) {
  return kept_.save(account, credentials);
}

Result<void> EnvironmentTokenStore::remove(const AccountId& account) {
  return kept_.remove(account);
}

Result<std::unique_ptr<Lease>> EnvironmentTokenStore::lease(const AccountId& account) {
  if (given_for(account) != nullptr) return std::make_unique<NoLease>();
  return kept_.lease(account);
}

}  // namespace crier
