#pragma once
#include <fmt/format.h>

#include <string>
#include <utility>

#include "core/result.h"
#include "crier/auth.h"
#include "crier/reader.h"
#include "network/network.h"

// What the auth commands share.
namespace crier {

/// Tells the person a line, or some.
template <class... Args>
void say(std::FILE* to, fmt::format_string<Args...> format, Args&&... args) {
  const std::string line = worded(fmt::format(format, std::forward<Args>(args)...)) + "\n";
  (void)std::fputs(line.c_str(), to);
  (void)std::fflush(to);
}

/// Tells an error; gives the exit code for it.
int report(const AuthWorld& world, const Error& error);

/// Tells that there is no such account; gives the exit code for it.
int report_unknown_account(const AuthWorld& world, const std::string& name);

/// How an account's network lets one sign in.
[[nodiscard]] SignIn sign_in_of(const Account& account);

[[nodiscard]] bool is_from_environment(const Credentials& credentials);

/// Another account of feeds.toml that is signed in as the same one, so that a feed with both says
/// everything there twice; null: there is none. `credentials`: of `account`.
[[nodiscard]] const Account* twin_of(const Config& config, const TokenStore& tokens,
                                     const Account& account, const Credentials& credentials);

/// Sends one request of a sign-in, on a connection of its own: some servers close a connection
/// after each answer without saying so (snac does), and none of these can be repeated.
[[nodiscard]] Result<Response> ask(AuthWorld& world, Request request);

/// Whether a feed names the account: else nothing waits for its sign-in.
[[nodiscard]] bool has_feeds(const Config& config, const AccountId& account);

/// What a server says in an answer of whatever network, in one short line: the words of its JSON,
/// else none.
[[nodiscard]] std::string words_of(const Response& answer);

/// The key with which crier proves itself as a client of its own; made, if `make`.
/// Errors: invalid, if there is none or it cannot be read; unavailable, if none can be written.
[[nodiscard]] Result<Secret> client_key(const AuthWorld& world, bool make);

/// The page of a hosted client that Bluesky sends the person back to: beside its metadata.
[[nodiscard]] std::string redirect_page_of(const std::string& client_id);

}  // namespace crier
