#include "network/bluesky/answer.h"

#include <algorithm>
#include <array>

#include "core/url.h"
#include "core/utf8.h"
#include "network/json.h"
#include "network/outcomes.h"

namespace crier::bluesky {
namespace {

/// Bluesky counts in windows of five minutes, an hour and a day, and says when each ends.
constexpr std::chrono::seconds usual_throttle{300};

std::string server_of(const Response& answer, const Context& context) {
  std::string asked = origin_of(answer.final_url);
  if (!asked.empty()) return asked;
  const std::string service = value_of(context.facts.values, "service");
  return service.empty() ? std::string("the server") : service;
}

std::string words_of(const Response& answer) {
  const Json body = parse_json(answer.body);
  const std::string name = text_of(body, "error");
  const std::string message = text_of(body, "message");
  if (name.empty() && message.empty()) return answer.body;
  return name + (name.empty() || message.empty() ? "" : ": ") + message;
}

std::string said(const Context& context, const Response& answer, std::string_view what) {
  return told(server_of(answer, context), answer, what, words_of(answer));
}

Error unauthorized(const Context& context, const Response& answer, std::string_view what,
                   std::string_view remedy) {
  return {ErrorKind::unauthorized,
          said(context, answer, what) + "; " +
              fmt::format(fmt::runtime(remedy), fmt::arg("account", context.account.id.value))};
}

constexpr std::string_view sign_in_again = "sign in again: crier auth login {account}";

/// States of an account that its owner must mend, by the names the reference PDS gives them.
std::optional<Error> state_of_account(const Context& context, const Response& answer) {
  const std::string name = error_name(answer);
  if (name == "AccountTakedown" || name == "RepoTakendown") {
    return unauthorized(context, answer, "has taken this account down",
                        "write to its operator; the posts of {account} wait");
  }
  if (name == "AccountDeactivated" || name == "RepoDeactivated") {
    return unauthorized(context, answer, "says that this account is not active there",
                        "if it has moved to another server, sign in again: crier auth login "
                        "{account}; else make it active in Bluesky's settings");
  }
  return std::nullopt;
}

bool is_at_uri(std::string_view uri) {
  return uri.starts_with("at://did:") && uri.size() <= 2048 && printable(uri) == uri &&
         uri.find_first_of(" \"'<>\\") == std::string_view::npos;
}

/// Why a list or a post could not be read.
Error unread(const Context& context, const Response& answer, std::string_view what) {
  if (answer.status == 401) return unauthorized(context, answer, what, sign_in_again);
  if (is_turned_away(answer)) {
    return turned_away(said(context, answer, what), server_of(answer, context));
  }
  const auto sorted = classify(answer, context.now);
  return {answer.status == 429 ? ErrorKind::throttled : ErrorKind::unavailable,
          said(context, answer, what), sorted ? sorted->retry_after : std::nullopt};
}

/// Where the links of a past post lead.
std::vector<std::string> links_of(const Json& record) {
  std::vector<std::string> links;
  const auto add = [&](const std::string& link) {
    if (is_http_url(link)) links.push_back(link);
  };
  if (const Json* facets = member(&record, "facets"); facets != nullptr && facets->is_array()) {
    for (const Json& facet : *facets) {
      const Json* features = member(&facet, "features");
      if (features == nullptr || !features->is_array()) continue;
      for (const Json& feature : *features) add(text_of(feature, "uri"));
    }
  }
  add(text_of(member(member(member(&record, "embed"), "external"), "uri")));
  return links;
}

}  // namespace

std::string error_name(const Response& answer) { return text_of(parse_json(answer.body), "error"); }

std::optional<Outcome> trouble_of_account(const Context& context, const Response& answer) {
  if (auto state = state_of_account(context, answer)) return defer(*std::move(state), context.now);
  const std::string name = error_name(answer);
  static constexpr std::array<std::string_view, 4> of_token{"ExpiredToken", "InvalidToken",
                                                            "AuthMissing", "AuthRequired"};
  if (answer.status == 401 ||
      (answer.status == 400 && std::ranges::find(of_token, name) != of_token.end())) {
    return defer(
        unauthorized(context, answer, "does not take the sign-in of this account", sign_in_again),
        context.now);
  }
  if (is_turned_away(answer)) {
    return defer(turned_away(said(context, answer, "did not answer as a Bluesky server does"),
                             server_of(answer, context)),
                 context.now);
  }
  if (answer.status == 403) {
    return defer(
        unauthorized(context, answer, "does not let crier do this for the account",
                     "sign in again and allow all that is asked for: crier auth login {account}"),
        context.now);
  }
  if (answer.status == 429) {
    return defer({ErrorKind::throttled, said(context, answer, "asks for a pause"),
                  throttle_of(answer, context.now, usual_throttle)},
                 context.now);
  }
  if (answer.status >= 500 || answer.status == 408 || answer.status == 425) {
    auto sorted = classify(answer, context.now);
    return defer({ErrorKind::unavailable, said(context, answer, "cannot take it now"),
                  sorted ? sorted->retry_after : std::nullopt},
                 context.now);
  }
  return std::nullopt;
}

Outcome outcome_of_publish(const Context& context, const Response& answer) {
  const std::string name = error_name(answer);
  const auto sorted = classify(answer, context.now);
  const auto uncertain = [&](std::string_view what) -> Outcome {
    return Uncertain{{ErrorKind::uncertain, said(context, answer, what),
                      sorted ? sorted->retry_after : std::nullopt}};
  };
  if (answer.status >= 200 && answer.status < 300) {
    const std::string uri = text_of(parse_json(answer.body), "uri");
    if (is_at_uri(uri)) return Receipt{uri, page_of(context, uri)};
    return uncertain("answered with something that is no post");
  }
  if (may_have_happened(answer)) return uncertain("failed, and may have posted all the same");
  // Another record has this key: an earlier try of ours, or another ledger's.
  if (name == "InvalidSwap") return uncertain("says that a post is there already");
  if (auto trouble = trouble_of_account(context, answer)) return *std::move(trouble);
  if (answer.status < 400) {
    return defer({ErrorKind::unavailable,
                  said(context, answer, "sends posts on to another address, where none may go")},
                 context.now);
  }
  if (answer.status == 404 || answer.status == 405 || name == "XRPCNotSupported" ||
      name == "MethodNotImplemented") {
    return defer({ErrorKind::invalid, said(context, answer, "has no place to post to") +
                                          "; sign in again: crier auth "
                                          "login " +
                                          context.account.id.value},
                 context.now);
  }
  return Rejected{{ErrorKind::rejected, said(context, answer, "refuses this post")}};
}

std::string read_blob(const Response& answer) {
  const Json body = parse_json(answer.body);
  const Json* blob = member(&body, "blob");
  const bool is_blob = blob != nullptr && text_of(*blob, "$type") == "blob" &&
                       !text_of(member(member(blob, "ref"), "$link")).empty();
  return answer.status == 200 && is_blob ? write_json(*blob) : std::string();
}

std::string page_of(const Context& context, std::string_view uri) {
  const std::string_view rest = uri.substr(std::min(uri.find("did:"), uri.size()));
  const std::string_view did = rest.substr(0, rest.find('/'));
  const std::string_view key = uri.substr(uri.rfind('/') + 1);
  std::string who = value_of(context.facts.values, "handle");
  if (who.starts_with('@')) who.erase(0, 1);
  return fmt::format("https://bsky.app/profile/{}/post/{}", who.empty() ? std::string(did) : who,
                     key);
}

Result<std::optional<Receipt>> read_record(const Context& context, std::string_view key,
                                           std::string_view words, const Response& answer) {
  if (answer.status == 200) {
    const Json body = parse_json(answer.body);
    const std::string uri = text_of(body, "uri");
    const Json* text = member(member(&body, "value"), "text");
    const bool is_told = is_at_uri(uri) && !key.empty() && uri.ends_with(fmt::format("/{}", key)) &&
                         text != nullptr && text->is_string();
    // Another ledger of the account may have made the same key in the same second.
    if (is_told && text_of(text) != words) return std::optional<Receipt>();
    if (is_told) return std::optional<Receipt>(Receipt{uri, page_of(context, uri)});
    return fail(ErrorKind::unavailable, "{}", said(context, answer, "did not say what it holds"));
  }
  const std::string name = error_name(answer);
  const bool is_told = answer.status == 400 || answer.status == 404;
  // Older servers have the sentence only.
  const std::string message = text_of(parse_json(answer.body), "message");
  if (is_told && (name == "RecordNotFound" || message.starts_with("Could not locate record"))) {
    return std::optional<Receipt>();
  }
  return Failure(unread(context, answer, "did not say whether the post is there"));
}

Result<PastPage> read_records(const Context& context, const Response& answer) {
  const Json body = parse_json(answer.body);
  const Json* records = member(&body, "records");
  if (answer.status != 200 || records == nullptr || !records->is_array()) {
    return Failure(unread(context, answer, "did not list the account's posts"));
  }
  PastPage page;
  for (const Json& entry : *records) {
    const std::string uri = text_of(entry, "uri");
    const Json* record = member(&entry, "value");
    if (!is_at_uri(uri) || record == nullptr) continue;
    if (member(record, "reply") != nullptr) continue;
    page.posts.push_back({uri, page_of(context, uri), text_of(*record, "text"), links_of(*record),
                          parse_iso_time(text_of(*record, "createdAt"))});
  }
  page.next = text_of(body, "cursor");
  return page;
}

}  // namespace crier::bluesky
