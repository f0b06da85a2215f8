#include "network/x/answer.h"

#include "core/utf8.h"
#include "network/outcomes.h"
#include "network/x/wire.h"

namespace crier::x {
namespace {

/// X counts in windows of 15 minutes.
constexpr std::chrono::seconds usual_throttle{15 * 60};
constexpr std::string_view add_credit =
    "add credit in X's developer console; the posts of {account} wait";

std::string words_of(const Response& answer) {
  const Problem problem = read_problem(answer.body);
  if (!problem.detail.empty()) return problem.detail;
  return problem.title.empty() ? answer.body : problem.title;
}

std::string said(const Response& answer, std::string_view what) {
  return told("X", answer, what, words_of(answer));
}

Error unauthorized(const Context& context, const Response& answer, std::string_view what,
                   std::string_view remedy) {
  return {ErrorKind::unauthorized,
          said(answer, what) + "; " +
              fmt::format(fmt::runtime(remedy), fmt::arg("account", context.account.id.value))};
}

/// The first moment of the next month: when X counts its monthly cap anew.
std::chrono::seconds until_next_month(SysTime now) {
  const auto today = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date{today};
  const auto next = std::chrono::sys_days{(date.year() / date.month() + std::chrono::months{1}) /
                                          std::chrono::day{1}};
  return SysTime{next} - now;
}

/// The longest wait that the answer's headers ask for: those of the window, and those of the day,
/// which X counts apart for the user and for the app.
std::chrono::seconds wait_of(const Response& answer, SysTime now) {
  std::chrono::seconds longest = throttle_of(answer, now, usual_throttle);
  for (const char* of : {"x-user-limit-24hour", "x-app-limit-24hour"}) {
    const auto left = find_header(answer.headers, fmt::format("{}-remaining", of));
    const auto reset = find_header(answer.headers, fmt::format("{}-reset", of));
    if (left != std::optional<std::string_view>("0") || !reset) continue;
    const auto wait = parse_retry_after(*reset, now);
    if (wait)
      longest = std::max<std::chrono::seconds>(
          longest, std::min<std::chrono::seconds>(*wait, std::chrono::hours{24}));
  }
  return longest;
}

bool has(std::string_view text, std::string_view words) {
  return ascii_lower(text).find(words) != std::string::npos;
}

/// 403 stands for the app, the account and the post alike; only type and words tell which.
std::optional<Error> state_of_account(const Context& context, const Response& answer) {
  if (answer.status != 403) return std::nullopt;
  const Problem problem = read_problem(answer.body);
  if (has(problem.detail, "oauth1 app permissions") || problem.type == "client-forbidden" ||
      problem.type == "oauth1-permissions" || has(problem.detail, "not permitted to use oauth")) {
    return unauthorized(context, answer, "does not let the app post",
                        "in X's developer console, give the app the right to read and write, "
                        "make new tokens, then: crier auth login {account}");
  }
  if (has(problem.detail, "suspended") || has(problem.detail, "locked")) {
    return unauthorized(context, answer, "has locked this account",
                        "sign in on x.com and do what it asks; the posts of {account} wait");
  }
  return std::nullopt;
}

Outcome forbidden(const Context& context, const Response& answer) {
  const Problem problem = read_problem(answer.body);
  if (problem.type.empty() && problem.detail.empty() && problem.title.empty()) {
    return defer(unauthorized(context, answer, "does not let this account post",
                              "sign in again: crier auth login {account}"),
                 context.now);
  }
  return Rejected{{ErrorKind::rejected, said(answer, "refuses this post")}};
}

}  // namespace

bool is_duplicate(const Response& answer) {
  if (answer.status != 403 && answer.status != 400) return false;
  const Problem problem = read_problem(answer.body);
  return problem.code == 187 || has(problem.detail, "duplicate content");
}

bool is_about_media(const Response& answer) {
  return answer.status == 400 && ascii_lower(answer.body).find("media") != std::string::npos;
}

std::optional<Outcome> trouble_of_account(const Context& context, const Response& answer) {
  if (auto state = state_of_account(context, answer)) return defer(*std::move(state), context.now);
  const Problem problem = read_problem(answer.body);
  if (answer.status == 401) {
    return defer(unauthorized(context, answer, "does not take the sign-in of this account",
                              "sign in again: crier auth login {account}"),
                 context.now);
  }
  if (answer.status == 402) {
    return defer(unauthorized(context, answer, "has no credit left for this app", add_credit),
                 context.now);
  }
  if (answer.status == 429) {
    const bool is_monthly = problem.type == "usage-capped" || has(problem.title, "usagecap");
    const auto wait = is_monthly ? until_next_month(context.now) : wait_of(answer, context.now);
    return defer({ErrorKind::throttled,
                  said(answer, is_monthly ? "says that this month's allowance is used up"
                                          : "asks for a pause"),
                  wait},
                 context.now);
  }
  if (is_turned_away(answer)) {
    return defer(
        turned_away(said(answer, "did not answer as its API does"), context.account.server),
        context.now);
  }
  if (answer.status >= 500 || answer.status == 408 || answer.status == 425) {
    auto sorted = classify(answer, context.now);
    return defer({ErrorKind::unavailable, said(answer, "cannot take it now"),
                  sorted ? sorted->retry_after : std::nullopt},
                 context.now);
  }
  return std::nullopt;
}

Outcome outcome_of_publish(const Context& context, const Response& answer) {
  const auto sorted = classify(answer, context.now);
  const auto uncertain = [&](std::string_view what) -> Outcome {
    return Uncertain{
        {ErrorKind::uncertain, said(answer, what), sorted ? sorted->retry_after : std::nullopt}};
  };
  if (answer.status >= 200 && answer.status < 300) {
    const std::string id = read_id(answer.body);
    if (!id.empty()) return Receipt{id, page_of(context.facts, id)};
    return uncertain("answered with something that is no post");
  }
  if (may_have_happened(answer)) {
    return uncertain("failed, and may have posted all the same");
  }
  if (is_duplicate(answer)) return uncertain("has a post with these words already");
  if (auto trouble = trouble_of_account(context, answer)) return *std::move(trouble);
  if (answer.status == 403) return forbidden(context, answer);
  if (answer.status == 404 || answer.status == 405 || answer.status < 400) {
    return defer(
        {ErrorKind::invalid, said(answer, "has no place to post to") +
                                 "; take `server` out of the account's settings, or correct it"},
        context.now);
  }
  return Rejected{{ErrorKind::rejected, said(answer, "refuses this post")}};
}

std::optional<Error> why_unread(const Context& context, const Response& answer) {
  constexpr std::string_view what = "did not list the account's posts";
  auto error = classify(answer, context.now);
  if (!error) return std::nullopt;
  if (is_turned_away(answer)) return turned_away(said(answer, what), context.account.server);
  if (answer.status == 401 || answer.status == 403) {
    Error closed = unauthorized(context, answer, what, "sign in again: crier auth login {account}");
    if (answer.status == 403) closed.kind = ErrorKind::unavailable;
    return closed;
  }
  if (answer.status == 402) return unauthorized(context, answer, what, add_credit);
  error->message = said(answer, what);
  if (answer.status == 429) {
    error->retry_after = throttle_of(answer, context.now, usual_throttle);
  } else {
    error->kind = ErrorKind::unavailable;
  }
  return error;
}

std::string page_of(const AccountFacts& facts, std::string_view id) {
  std::string who = value_of(facts.values, "handle");
  if (who.starts_with('@')) who.erase(0, 1);
  return fmt::format("https://x.com/{}/status/{}", who.empty() ? "i" : who, id);
}

}  // namespace crier::x
