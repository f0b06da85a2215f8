#include "rehearsal/threads_sign_in.h"

#include "core/html.h"
#include "oauth/crypto.h"
#include "oauth/oauth2.h"

namespace crier::rehearsal::threads {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr seconds token_lasts{60 * 24 * 3600};
constexpr seconds first_token_lasts{3600};

}  // namespace

Form form_of(std::string_view text) {
  Form form;
  for (auto& [name, value] : read_form(text)) form[name] = std::move(value);
  return form;
}

std::string take(const Form& form, const std::string& name) {
  const auto found = form.find(name);
  return found == form.end() ? std::string() : found->second;
}

Response refuse(int status, int code, const std::string& words, int subcode) {
  Json error{{"message", words},
             {"type", code == 190 ? "OAuthException" : "THApiException"},
             {"code", code},
             {"is_transient", false},
             {"fbtrace_id", "A1b2C3rehearsal"}};
  if (subcode != 0) error["error_subcode"] = subcode;
  return respond_json(status, {{"error", std::move(error)}});
}

std::optional<Response> ThreadsSignIns::answer(const Request& request) {
  const std::string path = path_of(request);
  const Form query = form_of(query_of(request));
  if (path == "/oauth/authorize") return consent(query);
  if (path == "/oauth/access_token" && request.method == Method::post) {
    return exchange(form_of(request.body));
  }
  if (path == "/access_token") return lengthen(query);
  if (path == "/refresh_access_token") return refresh(query);
  if (path == "/v1.0/debug_token") return inspect(query);
  return std::nullopt;
}

bool ThreadsSignIns::is_good(const std::string& token) const {
  const auto found = tokens_.find(token);
  return found != tokens_.end() && !found->second.is_over &&
         world_.clock.now() < found->second.ends_at;
}

Credentials ThreadsSignIns::sign_in() {
  Credentials credentials;
  credentials.kind = "graph";
  credentials.server = world_.origin;
  credentials.client_id = app_number;
  credentials.access_token = Secret(give_token(token_lasts));
  credentials.scope = "threads_basic,threads_content_publish";
  credentials.account_id = account_number;
  credentials.handle = std::string("@") + account_name;
  credentials.obtained_at = credentials.signed_in_at = world_.clock.now();
  credentials.expires_at = credentials.ends_at = world_.clock.now() + token_lasts;
  credentials.token_endpoint = world_.origin + "/refresh_access_token";
  return credentials;
}

void ThreadsSignIns::expire_all() {
  for (auto& [token, life] : tokens_) life.is_over = true;
}

std::string ThreadsSignIns::make_secret(const char* prefix) {
  return prefix + base64url(world_.random.bytes(24)).substr(0, 32);
}

std::string ThreadsSignIns::give_token(seconds lasts) {
  std::string token = make_secret("THAA");
  tokens_[token] = {world_.clock.now(), world_.clock.now() + lasts};
  return token;
}

/// A page with one link: back to the app, with the "#_" that Meta hangs on.
Response ThreadsSignIns::consent(const Form& query) {
  const std::string redirect = take(query, "redirect_uri");
  if (take(query, "client_id") != app_number || take(query, "response_type") != "code" ||
      !is_http_url(redirect) || redirect.find("localhost") != std::string::npos) {
    return refuse(400, 1349168, "Invalid Request: this app, or its redirect address, is unknown");
  }
  const std::string code = make_secret("AQ");
  codes_[code] = {redirect};
  const char joint = redirect.find('?') == std::string::npos ? '?' : '&';
  const std::string back =
      redirect + joint + "code=" + code + "&state=" + percent_encode(take(query, "state")) + "#_";
  return respond(200,
                 "<!doctype html><html lang=\"en\"><title>Threads (rehearsal)</title>"
                 "<p>May crier post as @" +
                     std::string(account_name) + "? <a href=\"" + html_escaped(back) +
                     "\">Continue</a></p></html>",
                 {{"Content-Type", "text/html; charset=utf-8"}});
}

Response ThreadsSignIns::exchange(const Form& form) {
  const auto code = codes_.find(take(form, "code"));
  if (take(form, "client_id") != app_number || take(form, "client_secret") != app_secret) {
    return refuse(400, 101, "Error validating client secret.");
  }
  if (code == codes_.end() || code->second.is_used ||
      code->second.redirect_uri != take(form, "redirect_uri") ||
      take(form, "grant_type") != "authorization_code") {
    return refuse(400, 100, "This authorization code has been used or is not valid.", 36009);
  }
  code->second.is_used = true;
  return respond_json(
      200, {{"access_token", give_token(first_token_lasts)}, {"user_id", 17841400000000042}});
}

Response ThreadsSignIns::give_long(const std::string& token) {
  return respond_json(
      200,
      {{"access_token", token}, {"token_type", "bearer"}, {"expires_in", token_lasts.count()}});
}

Response ThreadsSignIns::lengthen(const Form& query) {
  if (take(query, "grant_type") != "th_exchange_token" ||
      take(query, "client_secret") != app_secret || !is_good(take(query, "access_token"))) {
    return refuse(400, 100, "Invalid request: the token cannot be exchanged");
  }
  return give_long(give_token(token_lasts));
}

Response ThreadsSignIns::refresh(const Form& query) {
  const auto token = tokens_.find(take(query, "access_token"));
  if (take(query, "grant_type") != "th_refresh_token" || !is_good(take(query, "access_token"))) {
    return refuse(400, 190, "Error validating access token: Session has expired.", 463);
  }
  if (world_.clock.now() - token->second.given_at < hours{24}) {
    return refuse(400, 100, "The access token must be at least 24 hours old");
  }
  return give_long(give_token(token_lasts));
}

Response ThreadsSignIns::inspect(const Form& query) {
  const std::string asker = take(query, "access_token");
  const bool is_app = asker == std::string(app_number) + "|" + app_secret;
  if (!is_app && !is_good(asker)) return refuse(401, 190, "Error validating access token.", 467);
  const auto token = tokens_.find(take(query, "input_token"));
  Json data{{"is_valid", is_good(take(query, "input_token"))}, {"type", "USER"}};
  if (token != tokens_.end()) {
    data["expires_at"] = token->second.ends_at.time_since_epoch().count();
    data["issued_at"] = token->second.given_at.time_since_epoch().count();
    data["user_id"] = account_number;
    data["scopes"] = {"threads_basic", "threads_content_publish"};
  }
  return respond_json(200, {{"data", std::move(data)}});
}

}  // namespace crier::rehearsal::threads
