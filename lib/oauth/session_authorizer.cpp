#include "core/url.h"
#include "oauth/authorizer.h"
#include "oauth/crypto.h"
#include "oauth/json_text.h"
#include "oauth/signing.h"

namespace crier {
namespace {

constexpr std::string_view create_session = "/xrpc/com.atproto.server.createSession";
constexpr std::string_view refresh_session = "/xrpc/com.atproto.server.refreshSession";
constexpr std::size_t max_answer_bytes = 256U << 10;
/// Source: the reference PDS, packages/pds/src/account-manager/helpers/auth.ts, 2026-08.
constexpr std::chrono::hours refresh_token_life{90 * 24};
/// What an access token lives there, for one that does not say.
constexpr std::chrono::hours usual_life{2};

/// When a JWT ends by its own word. It is the server's to read; this only saves a refused request.
std::optional<SysTime> end_of(const Secret& token) {
  const std::string& text = token.reveal();
  const std::size_t begin = text.find('.');
  const std::size_t end = begin == std::string::npos ? begin : text.find('.', begin + 1);
  if (end == std::string::npos) return std::nullopt;
  const auto claims = base64url_decode(std::string_view(text).substr(begin + 1, end - begin - 1));
  const auto object = claims ? parse_object(*claims) : std::nullopt;
  if (!object) return std::nullopt;
  const auto found = object->find("exp");
  constexpr std::int64_t year_3000 = 32'503'680'000;
  if (found == object->end() || !found->is_number_unsigned()) return std::nullopt;
  const auto seconds = found->get<std::int64_t>();
  if (seconds <= 0 || seconds > year_3000) return std::nullopt;
  return SysTime{std::chrono::seconds{seconds}};
}

std::string error_of(const Response& answer) {
  const auto object = parse_object(answer.body);
  return object ? text_of(*object, "error") : std::string();
}

bool is_about_token(const Response& answer) {
  const std::string name = error_of(answer);
  return name == "ExpiredToken" || name == "InvalidToken" ||
         (answer.status == 401 && !name.starts_with("Account"));
}

Error why_no_session(const Response& answer, SysTime now) {
  const std::string name = error_of(answer);
  auto error = classify(answer, now).value_or(Error{ErrorKind::rejected, "it gave no session"});
  if (error.kind == ErrorKind::unavailable || error.kind == ErrorKind::throttled) return error;
  std::string what =
      "the server does not take the app password: make a new one in Bluesky's "
      "settings (Privacy and security, App passwords), then sign in again";
  if (name == "AuthFactorTokenRequired") {
    what =
        "the server asks for a code by e-mail, as it does for the account's main password: use "
        "an app password (Settings, Privacy and security, App passwords)";
  }
  if (name == "AccountTakedown")
    what = "the server has taken this account down: write to its operator";
  return {ErrorKind::unauthorized, what};
}

}  // namespace

Request create_session_request(const std::string& server, const std::string& identifier,
                               const Secret& password) {
  Request request;
  request.method = Method::post;
  request.url = origin_of(server) + std::string(create_session);
  request.headers = {{"Accept", "application/json"}, {"Content-Type", "application/json"}};
  request.max_response_bytes = max_answer_bytes;
  const nlohmann::json body = {{"identifier", identifier}, {"password", password.reveal()}};
  request.body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return request;
}

Result<Credentials> take_session(Credentials old, const Response& answer, SysTime now) {
  const auto object = parse_object(answer.body);
  const Secret access(object ? text_of(*object, "accessJwt") : std::string());
  const Secret refresh(object ? text_of(*object, "refreshJwt") : std::string());
  const std::string did = object ? text_of(*object, "did") : std::string();
  if (access.empty() || refresh.empty() || did.empty()) {
    return fail(ErrorKind::rejected, "{} answered with something that is no session",
                origin_of(old.server));
  }
  if (!old.account_id.empty() && old.account_id != did) {
    return fail(ErrorKind::unauthorized,
                "{} gave a session of another account ({}, not {}): sign in again",
                origin_of(old.server), redacted_excerpt(old, did), old.account_id);
  }
  old.kind = "session";
  old.account_id = did;
  old.access_token = access;
  old.refresh_token = refresh;
  if (const std::string handle = text_of(*object, "handle"); !handle.empty()) {
    old.handle = "@" + redacted_excerpt(old, handle);
  }
  old.obtained_at = now;
  old.expires_at = end_of(access).value_or(now + usual_life);
  old.ends_at.reset();
  // With the password at hand no person is needed when the session ends.
  if (old.password.empty()) old.ends_at = now + refresh_token_life;
  return old;
}

Result<Request> SessionAuthorizer::sign(Request request, const Credentials& credentials,
                                        SysTime now, Random& random) const {
  return BearerAuthorizer().sign(std::move(request), credentials, now, random);
}

bool SessionAuthorizer::is_due(const Credentials& credentials, SysTime now) const {
  return is_near_end(credentials, now);
}

std::optional<Request> SessionAuthorizer::renew(const Credentials& credentials, SysTime /*now*/,
                                                Random& /*random*/) const {
  if (!credentials.refresh_token.empty()) {
    if (!check_token(credentials.refresh_token, credentials)) return std::nullopt;
    Request request;
    request.method = Method::post;
    request.url = origin_of(credentials.server) + std::string(refresh_session);
    request.headers = {{"Accept", "application/json"}};
    request.max_response_bytes = max_answer_bytes;
    set_header(request, "Authorization", "Bearer " + credentials.refresh_token.reveal());
    return request;
  }
  if (credentials.password.empty()) return std::nullopt;
  std::string identifier =
      credentials.account_id.empty() ? credentials.handle : credentials.account_id;
  if (identifier.starts_with('@')) identifier.erase(0, 1);
  return create_session_request(credentials.server, identifier, credentials.password);
}

Result<Credentials> SessionAuthorizer::absorb(Credentials old, const Request& sent,
                                              const Response& answer, SysTime now) const {
  if (answer.status == 200) return take_session(std::move(old), answer, now);
  const auto sorted = classify(answer, now);
  if (sent.url.ends_with(create_session)) return Failure(why_no_session(answer, now));
  if (is_about_token(answer) && !old.password.empty()) {
    old.access_token = {};
    old.refresh_token = {};
    return old;  // and then the password
  }
  return Failure(renewal_refused(sorted.value_or(Error{ErrorKind::rejected, "it gave no session"}),
                                 answer, now));
}

Authorizer::Verdict SessionAuthorizer::heed(Credentials& /*credentials*/, const Request& /*sent*/,
                                            const Response& answer) const {
  return (answer.status == 400 || answer.status == 401) && is_about_token(answer) ? Verdict::renew
                                                                                  : Verdict::fine;
}

}  // namespace crier
