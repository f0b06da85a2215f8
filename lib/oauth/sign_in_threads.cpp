#include "oauth/sign_in_threads.h"

#include <algorithm>

#include "core/url.h"
#include "core/utf8.h"
#include "oauth/authorizer.h"
#include "oauth/json_text.h"

namespace crier {
namespace {

using std::chrono::seconds;

constexpr std::size_t max_answer_bytes = 64U << 10;
constexpr std::size_t max_typed_bytes = 4096;
constexpr seconds token_lasts{60 * 24 * 3600};
/// What ends sooner was made for a try-out: it cannot be renewed, which takes a day's age.
constexpr seconds too_short{24 * 3600};
constexpr const char* scopes = "threads_basic,threads_content_publish";
constexpr const char* scope_to_post = "threads_content_publish";

/// The consent page is on another host than the API, except where a test stands in for both.
std::string consent_page(const std::string& server) {
  if (server == "https://graph.threads.net") return "https://threads.net/oauth/authorize";
  if (server == "https://graph.threads.com") return "https://threads.com/oauth/authorize";
  return server + "/oauth/authorize";
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 32 &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Why Threads let nobody in. Its own words may hold what it was sent, so they are not repeated.
Failure refusal(const Response& response, SysTime now, std::string_view doing,
                std::string_view advice) {
  auto error = classify(response, now).value_or(Error{ErrorKind::rejected, "the answer is none"});
  if (error.kind == ErrorKind::unavailable || error.kind == ErrorKind::throttled) {
    return fail(std::move(error), "{}", doing);
  }
  return fail(ErrorKind::unauthorized, "{}: Threads refused it ({}). {}", doing, response.status,
              advice);
}

Request get(std::string url) {
  Request request;
  request.url = std::move(url);
  request.headers = {{"Accept", "application/json"}};
  request.max_response_bytes = max_answer_bytes;
  return request;
}

}  // namespace

ThreadsSignIn::ThreadsSignIn(ThreadsSignInPlan plan, const Clock& clock, Random& random)
    : plan_(std::move(plan)), clock_(clock), random_(random) {}

Result<SignInStep> ThreadsSignIn::begin() {
  CRIER_ENSURE(stage_ == Stage::fresh, "a sign-in begins once");
  plan_.server = origin_of(plan_.server);
  if (!is_safe_origin(plan_.server)) {
    return fail(ErrorKind::invalid, "the account's `server` must be an https address to sign in");
  }
  credentials_.kind = "graph";
  credentials_.server = plan_.server;
  stage_ = Stage::prompting;
  if (plan_.method == ThreadsSignInPlan::Method::token) {
    wanted_ = {Wanted::token};
    return prompt_next();
  }
  const Credentials& kept = plan_.kept;
  if (!kept.client_id.empty() && !kept.app_redirect_uri.empty() &&
      origin_of(kept.server) == plan_.server) {
    credentials_.client_id = kept.client_id;
    redirect_uri_ = kept.app_redirect_uri;
    wanted_ = {Wanted::app_secret};
  } else {
    wanted_ = {Wanted::app_id, Wanted::app_secret, Wanted::redirect_uri};
  }
  return prompt_next();
}

Result<SignInStep> ThreadsSignIn::prompt_next() {
  if (wanted_.empty()) {
    return plan_.method == ThreadsSignInPlan::Method::token ? ask_signed(Stage::verifying, "me")
                                                            : browse();
  }
  switch (wanted_.front()) {
    case Wanted::token: return SignInStep(Prompt{"Token", true});
    case Wanted::app_id: return SignInStep(Prompt{"Threads app ID", false});
    case Wanted::app_secret: return SignInStep(Prompt{"Threads app secret", true});
    case Wanted::redirect_uri: break;
  }
  return SignInStep(Prompt{"Redirect address, as the app has it", false});
}

Result<SignInStep> ThreadsSignIn::told(std::string_view text) {
  if (stage_ != Stage::prompting || wanted_.empty()) {
    return fail(ErrorKind::rejected, "this sign-in had asked nothing");
  }
  text = trimmed(text);
  if (text.size() > max_typed_bytes || !is_visible_ascii(text)) {
    return fail(ErrorKind::invalid, "that is not what Threads shows: copy it again");
  }
  switch (wanted_.front()) {
    case Wanted::token: credentials_.access_token = Secret(std::string(text)); break;
    case Wanted::app_secret: app_secret_ = Secret(std::string(text)); break;
    case Wanted::app_id:
      if (!is_number(text)) {
        return fail(ErrorKind::invalid,
                    "the Threads app ID is a number (App settings, Basic; it is not the app ID)");
      }
      credentials_.client_id = text;
      break;
    case Wanted::redirect_uri:
      if (origin_of(text).empty() || !is_safe_origin(text)) {
        return fail(ErrorKind::invalid,
                    "the redirect address begins with https://, exactly as it stands in the app");
      }
      redirect_uri_ = text;
      break;
  }
  wanted_.erase(wanted_.begin());
  return prompt_next();
}

Result<SignInStep> ThreadsSignIn::browse() {
  state_ = make_state(random_);
  stage_ = Stage::browsing;
  const FormFields fields = {{"client_id", credentials_.client_id},
                             {"redirect_uri", redirect_uri_},
                             {"scope", scopes},
                             {"response_type", "code"},
                             {"state", state_}};
  return SignInStep(Browse{consent_page(plan_.server) + "?" + form_encode(fields)});
}

Result<SignInStep> ThreadsSignIn::redirected(std::string_view text) {
  if (stage_ != Stage::browsing) {
    return fail(ErrorKind::rejected, "this sign-in has had its answer already: start again");
  }
  const auto answer = read_redirect(trimmed(text));
  if (!answer) return Failure(answer.error());
  Credentials known;
  known.client_secret = app_secret_;
  const auto code = accept_redirect(*answer, {.state = state_, .known = known});
  if (!code) {
    if (code.error().kind != ErrorKind::invalid) stage_ = Stage::over;
    return Failure(code.error());
  }
  // Threads hangs "#_" on the address, and a browser may have made a part of the code of it.
  std::string plain = code->reveal();
  if (plain.ends_with("#_")) plain.resize(plain.size() - 2);
  state_.clear();
  stage_ = Stage::exchanging;
  return SignInStep(Ask{client_request(
      plan_.server + "/oauth/access_token", {credentials_.client_id, app_secret_, ClientAuth::post},
      {{"grant_type", "authorization_code"}, {"code", plain}, {"redirect_uri", redirect_uri_}})});
}

Result<SignInStep> ThreadsSignIn::answered(const Response& response, SysTime now) {
  const Stage stage = std::exchange(stage_, Stage::over);
  switch (stage) {
    case Stage::exchanging: return take_code_token(response, now);
    case Stage::lengthening: return take_long_token(response, now);
    case Stage::verifying: return take_identity(response, now);
    case Stage::inspecting: return take_inspection(response, now);
    case Stage::fresh:
    case Stage::prompting:
    case Stage::browsing:
    case Stage::over: break;
  }
  return fail(ErrorKind::rejected, "this sign-in was not waiting for an answer of the server");
}

Result<SignInStep> ThreadsSignIn::unanswered(const Error& why) {
  // Who it is, and that it may post, is known by then; only when it ends is not.
  if (std::exchange(stage_, Stage::over) == Stage::inspecting) {
    return SignInStep(SignedIn{credentials_});
  }
  // Where a token or a secret stands in the address, it may be in what is said of it.
  return fail(why.kind, "Threads could not be asked");
}

/// The first token is good for an hour, and for another that lasts.
Result<SignInStep> ThreadsSignIn::take_code_token(const Response& response, SysTime now) {
  const auto object = response.status == 200 ? parse_object(response.body) : std::nullopt;
  const std::string token = object ? text_of(*object, "access_token") : std::string();
  if (!is_visible_ascii(token)) {
    return refusal(response, now, "asking Threads for a token",
                   "Its code is good once: start again; check the Threads app ID and secret, and "
                   "that the redirect address is the app's, letter by letter");
  }
  stage_ = Stage::lengthening;
  const FormFields fields = {{"grant_type", "th_exchange_token"},
                             {"client_secret", app_secret_.reveal()},
                             {"access_token", token}};
  return SignInStep(Ask{get(plan_.server + "/access_token?" + form_encode(fields))});
}

Result<SignInStep> ThreadsSignIn::take_long_token(const Response& response, SysTime now) {
  const auto object = response.status == 200 ? parse_object(response.body) : std::nullopt;
  const std::string token = object ? text_of(*object, "access_token") : std::string();
  if (!is_visible_ascii(token)) {
    return refusal(response, now, "asking Threads for a token that lasts", "Start again");
  }
  credentials_.access_token = Secret(token);
  credentials_.app_redirect_uri = redirect_uri_;
  app_secret_ = {};
  return ask_signed(Stage::verifying, "me");
}

Result<SignInStep> ThreadsSignIn::ask_signed(Stage stage, const std::string& path) {
  Request request = get(plan_.server + "/v1.0/" + path);
  if (stage == Stage::verifying) request.url += "?fields=id%2Cusername";
  auto ready = KindAuthorizer().sign(std::move(request), credentials_, clock_.now(), random_);
  if (!ready) return Failure(ready.error());
  stage_ = stage;
  return SignInStep(Ask{*std::move(ready)});
}

Result<SignInStep> ThreadsSignIn::take_identity(const Response& response, SysTime now) {
  const auto object = response.status == 200 ? parse_object(response.body) : std::nullopt;
  const std::string id = object ? text_of(*object, "id") : std::string();
  if (!is_number(id)) {
    return refusal(response, now, "asking Threads whose account it is",
                   "Make a new token (Use cases, Access the Threads API, Settings, User Token "
                   "Generator) and copy all of it; the account must have accepted the invitation "
                   "as a tester");
  }
  credentials_.account_id = id;
  credentials_.handle = "@" + redacted_excerpt(credentials_, text_of(*object, "username"));
  credentials_.scope = scopes;
  credentials_.obtained_at = credentials_.signed_in_at = now;
  credentials_.expires_at = credentials_.ends_at = now + token_lasts;
  credentials_.token_endpoint = plan_.server + "/refresh_access_token";
  return ask_signed(Stage::inspecting, "debug_token");
}

/// What the token itself says. If it says nothing, it is taken for what Threads usually gives.
Result<SignInStep> ThreadsSignIn::take_inspection(const Response& response, SysTime now) {
  const auto object = response.status == 200 ? parse_object(response.body) : std::nullopt;
  const auto data = object && object->contains("data") ? object->at("data") : nlohmann::json();
  if (!data.is_object()) return SignInStep(SignedIn{credentials_});
  const auto may = texts_of(data, "scopes");
  if (!may.empty() && std::ranges::find(may, scope_to_post) == may.end()) {
    return fail(ErrorKind::rejected,
                "this token may read and not post: give the app threads_basic and "
                "threads_content_publish, then make a new one");
  }
  const auto end = data.find("expires_at");
  if (end == data.end() || !end->is_number_integer()) return SignInStep(SignedIn{credentials_});
  const SysTime ends_at{seconds{std::clamp<std::int64_t>(
      end->get<std::int64_t>(), 0, (now + token_lasts).time_since_epoch().count())}};
  if (ends_at <= now) return SignInStep(SignedIn{credentials_});
  if (ends_at - now < too_short) {
    return fail(ErrorKind::rejected,
                "this token is good for {} minutes only: take the one of the User Token Generator, "
                "which lasts for 60 days, or sign in with --method oauth",
                std::chrono::ceil<std::chrono::minutes>(ends_at - now).count());
  }
  credentials_.expires_at = credentials_.ends_at = ends_at;
  return SignInStep(SignedIn{credentials_});
}

}  // namespace crier
