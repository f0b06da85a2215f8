#include "crier/auth.h"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <variant>

#include "core/url.h"
#include "core/utf8.h"
#include "crier/exit_code.h"
#include "network/registry.h"
#include "oauth/loopback.h"
#include "oauth/sign_in.h"

namespace crier {

namespace {

/// Some servers close a connection after each answer without saying so (snac does). A sign-in's
/// requests cannot be repeated, so none of them may meet such a connection.
Result<Response> ask(AuthWorld& world, Request request) {
  request.fresh_connection = true;
  return fetch(world.http, std::move(request));
}

// The server's code lives for ten minutes; a person who has to find a password first needs some.
constexpr std::chrono::minutes patience{10};
constexpr int pastes_allowed = 5;

template <class... Args>
void say(std::FILE* to, fmt::format_string<Args...> format, Args&&... args) {
  const std::string line = fmt::format(format, std::forward<Args>(args)...) + "\n";
  (void)std::fputs(line.c_str(), to);
  (void)std::fflush(to);
}

int report(const AuthWorld& world, const Error& error) {
  say(world.err, "crier: {}", printable(error.message));
  return error.kind == ErrorKind::invalid ? exit_code::usage : exit_code::needs_person;
}

bool is_stopped(const AuthWorld& world) { return world.stop != nullptr && *world.stop != 0; }

bool needs_sign_in(const Account& account) {
  const Network* const network = find_network(account.network);
  return network != nullptr && network->traits().sign_in != SignIn::none;
}

bool is_from_environment(const Credentials& credentials) {
  return credentials.source.starts_with("environment ");
}

int report_unknown_account(const AuthWorld& world, const std::string& name) {
  std::string names;
  for (const Account& account : world.config.accounts) {
    names += (names.empty() ? "" : ", ") + account.id.value;
  }
  say(world.err, "crier: {} has no account “{}”; it has: {}", world.config.file.string(),
      printable(name), names.empty() ? "none" : names);
  return exit_code::usage;
}

/// Takes a sign-in through its requests until it needs the person, or is done.
Result<SignInStep> send_until_person(AuthWorld& world, SignInFlow& flow, Result<SignInStep> step) {
  while (step && std::holds_alternative<Ask>(*step)) {
    if (is_stopped(world)) return fail(ErrorKind::unavailable, "stopped");
    auto answer = ask(world, std::move(std::get<Ask>(*step).request));
    if (!answer) return Failure(std::move(answer.error()));
    step = flow.answered(*answer, world.clock.now());
  }
  return step;
}

Result<SignInStep> read_pasted(AuthWorld& world, SignInFlow& flow) {
  for (int tries = 0; tries < pastes_allowed; ++tries) {
    (void)std::fputs("Code: ", world.out);
    (void)std::fflush(world.out);
    const auto line = world.read_line();
    if (!line || is_stopped(world)) return fail(ErrorKind::unavailable, "no code was given");
    auto step = flow.redirected(*line);
    if (step || step.error().kind != ErrorKind::invalid) return step;
    say(world.err, "crier: {}", step.error().message);
  }
  return fail(ErrorKind::unauthorized, "none of these was a code: start again");
}

Result<SignInStep> hear_redirect(AuthWorld& world, SignInFlow& flow, LoopbackListener& listener) {
  const auto target =
      listener.wait(patience, world.stop, [&](std::string_view t) { return flow.is_expected(t); });
  if (!target) return Failure(target.error());
  return flow.redirected(*target);
}

void show_address(AuthWorld& world, const std::string& url, bool paste) {
  say(world.out, "Open this address{}:\n\n  {}\n", paste ? " in a browser, on any machine" : "",
      url);
  if (paste) return;
  const bool is_open = world.open_browser && world.open_browser(url);
  say(world.out, "{} Waiting for the answer …",
      is_open ? "(It should open by itself in your browser.)"
              : "No browser could be opened: open the address in one on this machine, or start "
                "again with --paste.");
}

/// Shows an address, and gives the flow what comes back: from a paste, or from a listener.
Result<SignInStep> ask_person(AuthWorld& world, SignInFlow& flow, const std::string& url,
                              LoopbackListener* listener) {
  show_address(world, url, listener == nullptr);
  return listener == nullptr ? read_pasted(world, flow) : hear_redirect(world, flow, *listener);
}

Result<Credentials> sign_in(AuthWorld& world, const Account& account, const Credentials& kept,
                            bool paste) {
  std::unique_ptr<LoopbackListener> listener;
  std::string redirect_uri{out_of_band};
  const auto listen = [&](const std::string& like) -> Result<void> {
    listener.reset();
    auto opened = LoopbackListener::open(world.clock, loopback_port(like));
    if (!opened) return fail(std::move(opened.error()), "use --paste");
    listener = std::move(*opened);
    return {};
  };
  if (!paste) {
    // The server compares the port too, so that only the same one lets the registration serve
    // again.
    if (auto listening = listen(kept.app_redirect_uri); !listening) {
      return Failure(listening.error());
    }
    redirect_uri = listener->redirect_uri();
  }
  SignInFlow flow({.server = account.server, .redirect_uri = redirect_uri, .kept = kept},
                  world.random);
  auto step = send_until_person(world, flow, flow.begin());
  for (bool is_first = true; step && std::holds_alternative<Browse>(*step); is_first = false) {
    if (!paste && !is_first) {
      const auto listening = listen(redirect_uri);
      if (!listening) return Failure(listening.error());
      if (listener->redirect_uri() != redirect_uri) {
        return fail(ErrorKind::unavailable, "the port for the answer is taken: start again");
      }
    }
    step = send_until_person(world, flow,
                             ask_person(world, flow, std::get<Browse>(*step).url, listener.get()));
  }
  if (!step) return Failure(std::move(step.error()));
  return std::get<SignedIn>(*step).credentials;
}

void explain(const AuthWorld& world, const Account& account, bool paste) {
  say(world.out,
      "Signing in “{}” at {}.\n\n"
      "1. {} Sign in there as the account\n"
      "   that crier is to post as; crier never sees the password.\n"
      "2. The page asks whether crier may post for the account. Allow it.\n"
      "3. {}\n",
      account.id.value, account.server,
      paste ? "You open a page of that server in a browser."
            : "A page of that server opens in your browser.",
      paste ? "The page then shows a code. Copy it, or the page's whole address, and paste it here."
            : "The page then sends you back, and crier keeps a token for the account.");
}

/// Who is behind a token: asked of the server. Nothing: it could not be asked.
Result<std::optional<Identity>> ask_identity(AuthWorld& world, const Credentials& credentials) {
  auto request = identity_request(credentials, world.random);
  if (!request) return Failure(std::move(request.error()));
  const auto answer = ask(world, std::move(*request));
  if (!answer) return std::optional<Identity>();
  auto identity = read_identity(*answer, credentials.server, world.clock.now());
  if (identity) return std::optional(std::move(*identity));
  if (identity.error().kind == ErrorKind::unauthorized) return Failure(identity.error());
  return std::optional<Identity>();
}

struct AccountStatus {
  bool needs_sign_in = true;
  std::optional<bool> is_signed_in;  ///< nothing: there is a token, the server could not be asked
  std::string handle, scope, source, problem;
};

AccountStatus status_of(AuthWorld& world, const Account& account) {
  AccountStatus status;
  status.needs_sign_in = needs_sign_in(account);
  if (!status.needs_sign_in) return status;
  const auto credentials = world.tokens.load(account.id);
  if (!credentials) {
    status.is_signed_in = false;
    status.problem = credentials.error().message;
    return status;
  }
  status.handle = credentials->handle;
  status.scope = credentials->scope;
  status.source = credentials->source;
  // The name may have been kept while the account was moved to another server.
  if (origin_of(credentials->server) != origin_of(account.server)) {
    status.is_signed_in = false;
    status.problem = fmt::format(
        "signed in at {}, and the account's server is now {}: run crier "
        "auth login {}",
        credentials->server, account.server, account.id.value);
    return status;
  }
  const auto identity = ask_identity(world, *credentials);
  if (!identity) {
    status.is_signed_in = false;
    status.problem =
        fmt::format("signed out ({}): {}", identity.error().message,
                    is_from_environment(*credentials) ? "renew the token in the environment"
                                                      : "run crier auth login " + account.id.value);
  } else if (*identity) {
    status.is_signed_in = true;
    status.handle = (*identity)->handle;
  } else {
    status.problem = fmt::format("{} could not be asked just now", account.server);
  }
  return status;
}

nlohmann::json to_json(const Account& account, const AccountStatus& status) {
  const auto text_or_null = [](const std::string& text) {
    return text.empty() ? nlohmann::json() : nlohmann::json(text);
  };
  return {
      {"account", account.id.value},
      {"network", account.network},
      {"server", text_or_null(account.server)},
      {"needs_sign_in", status.needs_sign_in},
      {"signed_in", status.is_signed_in ? nlohmann::json(*status.is_signed_in) : nlohmann::json()},
      {"handle", text_or_null(status.handle)},
      {"scope", text_or_null(status.scope)},
      {"source", text_or_null(status.source)},
      {"problem", text_or_null(status.problem)}};
}

void print_status(const AuthWorld& world, const Account& account, const AccountStatus& status) {
  std::string line = fmt::format("{} ({}): ", account.id.value, account.network);
  if (!status.needs_sign_in) {
    line += "needs no sign-in";
  } else if (status.is_signed_in == false) {
    line += status.problem;
  } else {
    line += fmt::format("signed in{}{}; token from {}", status.handle.empty() ? "" : " as ",
                        status.handle, status.source);
    if (!status.scope.empty()) line += "; may: " + status.scope;
    if (!status.problem.empty()) line += "; " + status.problem;
  }
  say(world.out, "{}", printable(line));
}

/// Gives a token back; says so where that cannot be done.
void revoke(AuthWorld& world, const Credentials& credentials) {
  const std::string by_hand =
      "take it back on the server's own settings page (“authorised apps”), if you want to be sure";
  auto request = revocation_request(credentials);
  if (!request) {
    say(world.err, "crier: {} has no place to give a token back: {}", credentials.server, by_hand);
    return;
  }
  const auto answer = ask(world, std::move(*request));
  if (answer && answer->status >= 200 && answer->status < 300) return;
  say(world.err, "crier: {} did not take the token back ({}): {}", credentials.server,
      answer ? fmt::format("it answered {}", answer->status) : answer.error().message, by_hand);
}

}  // namespace

int auth_login(AuthWorld& world, const std::string& account_name, bool paste) {
  const Account* const account = world.config.account(AccountId{account_name});
  if (account == nullptr) return report_unknown_account(world, account_name);
  if (!needs_sign_in(*account)) {
    say(world.out, "“{}” is an account of the network “{}”, which needs no sign-in.", account_name,
        account->network);
    return exit_code::ok;
  }
  const auto kept = world.tokens.load(account->id);
  if (!kept && kept.error().kind != ErrorKind::unauthorized) return report(world, kept.error());
  if (kept && is_from_environment(*kept)) {
    say(world.err, "crier: {} holds a token, and wins over the sign-in for as long as it is set.",
        kept->source);
  }
  explain(world, *account, paste);
  const Credentials before = kept.value_or(Credentials{});
  const auto credentials = sign_in(world, *account, before, paste);
  if (!credentials) return report(world, credentials.error());
  {
    const auto lease = world.tokens.lease(account->id);
    if (!lease) return report(world, lease.error());
    const auto saved = world.tokens.save(account->id, *credentials);
    if (!saved) return report(world, saved.error());
  }
  say(world.out, "\nSigned in as {}.", credentials->handle);
  if (!before.handle.empty() && before.account_id != credentials->account_id) {
    say(world.out, "(Before, “{}” was {}: what was posted there stays there.)", account_name,
        printable(before.handle));
  }
  return exit_code::ok;
}

int auth_status(AuthWorld& world, bool json) {
  bool is_one_signed_out = false;
  nlohmann::json accounts = nlohmann::json::array();
  for (const Account& account : world.config.accounts) {
    const AccountStatus status = status_of(world, account);
    is_one_signed_out |= status.is_signed_in == false;
    if (json) {
      accounts.push_back(to_json(account, status));
    } else {
      print_status(world, account, status);
    }
  }
  if (json) {
    const nlohmann::json object = {{"accounts", std::move(accounts)}};
    say(world.out, "{}", object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  }
  return is_one_signed_out ? exit_code::needs_person : exit_code::ok;
}

int auth_logout(AuthWorld& world, const std::string& account_name) {
  const AccountId id{account_name};
  const Account* const account = world.config.account(id);
  if (account != nullptr && !needs_sign_in(*account)) {
    say(world.out, "“{}” needs no sign-in: there is nothing to sign out of.", account_name);
    return exit_code::ok;
  }
  const auto found = world.tokens.load(id);
  if (!found && found.error().kind == ErrorKind::unauthorized) {
    if (account == nullptr) return report_unknown_account(world, account_name);
    say(world.out, "“{}” is not signed in.", account_name);
    return exit_code::ok;
  }
  if (found && is_from_environment(*found)) {
    say(world.err, "crier: the token of “{}” comes from the {}: take it out of there first",
        account_name, found->source);
    return exit_code::usage;
  }
  const auto lease = world.tokens.lease(id);
  if (!lease) return report(world, lease.error());
  const auto credentials = world.tokens.load(id);  // again: it may have been renewed meanwhile
  if (credentials) {
    revoke(world, *credentials);
  } else {
    (void)report(world, credentials.error());
  }
  const auto removed = world.tokens.remove(id);
  if (!removed) return report(world, removed.error());
  say(world.out, "Signed out “{}”: its token is gone from this machine.", account_name);
  return exit_code::ok;
}

}  // namespace crier
