#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "core/url.h"
#include "core/utf8.h"
#include "crier/auth.h"
#include "crier/auth_parts.h"
#include "crier/exit_code.h"
#include "crier/json_line.h"
#include "http/account_state.h"
#include "network/registry.h"
#include "oauth/atproto_identity.h"
#include "oauth/authorizer.h"
#include "oauth/json_text.h"
#include "oauth/sign_in_oauth2.h"
#include "publish/account_session.h"

namespace crier {
namespace {

/// Who is behind a token: asked of the server. Nothing: it could not be asked.
Result<std::optional<TokenOwner>> ask_identity(AuthWorld& world, const Credentials& credentials) {
  auto request = identity_request(credentials, world.random);
  if (!request) return Failure(std::move(request.error()));
  const auto answer = ask(world, std::move(*request));
  if (!answer) return std::optional<TokenOwner>();
  auto identity = read_identity(*answer, credentials, world.clock.now());
  if (identity) return std::optional(std::move(*identity));
  if (identity.error().kind == ErrorKind::unauthorized) return Failure(identity.error());
  return std::optional<TokenOwner>();
}

/// How long before its end a sign-in is warned of. One that is no longer than `warn_before` in all
/// (a Bluesky sign-in from one's own machine: two weeks) would be warned of from its first day: for
/// it, it is the last quarter.
std::chrono::seconds warning_time(const Credentials& credentials,
                                  std::chrono::seconds warn_before) {
  const auto began = credentials.signed_in_at ? credentials.signed_in_at : credentials.obtained_at;
  if (!began || !credentials.ends_at || *credentials.ends_at <= *began) return warn_before;
  const auto whole = *credentials.ends_at - *began;
  return whole <= warn_before ? whole / 4 : warn_before;
}

struct AccountStatus {
  bool needs_sign_in = true;
  std::optional<bool> is_signed_in;  ///< nothing: there is a token, the server could not be asked
  std::string handle, scope, source, kind, problem;
  std::optional<SysTime> token_until;  ///< crier renews it by itself, if `renews`
  bool renews = false;
  std::optional<SysTime> person_needed_by;  ///< nothing: by no date that is known
  bool warns = false;
};

std::string again(const Account& account, const Credentials& credentials) {
  return is_from_environment(credentials) ? "renew the token in the environment"
                                          : "run crier auth login " + account.id.value;
}

/// Where the account of a Bluesky sign-in is now, if that is not where it was.
std::string moved_to(AuthWorld& world, const Account& account, const Credentials& credentials) {
  const auto directory = account.settings.find("plc_directory");
  const auto url = did_document_url(credentials.account_id, directory == account.settings.end()
                                                                ? "https://plc.directory"
                                                                : directory->second);
  if (!url) return {};
  Request request;
  request.url = *url;
  request.max_response_bytes = 256U << 10;
  const auto answer = ask(world, std::move(request));
  if (!answer || answer->status != 200) return {};
  std::string handle = credentials.handle;
  if (handle.starts_with('@')) handle.erase(0, 1);
  const auto document = read_did_document(answer->body, credentials.account_id, handle);
  const bool is_elsewhere = document && document->pds != origin_of(credentials.server);
  return is_elsewhere ? document->pds : std::string();
}

/// A fact that is a time in seconds.
std::optional<SysTime> time_in(const AccountFacts& facts, const std::string& name) {
  const auto found = facts.values.find(name);
  if (found == facts.values.end()) return std::nullopt;
  std::int64_t value = 0;
  const char* const end = found->second.data() + found->second.size();
  const auto read = std::from_chars(found->second.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end || value <= 0 || value > 99'999'999'999) {
    return std::nullopt;
  }
  return SysTime{std::chrono::seconds{value}};
}

/// Bluesky answers for an account that its owner has switched off, or moved, as for any other.
bool is_switched_off(const Response& answer) {
  const auto object = parse_object(answer.body);
  if (!object) return false;
  const auto active = object->find("active");
  return active != object->end() && active->is_boolean() && !active->get<bool>();
}

/// A sign-in that its server does not take, or an account that it lets do nothing.
std::string why_refused(const Response& answer, const std::string& remedy) {
  const std::string words = words_of(answer);
  if (is_state_of_account(words)) {
    return fmt::format("the server says of the account: {} ({}); {}", words, answer.status,
                       remedy_of_state);
  }
  return fmt::format("signed out (the server answered {}{}{}): {}", answer.status,
                     words.empty() ? "" : ": ", words, remedy);
}

/// Asks the network through the account's session, which renews what is due.
void ask_network(AuthWorld& world, const Account& account, const Credentials& credentials,
                 AccountStatus& status) {
  const Network& network = *find_network(account.network);
  static const KindAuthorizer authorizer;
  AccountSession session(account,
                         {world.tokens, authorizer, world.clock, world.random, world.http});
  AccountFacts facts;
  facts.values["service"] = credentials.server;
  bool was_asked = false;
  for (Request& request : network.inquire(account, facts)) {
    if (!request.sign) continue;
    was_asked = true;
    const auto answer = fetch(session, world.http, request);
    if (!answer && answer.error().kind != ErrorKind::unauthorized &&
        answer.error().kind != ErrorKind::invalid) {
      status.problem = fmt::format("{} could not be asked just now: {}",
                                   origin_of(credentials.server), answer.error().message);
      return;
    }
    if (!answer || answer->status != 200 || is_switched_off(*answer)) {
      const std::string to =
          account.network == "bluesky" ? moved_to(world, account, credentials) : std::string();
      status.is_signed_in = false;
      status.problem =
          !to.empty() ? fmt::format("the account has moved to {}: run crier auth login {}", to,
                                    account.id.value)
          : !answer   ? answer.error().message
          : answer->status == 200
              ? "the account is not active on its server: make it active in Bluesky's settings"
              : why_refused(*answer, again(account, credentials));
      return;
    }
    facts = network.learn(std::move(facts), request, *answer);
  }
  if (!was_asked) {
    status.problem = "it cannot be asked whether it still takes posts";
    return;
  }
  status.is_signed_in = true;
  for (Request& request : network.inspect(account, facts)) {
    const auto answer = fetch(session, world.http, request);
    if (answer) facts = network.learn(std::move(facts), request, *answer);
  }
  if (const auto known = session.credentials()) {  // as it is after a renewal
    status.token_until = (*known)->expires_at;
    status.person_needed_by = (*known)->ends_at;
    if (!status.renews && !status.person_needed_by) status.person_needed_by = status.token_until;
    if (const auto told = time_in(facts, "sign_in_ends_at")) {
      status.person_needed_by =
          status.person_needed_by ? std::min(*status.person_needed_by, *told) : *told;
    }
    if (!(*known)->handle.empty()) status.handle = (*known)->handle;
  }
  const auto remark = facts.values.find("remark");
  if (remark != facts.values.end()) status.problem = remark->second;
}

void ask_mastodon(AuthWorld& world, const Account& account, const Credentials& credentials,
                  AccountStatus& status) {
  const auto identity = ask_identity(world, credentials);
  if (!identity) {
    status.is_signed_in = false;
    const std::string& why = identity.error().message;
    status.problem = is_state_of_account(why)
                         ? fmt::format("{}; {}", why, remedy_of_state)
                         : fmt::format("signed out ({}): {}", why, again(account, credentials));
  } else if (*identity) {
    status.is_signed_in = true;
    status.handle = (*identity)->handle;
  } else {
    status.problem = fmt::format("{} could not be asked just now", account.server);
  }
}

AccountStatus status_of(AuthWorld& world, const Account& account, bool ask_all) {
  AccountStatus status;
  status.needs_sign_in = sign_in_of(account) != SignIn::none;
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
  status.kind = credentials->kind;
  status.token_until = credentials->expires_at;
  status.renews = !credentials->refresh_token.empty() || !credentials->password.empty() ||
                  (credentials->kind == "graph" && !credentials->token_endpoint.empty());
  status.person_needed_by = credentials->ends_at;
  if (!status.renews && !status.person_needed_by) status.person_needed_by = credentials->expires_at;
  // The name may have been kept while the account was moved to another server.
  if (!account.server.empty() && origin_of(credentials->server) != origin_of(account.server)) {
    status.is_signed_in = false;
    status.problem = fmt::format(
        "signed in at {}, and the account's server is now {}: run crier "
        "auth login {}",
        credentials->server, account.server, account.id.value);
    return status;
  }
  if (sign_in_of(account) == SignIn::mastodon) {
    ask_mastodon(world, account, *credentials, status);
  } else if (sign_in_of(account) == SignIn::x && !ask_all) {
    status.problem = "not asked, since X takes $0.01 for it (crier auth status --ask does)";
  } else {
    ask_network(world, account, *credentials, status);
  }
  // The times of a renewal that has just been are in the store by now.
  const auto newest = world.tokens.load(account.id);
  const auto before = warning_time(newest ? *newest : *credentials, world.config.warn_before);
  status.warns = status.is_signed_in != false && status.person_needed_by &&
                 *status.person_needed_by - world.clock.now() < before;
  return status;
}

nlohmann::json to_json(const Account& account, const AccountStatus& status) {
  const auto text_or_null = [](const std::string& text) {
    return text.empty() ? nlohmann::json() : nlohmann::json(text);
  };
  const auto time_or_null = [](const std::optional<SysTime>& time) {
    return time ? nlohmann::json(to_iso8601(*time)) : nlohmann::json();
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
      {"kind", text_or_null(status.kind)},
      {"token_until", time_or_null(status.token_until)},
      {"renews", status.renews},
      {"person_needed_by", time_or_null(status.person_needed_by)},
      {"problem", text_or_null(status.problem)}};
}

/// "2026-12-07, in 13 days"
std::string day_of(SysTime time, SysTime now) {
  const auto days = std::chrono::floor<std::chrono::days>(time - now).count();
  const std::string date = day_for_reader(time);
  if (time <= now) return date + ", which is past";
  return days == 0   ? date + ", within a day"
         : days == 1 ? date + ", in 1 day"
                     : fmt::format("{}, in {} days", date, days);
}

void print_status(const AuthWorld& world, const Account& account, const AccountStatus& status,
                  bool is_used) {
  std::string line = fmt::format("{} ({}): ", account.id.value, account.network);
  if (!status.needs_sign_in) {
    line += "needs no sign-in";
  } else if (status.is_signed_in == false) {
    line += status.problem;
  } else {
    line += fmt::format("signed in{}{}; token from {}", status.handle.empty() ? "" : " as ",
                        status.handle, status.source);
    if (!status.scope.empty()) line += "; may: " + status.scope;
    if (status.renews) line += "; renewed by itself";
    if (status.person_needed_by) {
      line += fmt::format("; {}sign in again by {}", status.warns ? "PLEASE " : "",
                          day_of(*status.person_needed_by, world.clock.now()));
    } else {
      line += "; a person is needed by no known date";
    }
    if (!status.problem.empty()) line += "; " + status.problem;
  }
  if (!is_used) line += "; no feed names it";
  say(world.out, "{}", printable(line));
}

}  // namespace

int auth_status(AuthWorld& world, bool json, bool ask_all) {
  bool needs_person = false;
  nlohmann::json accounts = nlohmann::json::array();
  for (const Account& account : world.config.accounts) {
    const AccountStatus status = status_of(world, account, ask_all);
    // As publish and check have it: an account that no feed names keeps nothing back.
    const bool is_used = has_feeds(world.config, account.id);
    needs_person |= is_used && (status.is_signed_in == false || status.warns);
    const auto cautions = find_network(account.network)->cautions(account, world.clock.now());
    if (json) {
      accounts.push_back(to_json(account, status));
      accounts.back()["cautions"] = cautions;
    } else {
      print_status(world, account, status, is_used);
      for (const std::string& caution : cautions) {
        say(world.out, "  {}: {}", account.id.value, printable(caution));
      }
    }
  }
  if (json) {
    const nlohmann::json object = {{"accounts", std::move(accounts)}};
    fmt::print(world.out, "{}\n", json_line(object));
  }
  return needs_person ? exit_code::needs_person : exit_code::ok;
}

}  // namespace crier
