#include "crier/auth_parts.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "core/utf8.h"
#include "crier/exit_code.h"
#include "crier/names.h"
#include "network/json.h"
#include "network/registry.h"
#include "oauth/crypto.h"
#include "oauth/dpop.h"

namespace crier {

int report(const AuthWorld& world, const Error& error) {
  say(world.err, "crier: {}", printable(error.message));
  return error.kind == ErrorKind::invalid ? exit_code::usage : exit_code::needs_person;
}

int report_unknown_account(const AuthWorld& world, const std::string& name) {
  say(world.err, "crier: {}", unknown_account(name, world.config));
  return exit_code::usage;
}

SignIn sign_in_of(const Account& account) {
  const Network* const network = find_network(account.network);
  return network != nullptr ? network->traits().sign_in : SignIn::none;
}

bool is_from_environment(const Credentials& credentials) {
  return credentials.source.starts_with("environment ");
}

Result<Response> ask(AuthWorld& world, Request request) {
  request.fresh_connection = true;
  return fetch(world.http, std::move(request));
}

bool has_feeds(const Config& config, const AccountId& account) {
  return std::ranges::any_of(config.feeds, [&](const FeedConfig& feed) {
    return std::ranges::find(feed.accounts, account) != feed.accounts.end();
  });
}

std::string words_of(const Response& answer) {
  const Json body = parse_json(answer.body);
  const Json* error = member(&body, "error");
  for (const Json* in : {error, &body}) {
    for (const char* name : {"message", "error_description", "error", "detail", "description"}) {
      const std::string words = text_of(member(in, name));
      if (!words.empty()) return excerpt(words);
    }
  }
  return {};
}

Result<Secret> client_key(const AuthWorld& world, bool make) {
  // No account's file: a name has no full stop in it.
  const std::filesystem::path file = world.folder / "client.key.pem";
  if (std::ifstream in(file, std::ios::binary); in) {
    std::string pem((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    struct stat facts {};
    if (::stat(file.c_str(), &facts) != 0 || (facts.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
      return fail(ErrorKind::invalid, "{} can be read by others: chmod 600 {}", file.string(),
                  file.string());
    }
    if (public_point(Secret(pem))) return Secret(std::move(pem));
    return fail(ErrorKind::invalid,
                "{} is damaged: remove it, run crier auth client-metadata again, "
                "put the new files on your site, and sign in again",
                file.string());
  }
  if (!make) {
    return fail(ErrorKind::invalid,
                "feeds.toml names a client_id, and this machine has no key for it: run crier auth "
                "client-metadata here, and put the files that it writes on your site");
  }
  const Secret key = make_p256_key();
  std::error_code problem;
  std::filesystem::create_directories(world.folder, problem);
  const mode_t before = ::umask(S_IRWXG | S_IRWXO);
  std::ofstream out(file, std::ios::binary);
  out << key.reveal();
  out.close();
  ::umask(before);
  if (!out) return fail(ErrorKind::unavailable, "writing {}: it cannot be written", file.string());
  return key;
}

std::string redirect_page_of(const std::string& client_id) {
  return client_id.substr(0, client_id.rfind('/') + 1) + "signed-in.html";
}

const Account* twin_of(const Config& config, const TokenStore& tokens, const Account& account,
                       const Credentials& credentials) {
  if (credentials.account_id.empty()) return nullptr;
  for (const Account& other : config.accounts) {
    if (other.id == account.id || other.network != account.network) continue;
    const auto known = tokens.load(other.id);
    if (!known || known->server != credentials.server ||
        known->account_id != credentials.account_id) {
      continue;
    }
    // One bot speaks in many channels, and one host has many webhooks.
    const bool is_by_address = credentials.kind == "address";
    const bool is_one_place =
        known->access_token == credentials.access_token && other.settings == account.settings;
    if (!is_by_address || is_one_place) return &other;
  }
  return nullptr;
}

}  // namespace crier
