#include "network/threads/answer.h"

#include <algorithm>

#include "network/json.h"
#include "network/outcomes.h"
#include "network/threads/wire.h"

namespace crier::threads {
namespace {

using std::chrono::seconds;

constexpr seconds usual_throttle{15 * 60};
/// Source: Graph API, "Rate limits": going on while one is told to wait makes the wait longer.
constexpr seconds longest_throttle{24 * 3600};
constexpr int restricted_account = 4279013;
constexpr int restricted_activity = 2207051;
/// Of Instagram's API, from which Threads' is made: the day's posts are used up.
constexpr int quota_used_up = 2207042;

Meaning meaning_of_code(const Problem& problem) {
  if (problem.subcode == restricted_account || problem.subcode == restricted_activity) {
    return Meaning::restricted;
  }
  if (problem.subcode == quota_used_up) return Meaning::throttled;
  const int code = problem.code;
  if (code == 102 || code == 190) return Meaning::sign_in;
  if (code == 3 || code == 10 || (code >= 200 && code <= 299)) return Meaning::permission;
  if (code == 368) return Meaning::restricted;
  if (code == 4 || code == 17 || code == 32 || code == 341 || code == 613 || code == 80001) {
    return Meaning::throttled;
  }
  // It says of itself that it is for good, and is not.
  // Source: github.com/fbsamples/threads_api, issue 70.
  if (code == 24) return Meaning::not_found_yet;
  if (code == 1 || code == 2 || problem.is_transient) return Meaning::failed;
  return Meaning::refused;
}

Meaning meaning_of_status(const Response& answer) {
  const int status = answer.status;
  if (may_have_happened(answer)) return Meaning::failed;
  if (status < 300) return Meaning::fine;
  if (status == 401) return Meaning::sign_in;
  if (status == 403 && !is_web_page(answer.body)) return Meaning::permission;
  if (status == 404 || status == 405 || status < 400) return Meaning::elsewhere;
  return Meaning::unreadable;
}

/// Meta says in minutes, in a header, when it counts anew.
seconds wait_of(const Response& answer, SysTime now) {
  seconds longest = throttle_of(answer, now, usual_throttle);
  const Json usage =
      parse_json(find_header(answer.headers, "X-Business-Use-Case-Usage").value_or("{}"));
  if (!usage.is_object()) return longest;
  for (const auto& of_one : usage) {
    if (!of_one.is_array()) continue;
    for (const Json& entry : of_one) {
      const Json* minutes = member(&entry, "estimated_time_to_regain_access");
      if (minutes == nullptr || !minutes->is_number_unsigned()) continue;
      const auto asked = std::min<std::uint64_t>(minutes->get<std::uint64_t>(), 1440);
      longest = std::max(longest, seconds{static_cast<std::int64_t>(asked) * 60});
    }
  }
  return std::min(longest, longest_throttle);
}

/// What a person does about it.
std::string remedy_of(const Context& context, Meaning meaning) {
  const std::string& account = context.account.id.value;
  if (meaning == Meaning::restricted) {
    return fmt::format("sign in on threads.com and do what it asks; the posts of {} wait", account);
  }
  if (meaning == Meaning::permission) {
    return "it needs threads_basic and threads_content_publish, and the account must have accepted "
           "it; then: crier auth login " +
           account;
  }
  return "sign in again: crier auth login " + account;
}

Error unauthorized(const Context& context, const Response& answer, std::string_view what) {
  return {ErrorKind::unauthorized,
          said(answer, what) + "; " + remedy_of(context, meaning_of(answer))};
}

}  // namespace

Meaning meaning_of(const Response& answer) {
  if (answer.status == 429) return Meaning::throttled;
  const Problem problem = read_problem(answer.body);
  const Meaning by_status = meaning_of_status(answer);
  if (problem.code == 0) return by_status;
  const Meaning by_code = meaning_of_code(problem);
  // A code that says nothing more takes nothing from a status that says it may have happened.
  const bool status_knows = by_status == Meaning::failed || by_status == Meaning::sign_in;
  return by_code == Meaning::refused && status_knows ? by_status : by_code;
}

std::string said(const Response& answer, std::string_view what) {
  const Problem problem = read_problem(answer.body);
  std::string words = problem.words.empty() ? answer.body : problem.words;
  if (problem.code != 0) {
    words = problem.subcode == 0
                ? fmt::format("error {}, {}", problem.code, words)
                : fmt::format("error {}/{}, {}", problem.code, problem.subcode, words);
  }
  return told("Threads", answer, what, words);
}

std::optional<Outcome> trouble_of_account(const Context& context, const Response& answer) {
  const auto closed = [&](std::string_view what) {
    return defer(unauthorized(context, answer, what), context.now);
  };
  switch (meaning_of(answer)) {
    case Meaning::sign_in: return closed("does not take the sign-in of this account");
    case Meaning::permission: return closed("does not let the app do this");
    case Meaning::restricted: return closed("has restricted this account");
    case Meaning::throttled:
      return defer(
          {ErrorKind::throttled, said(answer, "asks for a pause"), wait_of(answer, context.now)},
          context.now);
    case Meaning::unreadable:
      if (is_turned_away(answer)) {
        return defer(
            turned_away(said(answer, "did not answer as its API does"), context.account.server),
            context.now);
      }
      [[fallthrough]];
    case Meaning::failed: {
      const auto sorted = classify(answer, context.now);
      return defer({ErrorKind::unavailable, said(answer, "cannot take it now"),
                    sorted ? sorted->retry_after : std::nullopt},
                   context.now);
    }
    case Meaning::elsewhere:
      return defer(
          {ErrorKind::invalid, said(answer, "has no place to post to") +
                                   "; take `server` out of the account's settings, or correct it"},
          context.now);
    case Meaning::fine:
    case Meaning::not_found_yet:
    case Meaning::refused: break;
  }
  return std::nullopt;
}

std::optional<Error> why_unread(const Context& context, const Response& answer) {
  constexpr std::string_view what = "did not list the account's posts";
  const Meaning meaning = meaning_of(answer);
  if (meaning == Meaning::fine) return std::nullopt;
  if (meaning == Meaning::sign_in || meaning == Meaning::permission ||
      meaning == Meaning::restricted) {
    Error error = unauthorized(context, answer, what);
    if (meaning == Meaning::permission) error.kind = ErrorKind::unavailable;
    return error;
  }
  if (meaning == Meaning::throttled) {
    return Error{ErrorKind::throttled, said(answer, what), wait_of(answer, context.now)};
  }
  if (is_turned_away(answer)) return turned_away(said(answer, what), context.account.server);
  const auto sorted = classify(answer, context.now);
  return Error{ErrorKind::unavailable, said(answer, what),
               sorted ? sorted->retry_after : std::nullopt};
}

bool is_over_links(const std::string& words) {
  return words.find("THREADS_API__LINK_LIMIT_EXCEEDED") != std::string::npos;
}

Outcome too_many_links() {
  return Rejected{{ErrorKind::rejected,
                   "Threads takes at most five different links in a post, and this one has more"}};
}

std::string page_of(const AccountFacts& facts) {
  std::string who = value_of(facts.values, "handle");
  if (who.starts_with('@')) who.erase(0, 1);
  return who.empty() ? "https://www.threads.com/" : "https://www.threads.com/@" + who;
}

}  // namespace crier::threads
