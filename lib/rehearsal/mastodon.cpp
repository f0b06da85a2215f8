#include <algorithm>

#include "core/html.h"
#include "core/url.h"
#include "core/utf8.h"
#include "oauth/crypto.h"
#include "rehearsal/answers.h"
#include "rehearsal/doubles.h"
#include "rehearsal/mastodon_double.h"

namespace crier::rehearsal {
namespace {

constexpr std::string_view account_id = "109302436954721982";
constexpr std::chrono::minutes codes_last{10};
constexpr std::string_view all_scopes =
    "read profile write read:accounts read:statuses write:media write:statuses follow push";

bool has_word(std::string_view words, std::string_view word) {
  return (" " + std::string(words) + " ").find(" " + std::string(word) + " ") != std::string::npos;
}

bool all_known(std::string_view scope, std::string_view known) {
  while (!(scope = trimmed(scope)).empty()) {
    const std::string_view word = scope.substr(0, scope.find(' '));
    const std::string_view whole = word.substr(0, word.find(':'));
    if (!has_word(known, word) && !has_word(known, whole)) return false;
    scope.remove_prefix(word.size());
  }
  return true;
}

/// A token for "write" may do what "write:statuses" may.
bool covers(std::string_view granted, std::string_view needed) {
  return has_word(granted, needed) || has_word(granted, needed.substr(0, needed.find(':')));
}

Response oauth_error(int status, const char* error, const char* words) {
  return respond_json(status, {{"error", error}, {"error_description", words}});
}

Response html(int status, std::string_view title, const std::string& body) {
  return respond(
      status,
      fmt::format(
          "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><meta "
          "name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{0}"
          "</title><style>body{{font:1.125rem/1.5 sans-serif;max-width:36rem;margin:3rem "
          "auto;padding:0 1rem;color:#1b1b1b;background:#fff}}button{{font:inherit;"
          "padding:.5rem 1.5rem;background:#4a32a8;color:#fff;border:0;border-radius:.5rem}}"
          "</style></head>\n<body><main><h1>{0}</h1>\n{1}</main></body>\n</html>\n",
          title, body),
      {{"Content-Type", "text/html; charset=utf-8"},
       {"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"},
       {"Cache-Control", "no-store"},
       {"Referrer-Policy", "no-referrer"}});
}

std::string bearer_of(const Request& request) {
  constexpr std::string_view kind = "Bearer ";
  const auto header = find_header(request.headers, "Authorization").value_or("");
  return header.starts_with(kind) ? std::string(header.substr(kind.size())) : std::string();
}

}  // namespace

std::string MastodonDouble::Fields::of(const std::string& name) const {
  const auto found = values.find(name);
  return found == values.end() ? std::string() : found->second;
}

MastodonDouble::Fields MastodonDouble::read_fields(const Request& request) {
  Fields fields;
  const auto take = [&](const std::string& name, const std::string& value) {
    if (name == "media_ids[]") {
      fields.media_ids.push_back(value);
    } else {
      fields.values[name] = value;
    }
  };
  for (const auto& [name, value] : read_form(query_of(request))) take(name, value);
  for (const Part& part : request.parts) {
    if (part.filename.empty()) take(part.name, part.content);
  }
  const auto type = find_header(request.headers, "Content-Type").value_or("");
  if (!type.starts_with("application/json")) {
    for (const auto& [name, value] : read_form(request.body)) take(name, value);
    return fields;
  }
  const Json body = parse_json(request.body);
  if (!body.is_object()) return fields;
  for (const auto& [name, value] : body.items()) {
    if (value.is_string()) take(name, text_of(&value));
    if (name != "media_ids" || !value.is_array()) continue;
    for (const Json& id : value) fields.media_ids.push_back(text_of(&id));
  }
  return fields;
}

std::string MastodonDouble::secret() { return base64url(world_.random.bytes(32)); }

/// Milliseconds since 1970 above, a number below: later ids are larger ones.
std::string MastodonDouble::next_id() {
  const auto now = static_cast<std::uint64_t>(
      std::max<std::int64_t>(0, world_.clock.now().time_since_epoch().count()));
  last_id_ = std::max(last_id_ + 1, (now * 1000) << 16U);
  return std::to_string(last_id_);
}

std::optional<Response> MastodonDouble::refuse(const Request& request,
                                               std::string_view scope) const {
  const std::string token = bearer_of(request);
  const auto found = tokens_.find(token);
  const char* const why = token.empty()              ? "The access token is invalid"
                          : found == tokens_.end()   ? "The access token is invalid"
                          : found->second.is_revoked ? "The access token was revoked"
                                                     : nullptr;
  if (why != nullptr) {
    return respond_json(
        401, {{"error", why}},
        {{"WWW-Authenticate", "Bearer realm=\"Doorkeeper\", error=\"invalid_token\""}});
  }
  if (!covers(found->second.scope, scope) &&
      !(scope == "read:accounts" && has_word(found->second.scope, "profile"))) {
    return respond_json(403, {{"error", "This action is outside the authorized scopes"}});
  }
  if (!found->second.is_persons) {
    return respond_json(422, {{"error", "This method requires an authenticated user"}});
  }
  return std::nullopt;
}

Response MastodonDouble::discovery() const {
  const std::string& origin = world_.origin;
  std::vector<std::string> scopes;
  for (const char* scope : {"read", "profile", "write", "read:accounts", "read:statuses",
                            "write:media", "write:statuses"}) {
    scopes.emplace_back(scope);
  }
  return respond_json(200, {{"issuer", origin + "/"},
                            {"service_documentation", "https://docs.joinmastodon.org/"},
                            {"authorization_endpoint", origin + "/oauth/authorize"},
                            {"token_endpoint", origin + "/oauth/token"},
                            {"app_registration_endpoint", origin + "/api/v1/apps"},
                            {"revocation_endpoint", origin + "/oauth/revoke"},
                            {"scopes_supported", scopes},
                            {"response_types_supported", {"code"}},
                            {"response_modes_supported", {"query", "fragment", "form_post"}},
                            {"token_endpoint_auth_methods_supported",
                             {"client_secret_basic", "client_secret_post"}},
                            {"grant_types_supported", {"authorization_code", "client_credentials"}},
                            {"code_challenge_methods_supported", {"S256"}}});
}

Response MastodonDouble::register_app(const Fields& fields) {
  const std::string redirect = fields.of("redirect_uris");
  const std::string asked = fields.of("scopes");
  const std::string scope = asked.empty() ? "read" : asked;
  if (trimmed(fields.of("client_name")).empty()) {
    return respond_json(422, {{"error", "Validation failed: Application name can't be blank"}});
  }
  if (redirect.empty()) {
    return respond_json(422, {{"error", "Validation failed: Redirect URI can't be blank"}});
  }
  if (!all_known(scope, all_scopes)) {
    return respond_json(
        422, {{"error", "Validation failed: Scopes doesn't match configured on the server."}});
  }
  App app{secret(), secret(), redirect, scope};
  const Json answer{{"id", std::to_string(apps_.size() + 1)},
                    {"name", fields.of("client_name")},
                    {"website", nullptr},
                    {"redirect_uri", redirect},
                    {"client_id", app.id},
                    {"client_secret", app.secret}};
  const std::string id = app.id;
  apps_.emplace(id, std::move(app));
  return respond_json(200, answer);
}

std::optional<Response> MastodonDouble::refuse_consent(const Fields& fields) const {
  const auto app = apps_.find(fields.of("client_id"));
  std::string why;
  if (app == apps_.end()) {
    why = "Client authentication failed due to unknown client.";
  } else if (fields.of("redirect_uri") != app->second.redirect_uri) {
    why = "The redirect URI included is not valid.";
  } else if (fields.of("response_type") != "code") {
    why = "The authorization server does not support this response type.";
  } else if (fields.of("scope").empty() || !all_known(fields.of("scope"), app->second.scope)) {
    why = "The requested scope is invalid, unknown, or malformed.";
  } else if (!fields.of("code_challenge").empty() && fields.of("code_challenge_method") != "S256") {
    why = "The code_challenge_method must be S256.";
  }
  if (why.empty()) return std::nullopt;
  return html(400, "An error has occurred", "<p>" + why + "</p>\n");
}

Response MastodonDouble::ask_consent(const Fields& fields) const {
  if (auto refusal = refuse_consent(fields)) return *refusal;
  std::string form =
      "<p>This is a stand-in for a Mastodon server, on your own machine. crier asks to post as "
      "<strong>@" +
      html_shown(name_) + "</strong>.</p>\n<form method=\"post\" action=\"/oauth/authorize\">\n";
  for (const char* name : {"client_id", "redirect_uri", "response_type", "scope", "state",
                           "code_challenge", "code_challenge_method"}) {
    form += fmt::format("<input type=\"hidden\" name=\"{}\" value=\"{}\">\n", name,
                        html_shown(fields.of(name)));
  }
  return html(200, "Allow crier to post?", form + "<p><button>Authorise</button></p>\n</form>\n");
}

Response MastodonDouble::take_consent(const Fields& fields) {
  if (auto refusal = refuse_consent(fields)) return *refusal;
  const std::string code = secret();
  const std::string redirect = fields.of("redirect_uri");
  codes_[code] = {fields.of("client_id"), redirect, fields.of("scope"), fields.of("code_challenge"),
                  world_.clock.now()};
  if (redirect == out_of_band) {
    return html(200, "Copy this code to the terminal", "<p><code>" + code + "</code></p>\n");
  }
  FormFields answer{{"code", code}};
  if (!fields.of("state").empty()) answer.emplace_back("state", fields.of("state"));
  const char joint = redirect.find('?') == std::string::npos ? '?' : '&';
  return respond(302, {}, {{"Location", redirect + joint + form_encode(answer)}});
}

const MastodonDouble::App* MastodonDouble::known_app(const Request& request,
                                                     const Fields& fields) const {
  std::string id = fields.of("client_id");
  std::string proof = fields.of("client_secret");
  const auto header = find_header(request.headers, "Authorization").value_or("");
  if (header.starts_with("Basic ")) {
    const std::string both = base64_decode(header.substr(6)).value_or("");
    const std::size_t colon = std::min(both.find(':'), both.size());
    id = both.substr(0, colon);
    proof = both.substr(std::min(colon + 1, both.size()));
  }
  const auto app = apps_.find(id);
  return app != apps_.end() && app->second.secret == proof ? &app->second : nullptr;
}

std::string MastodonDouble::give_token(const std::string& scope, bool is_persons) {
  std::string token = secret();
  tokens_[token] = {scope, is_persons};
  return token;
}

Response MastodonDouble::exchange(const Request& request, const Fields& fields) {
  const App* const app = known_app(request, fields);
  if (app == nullptr) {
    return oauth_error(401, "invalid_client",
                       "Client authentication failed due to unknown client, no client "
                       "authentication included, or unsupported authentication method.");
  }
  std::string scope;
  bool is_persons = false;
  if (fields.of("grant_type") == "client_credentials") {
    scope = fields.of("scope").empty() ? "read" : fields.of("scope");
    if (!all_known(scope, app->scope)) {
      return oauth_error(400, "invalid_scope",
                         "The requested scope is invalid, unknown, or malformed.");
    }
  } else if (fields.of("grant_type") == "authorization_code") {
    const auto node = codes_.extract(fields.of("code"));  // good once
    const bool is_good =
        !node.empty() && node.mapped().app == app->id &&
        node.mapped().redirect_uri == fields.of("redirect_uri") &&
        world_.clock.now() - node.mapped().given <= codes_last &&
        (node.mapped().challenge.empty() ||
         node.mapped().challenge == challenge_of(Secret(fields.of("code_verifier"))));
    if (!is_good) {
      return oauth_error(400, "invalid_grant",
                         "The provided authorization grant is invalid, expired, revoked, does not "
                         "match the redirection URI used in the authorization request, or was "
                         "issued to another client.");
    }
    scope = node.mapped().scope;
    is_persons = true;
  } else {
    return oauth_error(400, "unsupported_grant_type",
                       "The authorization grant type is not supported by the authorization "
                       "server.");
  }
  return respond_json(200, {{"access_token", give_token(scope, is_persons)},
                            {"token_type", "Bearer"},
                            {"scope", scope},
                            {"created_at", world_.clock.now().time_since_epoch().count()}});
}

Response MastodonDouble::revoke(const Request& request, const Fields& fields) {
  if (known_app(request, fields) == nullptr) {
    return oauth_error(403, "unauthorized_client", "You are not authorized to revoke this token");
  }
  const auto token = tokens_.find(fields.of("token"));
  if (token != tokens_.end()) token->second.is_revoked = true;
  return respond_json(200, Json::object());
}

Response MastodonDouble::account() const {
  return respond_json(200, {{"id", account_id},
                            {"username", name_},
                            {"acct", name_},
                            {"display_name", name_},
                            {"url", world_.origin + "/@" + name_},
                            {"locked", false},
                            {"source", {{"privacy", "public"}, {"language", "en"}}}});
}

Response MastodonDouble::answer(const Request& request) {
  const std::string path = path_of(request);
  const bool is_get = request.method == Method::get;
  const bool is_post = request.method == Method::post;
  if (is_get && path == "/.well-known/oauth-authorization-server") return discovery();
  if (is_get && path == "/api/v2/instance") return instance(true);
  if (is_get && path == "/api/v1/instance") return instance(false);
  if (is_post && path == "/api/v1/apps") return register_app(read_fields(request));
  if (is_get && path == "/oauth/authorize") return ask_consent(read_fields(request));
  if (is_post && path == "/oauth/authorize") return take_consent(read_fields(request));
  if (is_post && path == "/oauth/token") return exchange(request, read_fields(request));
  if (is_post && path == "/oauth/revoke") return revoke(request, read_fields(request));
  const std::string statuses = fmt::format("/api/v1/accounts/{}/statuses", account_id);
  if (is_get && path == "/api/v1/accounts/verify_credentials") {
    auto refusal = refuse(request, "read:accounts");
    return refusal ? *std::move(refusal) : account();
  }
  if (is_post && (path == "/api/v2/media" || path == "/api/v1/media")) {
    auto refusal = refuse(request, "write:media");
    return refusal ? *std::move(refusal) : take_media(request);
  }
  if (is_get && path.starts_with("/api/v1/media/")) {
    auto refusal = refuse(request, "write:media");
    return refusal ? *std::move(refusal) : show_media(path.substr(14));
  }
  if (is_post && path == "/api/v1/statuses") {
    auto refusal = refuse(request, "write:statuses");
    return refusal ? *std::move(refusal) : take_status(request);
  }
  if (is_get && path == statuses) {
    auto refusal = refuse(request, "read:statuses");
    return refusal ? *std::move(refusal) : list_statuses(request);
  }
  return respond_json(404, {{"error", "Record not found"}});
}

bool MastodonDouble::publishes(const Request& request) const {
  return request.method == Method::post && path_of(request) == "/api/v1/statuses";
}

Response MastodonDouble::too_many_requests(std::chrono::seconds /*wait*/) const {
  return respond_json(429, {{"error", "Too many requests"}});
}

Response MastodonDouble::server_error() const {
  return respond_json(500, {{"error", "An unexpected error occurred"}});
}

Credentials MastodonDouble::sign_in(const Account& account) {
  // A name on Mastodon has letters, digits and the low line.
  name_ = ascii_lower(account.id.value);
  std::ranges::replace(name_, '-', '_');
  const App app{secret(), secret(), std::string(out_of_band),
                "write:statuses write:media read:statuses profile"};
  apps_[app.id] = app;
  Credentials credentials;
  credentials.server = world_.origin;
  credentials.client_id = app.id;
  credentials.client_secret = Secret(app.secret);
  credentials.access_token = Secret(give_token(app.scope, true));
  credentials.scope = app.scope;
  credentials.account_id = account_id;
  credentials.handle = "@" + name_ + "@" + world_.origin.substr(world_.origin.find("://") + 3);
  credentials.obtained_at = credentials.signed_in_at = world_.clock.now();
  credentials.token_endpoint = world_.origin + "/oauth/token";
  credentials.revocation_endpoint = world_.origin + "/oauth/revoke";
  return credentials;
}

void MastodonDouble::expire_tokens() {
  // Mastodon's tokens do not end by themselves, and nothing renews them: the person has revoked it.
  for (auto& [token, what] : tokens_) what.is_revoked = true;
}

std::unique_ptr<Double> make_mastodon(DoubleWorld world) {
  return std::make_unique<MastodonDouble>(std::move(world));
}

}  // namespace crier::rehearsal
