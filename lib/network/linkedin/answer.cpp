#include "network/linkedin/answer.h"

#include <algorithm>

#include "network/linkedin/requests.h"
#include "network/linkedin/wire.h"
#include "network/outcomes.h"

namespace crier::linkedin {
namespace {

using std::chrono::seconds;

/// A post that LinkedIn is still busy with.
constexpr seconds while_busy{60};
constexpr std::size_t most_trace = 60;

/// LinkedIn counts by days of UTC, and seldom says when the next begins.
seconds until_midnight(SysTime now) {
  return SysTime{std::chrono::floor<std::chrono::days>(now) + std::chrono::days{1}} - now;
}

std::string trace_of(const Response& answer) {
  for (const char* name : {"x-li-uuid", "x-li-request-id"}) {
    const auto value = find_header(answer.headers, name);
    if (value) return fmt::format("; {} {}", name, excerpt(value->substr(0, most_trace)));
  }
  return {};
}

Error unauthorized(const Context& context, const Response& answer, std::string_view what,
                   std::string_view remedy) {
  return {ErrorKind::unauthorized, fmt::format("{}; {}: crier auth login {}", said(answer, what),
                                               remedy, context.account.id.value)};
}

/// What the answer says of the sign-in or of the version; nothing if the trouble is another's.
/// `what`: what could not be done.
std::optional<Error> closed(const Context& context, const Response& answer, std::string_view what,
                            std::string_view who_may) {
  switch (answer.status) {
    case 401: return unauthorized(context, answer, what, "sign in again (it holds for 60 days)");
    case 403: return unauthorized(context, answer, what, who_may);
    case 426:
      return Error{
          ErrorKind::invalid,
          fmt::format("{}; version {} of its API has ended: {}; the posts wait", said(answer, what),
                      version_of(context.account), how_to_renew_version(context.account))};
    default: return std::nullopt;
  }
}

}  // namespace

std::string said(const Response& answer, std::string_view what) {
  const Problem problem = read_problem(answer.body);
  std::string words = problem.message.empty() ? answer.body : problem.message;
  if (!problem.codes.empty()) words = problem.codes.back() + ": " + words;
  words = excerpt(words);
  // The number goes last, and whole.
  return fmt::format("LinkedIn {} ({}: {}{})", what, answer.status,
                     words.empty() ? "it gave no reason" : words, trace_of(answer));
}

bool is_duplicate(const Response& answer) {
  if (answer.status != 422 && answer.status != 400) return false;
  return read_problem(answer.body).has("DUPLICATE_POST") ||
         answer.body.find("duplicate of urn:li:") != std::string::npos;
}

bool may_be_too_young(const Response& answer) {
  constexpr int revoked = 65601;
  return answer.status == 401 && read_problem(answer.body).service_code == revoked;
}

bool is_about_a_picture(const Response& answer) {
  if (answer.status != 400 && answer.status != 404 && answer.status != 422) return false;
  const Problem problem = read_problem(answer.body);
  return problem.has("MEDIA_ASSET_PROCESSING_FAILED") || problem.has("URN_NOT_FOUND");
}

bool is_still_at_work(const Response& answer) {
  return answer.status >= 400 && answer.status < 500 &&
         read_problem(answer.body).has("MEDIA_ASSET_WAITING_UPLOAD");
}

std::optional<Outcome> trouble_of_account(const Context& context, const Response& answer) {
  if (is_turned_away(answer)) {
    return defer(
        turned_away(said(answer, "did not answer as its API does"), context.account.server),
        context.now);
  }
  auto shut = closed(context, answer, "does not let this account post",
                     "the person must be an admin of the Page, and the app must have the product "
                     "Community Management API with w_organization_social; then");
  if (shut) return defer(*std::move(shut), context.now);
  switch (answer.status) {
    case 429:
      return defer({ErrorKind::throttled,
                    said(answer, find_header(answer.headers, "Retry-After")
                                     ? "asks for a pause"
                                     : "says that the day's calls are used up"),
                    throttle_of(answer, context.now, until_midnight(context.now))},
                   context.now);
    case 409:
      return defer({ErrorKind::unavailable, said(answer, "is busy with this"), while_busy},
                   context.now);
    default: break;
  }
  if (answer.status >= 500 || answer.status == 408 || answer.status == 425) {
    const auto sorted = classify(answer, context.now);
    return defer({ErrorKind::unavailable, said(answer, "cannot take it now"),
                  sorted ? sorted->retry_after : std::nullopt},
                 context.now);
  }
  return std::nullopt;
}

Outcome outcome_of_publish(const Context& context, const Response& answer) {
  const auto uncertain = [&](std::string_view what) -> Outcome {
    const auto sorted = classify(answer, context.now);
    return Uncertain{
        {ErrorKind::uncertain, said(answer, what), sorted ? sorted->retry_after : std::nullopt}};
  };
  if (answer.status >= 200 && answer.status < 300) {
    return uncertain("answered without the post's name");
  }
  if (may_have_happened(answer)) {
    return uncertain("failed, and may have posted all the same");
  }
  if (is_duplicate(answer)) return uncertain("says that it has this post already");
  if (auto trouble = trouble_of_account(context, answer)) return *std::move(trouble);
  if (is_still_at_work(answer)) {
    return defer({ErrorKind::unavailable, said(answer, "still works on a picture"), while_busy},
                 context.now);
  }
  const Problem problem = read_problem(answer.body);
  const bool is_no_place =
      answer.status < 400 || answer.status == 405 ||
      (answer.status == 404 && (problem.codes.empty() || problem.has("RESOURCE_NOT_FOUND")));
  if (is_no_place) {
    return defer(
        {ErrorKind::invalid, said(answer, "has no place to post to") +
                                 "; take `server` out of the account's settings, or correct it"},
        context.now);
  }
  return Rejected{{ErrorKind::rejected, said(answer, "refuses this post")}};
}

std::string id_of_new_post(const Response& answer) {
  if (answer.status < 200 || answer.status >= 300) return {};
  for (const char* name : {"x-restli-id", "x-linkedin-id"}) {
    const auto value = find_header(answer.headers, name);
    if (value && is_post_urn(*value)) return std::string(*value);
  }
  return {};
}

std::optional<Error> why_unread(const Context& context, const Response& answer) {
  constexpr std::string_view what = "did not show the account's posts";
  auto error = classify(answer, context.now);
  if (!error) return std::nullopt;
  if (is_turned_away(answer)) return turned_away(said(answer, what), context.account.server);
  if (auto shut = closed(context, answer, what, "the sign-in needs r_organization_social; then")) {
    if (answer.status != 401) shut->kind = ErrorKind::unavailable;
    return shut;
  }
  error->message = said(answer, what);
  if (answer.status == 429) {
    error->retry_after = throttle_of(answer, context.now, until_midnight(context.now));
  } else {
    error->kind = ErrorKind::unavailable;
  }
  return error;
}

std::string page_of(std::string_view urn) {
  return fmt::format("https://www.linkedin.com/feed/update/{}", urn);
}

}  // namespace crier::linkedin
