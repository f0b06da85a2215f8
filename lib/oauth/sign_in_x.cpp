#include "oauth/sign_in_x.h"

#include <algorithm>

#include "core/url.h"
#include "core/utf8.h"
#include "oauth/authorizer.h"
#include "oauth/crypto.h"
#include "oauth/json_text.h"

namespace crier {
namespace {

constexpr std::size_t max_answer_bytes = 64U << 10;
constexpr std::size_t max_typed_bytes = 1024;
constexpr std::string_view request_token = "/oauth/request_token";
constexpr std::string_view access_token = "/oauth/access_token";
constexpr std::string_view oauth2_token = "/2/oauth2/token";
/// What crier needs: to post, with pictures, to look whether a post is there, and to stay signed
/// in.
constexpr const char* scopes = "tweet.read tweet.write users.read media.write offline.access";

std::string field(const FormFields& fields, std::string_view name) {
  const auto found =
      std::ranges::find_if(fields, [&](const auto& entry) { return entry.first == name; });
  return found == fields.end() ? std::string() : found->second;
}

/// The consent page is on another host than the API, except where a test stands in for both.
std::string consent_page(const std::string& server) {
  return server == "https://api.x.com" ? "https://x.com/i/oauth2/authorize"
                                       : server + "/i/oauth2/authorize";
}

std::vector<Prompt> prompts_of(XSignInPlan::Method method) {
  switch (method) {
    case XSignInPlan::Method::pin: return {{"API key", false}, {"API key secret", true}};
    case XSignInPlan::Method::tokens:
      return {{"API key", false},
              {"API key secret", true},
              {"Access token", false},
              {"Access token secret", true}};
    case XSignInPlan::Method::oauth2:
      return {{"OAuth 2.0 client ID", false},
              {"OAuth 2.0 client secret (nothing, for a public client)", true}};
  }
  return {};
}

/// Why X let nobody in. Its own words may hold what it was sent, so they are not repeated.
Failure refusal(const Response& response, SysTime now, std::string_view doing,
                std::string_view advice) {
  auto error = classify(response, now).value_or(Error{ErrorKind::rejected, "the answer is none"});
  if (error.kind == ErrorKind::unavailable || error.kind == ErrorKind::throttled) {
    return fail(std::move(error), "{}", doing);
  }
  if (const auto complaint = clock_complaint(response, now)) {
    return fail(ErrorKind::unauthorized, "{}: {}", doing, *complaint);
  }
  return fail(ErrorKind::unauthorized, "{}: X refused it ({}). {}", doing, response.status, advice);
}

}  // namespace

XSignIn::XSignIn(XSignInPlan plan, const Clock& clock, Random& random)
    : plan_(std::move(plan)), clock_(clock), random_(random) {}

std::string XSignIn::make_nonce() { return hex(random_.bytes(16)); }

Request XSignIn::post(const std::string& path) const {
  Request request;
  request.method = Method::post;
  request.url = plan_.server + path;
  request.max_response_bytes = max_answer_bytes;
  return request;
}

Result<SignInStep> XSignIn::begin() {
  CRIER_ENSURE(stage_ == Stage::fresh, "a sign-in begins once");
  plan_.server = origin_of(plan_.server);
  if (!is_safe_origin(plan_.server)) {
    return fail(ErrorKind::invalid, "the account's `server` must be an https address to sign in");
  }
  const bool is_oauth1 = plan_.method == XSignInPlan::Method::pin;
  const bool has_client = !plan_.kept.client_id.empty() &&
                          origin_of(plan_.kept.server) == plan_.server &&
                          (plan_.kept.kind == "oauth1") == is_oauth1 &&
                          (!is_oauth1 || !plan_.kept.client_secret.empty());
  if (has_client && plan_.method != XSignInPlan::Method::tokens) {
    answers_ = {plan_.kept.client_id, plan_.kept.client_secret.reveal()};
    return use_client();
  }
  stage_ = Stage::prompting;
  return prompt_next();
}

Result<SignInStep> XSignIn::prompt_next() {
  const auto prompts = prompts_of(plan_.method);
  if (answers_.size() < prompts.size()) return SignInStep(prompts[answers_.size()]);
  return use_client();
}

Result<SignInStep> XSignIn::told(std::string_view text) {
  if (stage_ != Stage::prompting) {
    return fail(ErrorKind::rejected, "this sign-in had asked nothing");
  }
  text = trimmed(text);
  const bool may_be_empty = plan_.method == XSignInPlan::Method::oauth2 && answers_.size() == 1;
  const bool is_good =
      text.empty() ? may_be_empty : text.size() <= max_typed_bytes && is_visible_ascii(text);
  if (!is_good) {
    return fail(ErrorKind::invalid, "that is not what X shows: copy it again, without spaces");
  }
  answers_.emplace_back(text);
  return prompt_next();
}

Result<SignInStep> XSignIn::use_client() {
  credentials_ = {};
  credentials_.server = plan_.server;
  credentials_.client_id = answers_[0];
  credentials_.client_secret = Secret(answers_[1]);
  switch (plan_.method) {
    case XSignInPlan::Method::pin: return ask_for_request_token();
    case XSignInPlan::Method::oauth2: return browse_oauth2();
    case XSignInPlan::Method::tokens: break;
  }
  credentials_.kind = "oauth1";
  credentials_.access_token = Secret(answers_[2]);
  credentials_.token_secret = Secret(answers_[3]);
  return verify();
}

Result<SignInStep> XSignIn::ask_for_request_token() {
  keys_ = {credentials_.client_id, credentials_.client_secret, {}, {}};
  stage_ = Stage::requesting;
  return SignInStep(Ask{sign_oauth1(post(std::string(request_token)), keys_,
                                    {{"oauth_callback", "oob"}}, clock_.now(), make_nonce())});
}

Result<SignInStep> XSignIn::take_request_token(const Response& response, SysTime now) {
  const FormFields fields = read_form(response.status == 200 ? response.body : "");
  keys_.token = field(fields, "oauth_token");
  keys_.token_secret = Secret(field(fields, "oauth_token_secret"));
  if (!is_visible_ascii(keys_.token) || keys_.token_secret.empty()) {
    return refusal(
        response, now, "asking X to sign in",
        "Check the API key and its secret, and that the app in X's developer console may "
        "read and write and has a callback URL (any will do)");
  }
  // RFC 5849 section 2.1: without it, this may be an answer to an attack from another app.
  if (field(fields, "oauth_callback_confirmed") != "true") {
    return fail(ErrorKind::rejected, "asking X to sign in: its answer confirms no callback");
  }
  stage_ = Stage::browsing;
  return SignInStep(
      Browse{plan_.server + "/oauth/authorize?oauth_token=" + percent_encode(keys_.token), true});
}

Result<SignInStep> XSignIn::redirected(std::string_view text) {
  if (stage_ != Stage::browsing) {
    return fail(ErrorKind::rejected, "this sign-in has had its answer already: start again");
  }
  if (plan_.method == XSignInPlan::Method::pin) {
    text = trimmed(text);
    if (text.empty() || text.size() > max_typed_bytes || !is_visible_ascii(text)) {
      return fail(ErrorKind::invalid, "that is not the number that X shows: type it again");
    }
    stage_ = Stage::exchanging;
    return SignInStep(
        Ask{sign_oauth1(post(std::string(access_token)), keys_,
                        {{"oauth_verifier", std::string(text)}}, clock_.now(), make_nonce())});
  }
  const auto answer = read_redirect(trimmed(text));
  if (!answer) return Failure(answer.error());
  const auto code = accept_redirect(*answer, {.state = state_, .known = credentials_});
  if (!code) {
    if (code.error().kind != ErrorKind::invalid) stage_ = Stage::over;
    return Failure(code.error());
  }
  state_.clear();
  stage_ = Stage::exchanging;
  const bool is_public = credentials_.client_secret.empty();
  return SignInStep(Ask{client_request(plan_.server + std::string(oauth2_token),
                                       {credentials_.client_id, credentials_.client_secret,
                                        is_public ? ClientAuth::none : ClientAuth::basic},
                                       {{"grant_type", "authorization_code"},
                                        {"code", code->reveal()},
                                        {"redirect_uri", plan_.redirect_uri},
                                        {"code_verifier", pkce_.verifier.reveal()}})});
}

bool XSignIn::is_expected(std::string_view target) const {
  if (stage_ != Stage::browsing || plan_.method != XSignInPlan::Method::oauth2) return false;
  const auto answer = read_redirect(target);
  return answer && answer->state && equal_in_constant_time(*answer->state, state_);
}

Result<SignInStep> XSignIn::browse_oauth2() {
  state_ = make_state(random_);
  pkce_ = make_pkce(random_);
  stage_ = Stage::browsing;
  return SignInStep(
      Browse{authorization_url({consent_page(plan_.server), credentials_.client_id,
                                plan_.redirect_uri, scopes, state_, pkce_.challenge})});
}

Result<SignInStep> XSignIn::answered(const Response& response, SysTime now) {
  const Stage stage = std::exchange(stage_, Stage::over);
  switch (stage) {
    case Stage::requesting: return take_request_token(response, now);
    case Stage::exchanging:
      return plan_.method == XSignInPlan::Method::oauth2 ? take_oauth2_token(response, now)
                                                         : take_access_token(response, now);
    case Stage::verifying: return take_identity(response, now);
    case Stage::fresh:
    case Stage::prompting:
    case Stage::browsing:
    case Stage::over: break;
  }
  return fail(ErrorKind::rejected, "this sign-in was not waiting for an answer of the server");
}

Result<SignInStep> XSignIn::take_access_token(const Response& response, SysTime now) {
  const FormFields fields = read_form(response.status == 200 ? response.body : "");
  credentials_.kind = "oauth1";
  credentials_.access_token = Secret(field(fields, "oauth_token"));
  credentials_.token_secret = Secret(field(fields, "oauth_token_secret"));
  credentials_.account_id = redacted_excerpt(credentials_, field(fields, "user_id"));
  const std::string name = redacted_excerpt(credentials_, field(fields, "screen_name"));
  if (!is_visible_ascii(credentials_.access_token.reveal()) || credentials_.token_secret.empty()) {
    return refusal(response, now, "giving X the number",
                   "It is good once and for a few minutes: start again");
  }
  credentials_.obtained_at = credentials_.signed_in_at = now;
  if (credentials_.account_id.empty() || name.empty()) return verify();
  credentials_.handle = "@" + name;
  return SignInStep(SignedIn{credentials_});
}

Result<SignInStep> XSignIn::take_oauth2_token(const Response& response, SysTime now) {
  auto answer = read_token_answer(response, now);
  if (!answer) {
    return refusal(response, now, "asking X for a token",
                   "Its code is good for 30 seconds: start again; and check the client ID and "
                   "secret, and that the app's type in X's developer console goes with them");
  }
  credentials_.access_token = answer->access_token;
  credentials_.refresh_token = answer->refresh_token;
  credentials_.scope = answer->scope.value_or(scopes);
  credentials_.obtained_at = credentials_.signed_in_at = now;
  if (answer->expires_in) credentials_.expires_at = now + *answer->expires_in;
  credentials_.token_endpoint = plan_.server + std::string(oauth2_token);
  credentials_.revocation_endpoint = plan_.server + "/2/oauth2/revoke";
  credentials_.app_redirect_uri = plan_.redirect_uri;
  if (credentials_.scope.find("tweet.write") == std::string::npos) {
    return fail(ErrorKind::rejected,
                "X let crier in but not post: start again and allow all that is asked for");
  }
  return verify();
}

/// Asks whose account it is. Costs $0.01, once. (docs.x.com, getting-started/pricing, 2026-08)
Result<SignInStep> XSignIn::verify() {
  Request request;
  request.url = plan_.server + "/2/users/me";
  request.headers = {{"Accept", "application/json"}};
  request.max_response_bytes = max_answer_bytes;
  auto ready = KindAuthorizer().sign(std::move(request), credentials_, clock_.now(), random_);
  if (!ready) return Failure(ready.error());
  stage_ = Stage::verifying;
  return SignInStep(Ask{*std::move(ready)});
}

Result<SignInStep> XSignIn::take_identity(const Response& response, SysTime now) {
  const auto object = response.status == 200 ? parse_object(response.body) : std::nullopt;
  const auto data = object && object->contains("data") ? object->at("data") : nlohmann::json();
  const std::string id = data.is_object() ? text_of(data, "id") : std::string();
  const std::string name = data.is_object() ? text_of(data, "username") : std::string();
  const bool is_number =
      !id.empty() && id.size() <= 32 && id.find_first_not_of("0123456789") == std::string::npos;
  if (!is_number) {
    return refusal(response, now, "asking X whose account it is",
                   "Check all four texts, and that the app may read and write; tokens that were "
                   "made before that was set must be made again");
  }
  credentials_.account_id = id;
  credentials_.handle = "@" + redacted_excerpt(credentials_, name);
  if (!credentials_.obtained_at) credentials_.obtained_at = credentials_.signed_in_at = now;
  return SignInStep(SignedIn{credentials_});
}

}  // namespace crier
