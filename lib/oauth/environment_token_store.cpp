#include "oauth/environment_token_store.h"

#include "core/private_file.h"
#include "core/url.h"
#include "core/utf8.h"
#include "oauth/crypto.h"
#include "oauth/given_token.h"
#include "oauth/json_text.h"
#include "oauth/oauth2.h"

namespace crier {

namespace {

/// What is held of a token that no other process can change.
class NoLease final : public Lease {};

/// Takes the app passwords of all accounts that Bluesky itself hosts.
constexpr std::string_view bluesky_entrance = "https://bsky.social";

/// Stands for a password in a file that must not hold it.
std::string fingerprint(const Secret& password, std::string_view handle) {
  return "app-password-" + base64url(sha256(std::string(handle) + '\n' + password.reveal()));
}

}  // namespace

namespace {

std::string variable_of(std::string name, const AccountId& account) {
  for (const char c : account.value) {
    if (c >= 'a' && c <= 'z') {
      name += static_cast<char>(c - 'a' + 'A');
    } else {
      name += (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_';
    }
  }
  return name;
}

/// By variable: its token's SHA-256, a space, and the server that it was first loaded for.
nlohmann::json read_first_uses(const std::filesystem::path& file) {
  const auto text = read_private_file(file);
  return parse_object(text.value_or("")).value_or(nlohmann::json::object());
}

}  // namespace

std::string token_variable(const AccountId& account) {
  return variable_of("CRIER_TOKEN_", account);
}

std::string server_variable(const AccountId& account) {
  return variable_of("CRIER_SERVER_", account);
}

EnvironmentTokenStore::EnvironmentTokenStore(TokenStore& kept, const std::vector<Account>& accounts,
                                             const std::map<std::string, std::string>& variables,
                                             const std::filesystem::path& folder)
    : kept_(kept) {
  if (!folder.empty()) first_uses_ = folder / "environment.servers";
  for (const Account& account : accounts) {
    const std::string server = account.server.empty() && account.network == "bluesky"
                                   ? std::string(bluesky_entrance)
                                   : account.server;
    // A webhook's address is its secret: the variable names the server, too.
    if (server.empty() && account.network != "webhook") continue;
    const std::string name = token_variable(account.id);
    const auto variable = variables.find(name);
    // CI systems set the variable to nothing when the secret is not there.
    if (variable == variables.end() || trimmed(variable->second).empty()) continue;
    Given& given = given_[name];
    given.token = Secret(std::string(trimmed(variable->second)));
    given.server = server.empty() ? std::string() : origin_of(server);
    given.network = account.network;
    if (const auto bound = variables.find(server_variable(account.id)); bound != variables.end()) {
      given.bound_to = trimmed(bound->second);
    }
    if (const auto handle = account.settings.find("handle"); handle != account.settings.end()) {
      given.handle = "@" + handle->second;
    }
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
  if (const auto checked = check_server(account, *given); !checked) {
    return Failure(checked.error());
  }
  if (given->network == "bluesky") return session_of(account, *given);
  auto credentials = read_given_token(given->network, given->server, given->token);
  if (!credentials) return fail(ErrorKind::invalid, "{} {}", name, credentials.error().message);
  credentials->source = "environment " + name;
  return credentials;
}

Result<void> EnvironmentTokenStore::check_server(const AccountId& account,
                                                 const Given& given) const {
  if (given.server.empty()) return {};
  const std::string name = token_variable(account);
  const std::string server_name = server_variable(account);
  if (!given.bound_to.empty()) {
    const std::string origin = origin_of(given.bound_to);
    if (origin.empty()) {
      return fail(ErrorKind::invalid, "{} is not the address of a server: write it as {}={}",
                  server_name, server_name, given.server);
    }
    if (origin == given.server) return {};
    return fail(ErrorKind::invalid,
                "{} is for {}, as {} says, and feeds.toml names {}: the token is not sent there. "
                "Mend the one that is wrong",
                name, origin, server_name, given.server);
  }
  if (first_uses_.empty()) return {};
  nlohmann::json first_uses = read_first_uses(first_uses_);
  const std::string token = base64url(sha256(name + '\n' + given.token.reveal())) + ' ';
  const std::string known = text_of(first_uses, name.c_str());
  if (!known.starts_with(token)) {
    first_uses[name] = token + given.server;
    (void)write_private_file(
        first_uses_, first_uses.dump(1, ' ', false, nlohmann::json::error_handler_t::replace));
    return {};
  }
  const std::string first = known.substr(token.size());
  if (first == given.server) return {};
  return fail(ErrorKind::invalid,
              "{} was first used for {}, and feeds.toml names {} now: the token is not sent there. "
              "If the account has moved, set {}={}, or put the new server's token into {}",
              name, first, given.server, server_name, given.server, name);
}

Result<Credentials> EnvironmentTokenStore::session_of(const AccountId& account,
                                                      const Given& given) const {
  const std::string known_by = fingerprint(given.token, given.handle);
  Credentials credentials;
  if (auto kept = kept_.load(account); kept && kept->kind == "session" &&
                                       kept->client_id == known_by &&
                                       origin_of(kept->server) == given.server) {
    credentials = *std::move(kept);
  } else {
    credentials.kind = "session";
    credentials.server = given.server;
    credentials.client_id = known_by;
    credentials.handle = given.handle;
  }
  credentials.password = given.token;
  credentials.source = "environment " + token_variable(account);
  return credentials;
}

Result<void> EnvironmentTokenStore::save(const AccountId& account, const Credentials& credentials) {
  const Given* const given = given_for(account);
  if (given == nullptr || credentials.client_id != fingerprint(given->token, given->handle)) {
    return kept_.save(account, credentials);
  }
  Credentials session = credentials;
  session.password = {};
  // Where nothing can be kept, the next run begins another session with the password.
  (void)kept_.save(account, session);
  return {};
}

Result<void> EnvironmentTokenStore::remove(const AccountId& account) {
  return kept_.remove(account);
}

Result<std::unique_ptr<Lease>> EnvironmentTokenStore::lease(const AccountId& account) {
  const Given* const given = given_for(account);
  if (given == nullptr) return kept_.lease(account);
  if (given->network == "bluesky") {
    if (auto lease = kept_.lease(account)) return lease;
  }
  return std::make_unique<NoLease>();
}

}  // namespace crier
