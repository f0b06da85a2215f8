#include "network/facebook/answer.h"

#include <algorithm>

#include "core/utf8.h"
#include "network/facebook/wire.h"
#include "network/json.h"
#include "network/outcomes.h"

namespace crier::facebook {
namespace {

using std::chrono::seconds;

/// Where no header says how long.
constexpr seconds usual_throttle{15 * 60};
constexpr seconds longest_throttle{24 * 3600};
constexpr std::size_t most_said = 160;

constexpr int posting_too_fast = 1390008;

Meaning meaning_of_block(int subcode) {
  switch (subcode) {
    case 1404082: return Meaning::duplicate;
    case 4854002:  // confirm identity
    case 1404078:  // Page publishing authorisation
      return Meaning::account_blocked;
    case 1404102:  // community standards
    case 1346003:  // reported as abusive
      return Meaning::post_refused;
    case posting_too_fast: return Meaning::throttled;
    // It may heal by itself, and may not: a person must know.
    default: return Meaning::account_blocked;
  }
}

/// Of codes that say the same everywhere; nothing for others.
std::optional<Meaning> meaning_of_code(const Problem& problem) {
  if (problem.subcode == 1366051) return Meaning::duplicate;
  if (problem.code >= 200 && problem.code <= 299) return Meaning::not_allowed;
  switch (problem.code) {
    case 1:
    case 2: return Meaning::at_a_loss;
    case 4:
    case 17:
    case 32:
    case 341:
    case 613:
    case 80001:
    case 80002: return Meaning::throttled;
    case 3:
    case 10: return Meaning::not_allowed;
    case 101:  // the app is not there any more
    case 102:
    case 190: return Meaning::signed_out;
    case 104: return Meaning::wrong_secret;
    case 12:
    case 2500:
    case 2635: return Meaning::wrong_version;
    case 368: return meaning_of_block(problem.subcode);
    case 506: return Meaning::duplicate;
    case 1609005: return Meaning::link_unread;
    case 1609008: return Meaning::link_refused;
    case 1366046: return Meaning::picture_refused;
    case 100: break;
    default: return std::nullopt;
  }
  // 100 is said of nearly everything. Facebook gives a wrong proof no number of its own.
  if (problem.words.find("appsecret_proof") != std::string::npos) return Meaning::wrong_secret;
  switch (problem.subcode) {
    case 33: return Meaning::page_is_gone;
    case 1609005: return Meaning::link_unread;
    case 1609008: return Meaning::link_refused;
    case 1366046: return Meaning::picture_refused;
    default: return Meaning::post_refused;
  }
}

Meaning meaning_of_status(const Response& answer, bool is_graph) {
  const int status = answer.status;
  if (status == 401) return Meaning::signed_out;
  if (is_turned_away(answer)) return Meaning::no_graph;
  if (status == 403) return Meaning::not_allowed;
  if (status == 429) return Meaning::throttled;
  if (may_have_happened(answer)) return Meaning::at_a_loss;
  if (is_graph) return Meaning::post_refused;
  if (status == 404 || status == 405 || status < 400) return Meaning::wrong_version;
  return Meaning::no_graph;
}

/// The longest wait that X-Business-Use-Case-Usage names, which it does in minutes.
seconds regained_in(const Response& answer) {
  const auto header = find_header(answer.headers, "X-Business-Use-Case-Usage");
  const Json usage = parse_json(header.value_or(""));
  seconds longest{0};
  if (!usage.is_object()) return longest;
  for (const auto& [id, uses] : usage.items()) {
    if (!uses.is_array()) continue;
    for (const Json& use : uses) {
      const Json* minutes = member(&use, "estimated_time_to_regain_access");
      if (minutes == nullptr || !minutes->is_number()) continue;
      const double wait = std::clamp(minutes->get<double>(), 0.0, 24.0 * 60);
      longest = std::max(longest, seconds{static_cast<std::int64_t>(wait * 60)});
    }
  }
  return longest;
}

seconds wait_of(const Response& answer, SysTime now) {
  const seconds named = regained_in(answer);
  if (named > seconds{0}) {
    return std::min(std::max(named, throttle_of(answer, now, seconds{1})), longest_throttle);
  }
  return throttle_of(answer, now, usual_throttle);
}

/// What a person does about a token that is not taken.
std::string remedy_of_token(const Response& answer) {
  const auto problem = read_problem(answer.body);
  std::string again = "sign in again: crier auth login {}";
  switch (problem ? problem->subcode : 0) {
    case 458: return "the app was removed from the person's settings; " + again;
    case 459: return "sign in on facebook.com and do what it asks, then: crier auth login {}";
    case 460: return "the person's password was changed; " + again;
    case 463: return "the token has expired; " + again;
    case 464: return "the person's account is not confirmed: confirm it, then: crier auth login {}";
    case 492:
      return "the person who signed in has no role on the Page any more: give it back, or let "
             "somebody who has one sign in: crier auth login {}";
    default: return again;
  }
}

/// What a person does about the account; empty where it is not the account that is in trouble.
std::string remedy_of(Meaning meaning, const Response& answer) {
  switch (meaning) {
    case Meaning::signed_out: return remedy_of_token(answer);
    case Meaning::not_allowed:
      return "whoever signs in needs to create content on the Page, and must allow all that is "
             "asked for (pages_manage_posts, pages_read_engagement): crier auth login {}";
    case Meaning::page_is_gone:
      return "look whether the Page still exists and you still manage it; then sign in again: "
             "crier "
             "auth login {}";
    case Meaning::account_blocked:
      return "open the Page on facebook.com and do what it asks; the posts of {} wait";
    case Meaning::wrong_secret:
      return "sign in with the secret of the app that the token is from: crier auth login {}";
    default: return {};
  }
}

/// Facebook's own page says sorry with a 400, too. Source: github.com/nov/fb_graph, issue 355.
bool is_facebooks_own(const Response& answer) {
  const std::string_view body = std::string_view(answer.body).substr(0, 4096);
  return body.find("id=\"facebook\"") != body.npos ||
         body.find("Sorry, something went wrong") != body.npos ||
         std::ranges::any_of(answer.headers, [](const Header& header) {
           return ascii_lower(header.name).starts_with("x-fb-");
         });
}

std::string with_account(const Context& context, const std::string& remedy) {
  return fmt::format(fmt::runtime(remedy), context.account.id.value);
}

Error unauthorized(const Context& context, const Response& answer, std::string_view what,
                   const std::string& remedy) {
  return {ErrorKind::unauthorized, said(answer, what) + "; " + with_account(context, remedy)};
}

/// Another's words in Graph's place, or half of its own.
Error not_graph(const Context& context, const Response& answer) {
  const std::string what = said(answer, "did not answer as its API does");
  if (is_turned_away(answer)) return turned_away(what, context.account.server);
  return {ErrorKind::unavailable, what + "; crier tries again by itself"};
}

}  // namespace

std::string said(const Response& answer, std::string_view what) {
  const auto problem = read_problem(answer.body);
  if (!problem) return told("Facebook", answer, what, answer.body);
  std::string code = std::to_string(problem->code);
  if (problem->subcode != 0) code += "/" + std::to_string(problem->subcode);
  std::string words = excerpt(problem->words);
  if (words.size() > most_said) {
    words.resize(most_said);
    words = to_valid_utf8(words);
    words += "…";
  }
  if (words.empty()) words = "it gave no reason";
  return fmt::format("Facebook {} ({}, code {}: {}{}{})", what, answer.status, code, words,
                     problem->trace.empty() ? "" : "; fbtrace_id ", problem->trace);
}

bool is_unreadable(const Response& answer) {
  const Json json = parse_json(answer.body);
  const Json* error = member(&json, "error");
  return !json.is_object() ||
         (error != nullptr && error->is_object() && !read_problem(answer.body));
}

Meaning meaning_of_work(const Response& answer) {
  return may_have_happened(answer) ? Meaning::at_a_loss : meaning_of(answer);
}

Meaning meaning_of(const Response& answer) {
  if (answer.status >= 200 && answer.status < 300) return Meaning::fine;
  const auto problem = read_problem(answer.body);
  if (problem) {
    const auto known = meaning_of_code(*problem);
    const bool is_of_all = !known || known == Meaning::post_refused;
    if (problem->is_transient && is_of_all) return Meaning::at_a_loss;
    if (known) return *known;
  }
  return meaning_of_status(answer, problem.has_value());
}

std::optional<Outcome> trouble_of_account(const Context& context, const Response& answer) {
  const Meaning meaning = meaning_of(answer);
  const auto closed = [&](std::string_view what) {
    return defer(unauthorized(context, answer, what, remedy_of(meaning, answer)), context.now);
  };
  switch (meaning) {
    case Meaning::throttled:
      return defer(
          {ErrorKind::throttled, said(answer, "asks for a pause"), wait_of(answer, context.now)},
          context.now);
    case Meaning::at_a_loss: {
      auto sorted = classify(answer, context.now);
      return defer({ErrorKind::unavailable, said(answer, "cannot take it now"),
                    sorted ? sorted->retry_after : std::nullopt},
                   context.now);
    }
    case Meaning::no_graph: return defer(not_graph(context, answer), context.now);
    case Meaning::signed_out: return closed("does not take the sign-in of this account");
    case Meaning::not_allowed: return closed("does not let this app post to the Page");
    case Meaning::page_is_gone: return closed("shows no such Page to this sign-in");
    case Meaning::account_blocked: return closed("wants something of the Page's owner first");
    case Meaning::wrong_secret: return closed("does not take the app secret for this token");
    case Meaning::wrong_version:
      return defer({ErrorKind::invalid,
                    said(answer, "has no place to post to") +
                        with_account(context,
                                     "; correct `version` or `server` under [accounts.{}] in "
                                     "feeds.toml")},
                   context.now);
    case Meaning::fine:
    case Meaning::duplicate:
    case Meaning::link_unread:
    case Meaning::link_refused:
    case Meaning::picture_refused:
    case Meaning::post_refused: break;
  }
  return std::nullopt;
}

Outcome outcome_of_publish(const Context& context, const Response& answer) {
  const auto uncertain = [&](std::string_view what, std::optional<seconds> wait) -> Outcome {
    return Uncertain{{ErrorKind::uncertain, said(answer, what), wait}};
  };
  const auto sorted = classify(answer, context.now);
  const auto asked = sorted ? sorted->retry_after : std::nullopt;
  const Meaning meaning = meaning_of(answer);
  if (meaning == Meaning::fine) {
    if (auto posted = read_posted(answer.body)) return Receipt{posted->id, posted->url};
    return uncertain("answered with something that is no post", asked);
  }
  // A page for eyes, or half an answer: only a firewall's is sure to come from somebody else.
  if (meaning == Meaning::no_graph && is_unreadable(answer) &&
      (!is_turned_away(answer) || is_facebooks_own(answer))) {
    return uncertain("did not answer as its API does, and may have posted all the same", asked);
  }
  // Whatever the words: a server that failed may have posted before it did.
  if (meaning == Meaning::at_a_loss || may_have_happened(answer)) {
    return uncertain("failed, and may have posted all the same",
                     meaning == Meaning::throttled ? wait_of(answer, context.now) : asked);
  }
  if (meaning == Meaning::duplicate) return uncertain("has a post with these words already", asked);
  if (auto trouble = trouble_of_account(context, answer)) return *std::move(trouble);
  return Rejected{{ErrorKind::rejected, said(answer, "refuses this post")}};
}

std::optional<Error> why_unread(const Context& context, const Response& answer) {
  if (answer.status >= 200 && answer.status < 300) return std::nullopt;
  constexpr std::string_view what = "did not list the Page's posts";
  const Meaning meaning = meaning_of(answer);
  if (meaning == Meaning::throttled) {
    return Error{ErrorKind::throttled, said(answer, what), wait_of(answer, context.now)};
  }
  if (const std::string remedy = remedy_of(meaning, answer); !remedy.empty()) {
    Error error = unauthorized(context, answer, what, remedy);
    if (meaning == Meaning::not_allowed) error.kind = ErrorKind::unavailable;
    return error;
  }
  if (is_turned_away(answer)) return turned_away(said(answer, what), context.account.server);
  return Error{ErrorKind::unavailable, said(answer, what)};
}

}  // namespace crier::facebook
