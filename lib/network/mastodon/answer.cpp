#include "network/mastodon/answer.h"

#include <algorithm>

#include "core/url.h"
#include "http/account_state.h"
#include "network/mastodon/wire.h"
#include "network/outcomes.h"

namespace crier::mastodon {
namespace {

using std::chrono::seconds;

/// Mastodon counts requests in windows of five minutes, so this is when most of them end.
constexpr seconds usual_throttle{300};
/// Its longest window is three hours; a longer wait is a mistake or a trap.
constexpr seconds longest_throttle{24 * 3600};

/// The server's words for an error message: its JSON `error`, else the start of what it sent.
std::string words_of(const Response& answer) {
  const std::string words = excerpt(read_error(answer.body).value_or(answer.body));
  return words.empty() ? "it gave no reason" : words;
}

std::string described(const Account& account, const Response& answer, std::string_view what) {
  return fmt::format("{} {} ({}: {})", origin_of(account.server), what, answer.status,
                     words_of(answer));
}

/// How long to wait. X-RateLimit-Reset is a time of day here, not seconds; Mastodon sends no
/// Retry-After, GoToSocial does.
seconds throttle_of(const Response& answer, SysTime now) {
  std::optional<seconds> wait;
  if (const auto value = find_header(answer.headers, "Retry-After")) {
    wait = parse_retry_after(*value, now);
  }
  if (const auto value = find_header(answer.headers, "X-RateLimit-Reset"); value && !wait) {
    if (const auto reset = read_timestamp(*value)) wait = *reset - now;
  }
  return std::clamp(wait.value_or(usual_throttle), seconds{1}, longest_throttle);
}

Error throttled(const Account& account, const Response& answer, SysTime now) {
  return {ErrorKind::throttled, described(account, answer, "asks for a pause"),
          throttle_of(answer, now)};
}

/// What a person does about a sign-in that is refused.
std::string remedy_of(const Account& account, const Response& answer) {
  if (answer.status == 403 && is_state_of_account(words_of(answer))) {
    return fmt::format("{}; the posts of {} wait", remedy_of_state, account.id.value);
  }
  return "sign in again: crier auth login " + account.id.value;
}

Error unauthorized(const Account& account, const Response& answer) {
  return {ErrorKind::unauthorized, described(account, answer, "does not let this account post") +
                                       "; " + remedy_of(account, answer)};
}

Outcome reject(const Account& account, const Response& answer, std::string_view what) {
  return Rejected{{ErrorKind::rejected, described(account, answer, what)}};
}

Outcome uncertain(const Account& account, const Response& answer, std::string_view what,
                  SysTime now) {
  const auto sorted = classify(answer, now);
  return Uncertain{{ErrorKind::uncertain, described(account, answer, what),
                    sorted ? sorted->retry_after : std::nullopt}};
}

Outcome redirected(const Account& account, const Response& answer, SysTime now) {
  const auto location = find_header(answer.headers, "Location").value_or("");
  const auto target = resolve_link(account.server + "/api/v1/statuses", location);
  const std::string from = origin_of(account.server);
  const std::string to = target ? origin_of(*target) : std::string();
  const std::string message =
      to.empty() || to == from
          ? fmt::format("{} sends posts on to another page ({}); is `server` right?", from,
                        answer.status)
          : fmt::format("{} sends posts on to {} ({}); if it has moved, write server = \"{}\"",
                        from, to, answer.status, to);
  // Only these two say that it is for good (RFC 9110 section 15.4); others come with maintenance.
  if (answer.status == 301 || answer.status == 308) {
    return defer({ErrorKind::invalid, message}, now);
  }
  return defer({ErrorKind::unavailable, message}, now);
}

/// 403 stands for the account's state (disabled, awaiting approval, a token without the scope), for
/// a firewall in front of the server, and with this one sentence for the post.
/// Source: Mastodon's app/controllers/concerns/api/error_handling.rb.
Outcome forbidden(const Account& account, const Response& answer, SysTime now) {
  const auto error = read_error(answer.body);
  if (error && error->find("action is not allowed") != std::string::npos) {
    return reject(account, answer, "does not allow this post");
  }
  return defer(unauthorized(account, answer), now);
}

Outcome unprocessable(const Account& account, const Response& answer, SysTime now) {
  const auto error = read_error(answer.body);
  // Mastodon always gives a reason. snac2 gives none, and answers so to a token it does not know.
  if (!error) return defer(unauthorized(account, answer), now);
  if (error->find("not finished processing") != std::string::npos) {
    return defer({ErrorKind::unavailable,
                  described(account, answer, "is still at work on an attachment"), seconds{30}},
                 now);
  }
  return reject(account, answer, "refuses this post");
}

}  // namespace

Outcome outcome_of_publish(const Account& account, const Response& answer, SysTime now) {
  const int status = answer.status;
  if (status >= 200 && status < 300) {
    if (const auto posted = read_status(answer.body)) return Receipt{posted->id, posted->url};
    return uncertain(account, answer, "answered with something that is no post", now);
  }
  if (is_turned_away(answer)) {
    return defer(
        turned_away(described(account, answer, "did not answer as its API does"), account.server),
        now);
  }
  if (status == 401) return defer(unauthorized(account, answer), now);
  if (status == 403) return forbidden(account, answer, now);
  if (status == 404 || status == 410) {
    // Whatever the post says, it will fare no better: the setting is wrong, and the posts wait.
    return defer(
        {ErrorKind::invalid,
         described(account, answer,
                   "has no place to post to; is `server` the address of a Mastodon server?")},
        now);
  }
  if (status == 422) return unprocessable(account, answer, now);
  if (status == 429) return defer(throttled(account, answer, now), now);
  if (status >= 300 && status < 400) return redirected(account, answer, now);
  if (status >= 400 && status < 500 && status != 408 && status != 425) {
    return reject(account, answer, "refuses this post");
  }
  return uncertain(account, answer, "failed, and may have posted all the same", now);
}

std::optional<Error> why_unread(const Account& account, const Response& answer, SysTime now,
                                std::string_view said) {
  auto error = classify(answer, now);
  if (!error) return std::nullopt;
  if (answer.status == 429) return throttled(account, answer, now);
  std::string what = described(account, answer, said);
  if (is_turned_away(answer)) return turned_away(what, account.server);
  if (answer.status == 401) return unauthorized(account, answer);
  if (answer.status == 403) what += "; " + remedy_of(account, answer);
  error->kind = ErrorKind::unavailable;
  error->message = std::move(what);
  return error;
}

}  // namespace crier::mastodon
