#include "oauth/sign_in_oauth2.h"

#include <algorithm>

#include "core/url.h"
#include "core/utf8.h"
#include "http/account_state.h"
#include "oauth/authorizer.h"
#include "oauth/crypto.h"
#include "oauth/json_text.h"

namespace crier {

namespace {

constexpr std::size_t max_answer_bytes = 256U << 10;
constexpr std::size_t max_id_bytes = 200;
constexpr std::size_t max_code_bytes = 4U << 10;

bool is_redirect(int status) { return status >= 300 && status < 400; }

/// What crier needs: to post, to add pictures, to look whether a post is there, to know who it is.
/// Source: docs.joinmastodon.org/api/oauth-scopes, 2026-03; `profile` is new in Mastodon 4.3.
std::string mastodon_scope(const Provider& provider) {
  const bool has_profile =
      std::ranges::find(provider.scopes_supported, "profile") != provider.scopes_supported.end();
  return std::string("write:statuses write:media read:statuses ") +
         (has_profile ? "profile" : "read:accounts");
}

/// RFC 8414 section 2: a server that lists no methods takes client_secret_basic.
ClientAuth plain_authentication(const Provider& provider, const Secret& secret) {
  if (secret.empty()) return ClientAuth::none;
  const auto& methods = provider.token_auth_methods;
  const auto offers = [&](const char* method) {
    return std::ranges::find(methods, method) != methods.end();
  };
  return !offers("client_secret_basic") && offers("client_secret_post") ? ClientAuth::post
                                                                        : ClientAuth::basic;
}

bool may_post(std::string_view scope) {
  std::size_t from = 0;
  while (from <= scope.size()) {
    const std::size_t to = std::min(scope.find(' ', from), scope.size());
    const std::string_view word = scope.substr(from, to - from);
    if (word == "write" || word == "write:statuses") return true;
    from = to + 1;
  }
  return false;
}

/// classify(), with what was being done before it.
std::optional<Failure> refusal(const Response& response, SysTime now, std::string_view doing) {
  if (is_redirect(response.status)) {
    const auto target = find_header(response.headers, "Location");
    const auto address = target ? resolve_link(response.final_url, *target) : std::nullopt;
    return fail(ErrorKind::invalid,
                "{}: the server sends crier on to {}, and a sign-in goes nowhere else: write the "
                "server's own address as the account's `server` in feeds.toml",
                doing, address ? excerpt(origin_of(*address)) : "another address");
  }
  auto error = classify(response, now);
  if (!error) return std::nullopt;
  return fail(std::move(*error), "{}", doing);
}

}  // namespace

OAuth2SignIn::OAuth2SignIn(SignInPlan plan, Random& random)
    : plan_(std::move(plan)), random_(random) {}

Result<SignInStep> OAuth2SignIn::begin() {
  CRIER_ENSURE(stage_ == Stage::fresh, "a sign-in begins once");
  const std::string origin = origin_of(plan_.server);
  if (!is_safe_origin(plan_.server) || origin.empty()) {
    return fail(ErrorKind::invalid,
                "the account's `server` must be an https address to sign in, and “{}” is not",
                loggable(plan_.server));
  }
  plan_.server = origin;
  stage_ = Stage::discovering;
  return SignInStep(Ask{discovery_request(origin)});
}

Result<SignInStep> OAuth2SignIn::answered(const Response& response, SysTime now) {
  const Stage stage = std::exchange(stage_, Stage::over);
  switch (stage) {
    case Stage::discovering: return take_discovery(response, now);
    case Stage::probing: return take_probe(response, now);
    case Stage::registering: return take_registration(response, now);
    case Stage::exchanging: return take_token(response, now);
    case Stage::verifying: return take_identity(response, now);
    case Stage::fresh:
    case Stage::browsing:
    case Stage::over: break;
  }
  return fail(ErrorKind::rejected, "this sign-in was not waiting for an answer of the server");
}

Result<SignInStep> OAuth2SignIn::take_discovery(const Response& response, SysTime now) {
  if (is_redirect(response.status)) {
    const auto target = find_header(response.headers, "Location");
    const auto address = target ? resolve_link(response.final_url, *target) : std::nullopt;
    if (!address || origin_of(*address) != plan_.server) {
      return *refusal(response, now, "asking how to sign in");
    }
  } else if (response.status == 429 || response.status >= 500) {
    return *refusal(response, now, "asking how to sign in");
  }
  auto discovered = response.status == 200 ? read_discovery(response.body, plan_.server)
                                           : Result<Provider>(fail(ErrorKind::unavailable,
                                                                   "{} has no discovery "
                                                                   "document",
                                                                   plan_.server));
  if (discovered) {
    provider_ = std::move(*discovered);
  } else if (discovered.error().kind != ErrorKind::unavailable ||
             plan_.kind != SignInPlan::Kind::mastodon) {
    return Failure(discovered.error());
  } else {
    provider_ = mastodon_provider(plan_.server);
  }
  return choose_client();
}

Result<SignInStep> OAuth2SignIn::choose_client() {
  if (plan_.kind == SignInPlan::Kind::plain) {
    scope_ = plan_.scope;
    client_ = {plan_.client_id, plan_.client_secret,
               plain_authentication(provider_, plan_.client_secret)};
    return browse();
  }
  if (provider_.registration_endpoint.empty()) {
    provider_.registration_endpoint = mastodon_provider(plan_.server).registration_endpoint;
  }
  scope_ = mastodon_scope(provider_);
  const Credentials& kept = plan_.kept;
  client_is_kept_ = !kept.client_id.empty() && origin_of(kept.server) == plan_.server &&
                    kept.app_redirect_uri == plan_.redirect_uri && kept.app_scope == scope_;
  if (!client_is_kept_) return register_client();
  // A server that has forgotten the client says so only to the browser, where crier cannot see it;
  // asked for a token of the client's own, it says so here.
  client_ = {kept.client_id, kept.client_secret, ClientAuth::post};
  stage_ = Stage::probing;
  return SignInStep(
      Ask{client_request(provider_.token_endpoint, client_,
                         {{"grant_type", "client_credentials"}, {"scope", "read:statuses"}})});
}

Result<SignInStep> OAuth2SignIn::take_probe(const Response& response, SysTime now) {
  if (response.status == 429 || response.status >= 500) {
    return *refusal(response, now, "asking whether crier is still registered");
  }
  // Anything but "I do not know you" will do: some servers offer no such token.
  if (response.status == 401 || token_error(response) == "invalid_client") return register_client();
  return browse();
}

Result<SignInStep> OAuth2SignIn::register_client() {
  client_is_kept_ = false;
  Request request;
  request.method = Method::post;
  request.url = provider_.registration_endpoint;
  request.max_response_bytes = max_answer_bytes;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                     {"Accept", "application/json"}};
  request.body = form_encode(FormFields{
      {"client_name", "crier"}, {"redirect_uris", plan_.redirect_uri}, {"scopes", scope_}});
  stage_ = Stage::registering;
  return SignInStep(Ask{std::move(request)});
}

Result<SignInStep> OAuth2SignIn::take_registration(const Response& response, SysTime now) {
  if (auto refused = refusal(response, now, "registering crier with the server")) return *refused;
  const auto object = parse_object(response.body);
  client_ = {object ? text_of(*object, "client_id") : std::string(),
             Secret(object ? text_of(*object, "client_secret") : std::string()), ClientAuth::post};
  if (client_.id.empty() || client_.secret.empty()) {
    return fail(ErrorKind::rejected,
                "registering crier with the server: {} gave no client id. Is it a Mastodon server?",
                plan_.server);
  }
  return browse();
}

Result<SignInStep> OAuth2SignIn::browse() {
  state_ = make_state(random_);
  // Sent even where the server does not say that it knows PKCE: parameters that a server does not
  // know are ignored (RFC 6749 section 3.1), and one that knows but does not say so is better used.
  pkce_ = make_pkce(random_);
  stage_ = Stage::browsing;
  return SignInStep(
      Browse{authorization_url({provider_.authorization_endpoint, client_.id, plan_.redirect_uri,
                                scope_, state_, pkce_.challenge})});
}

bool OAuth2SignIn::is_expected(std::string_view target) const {
  if (stage_ != Stage::browsing) return false;
  const auto answer = read_redirect(target);
  return answer && answer->state && equal_in_constant_time(*answer->state, state_);
}

Result<Secret> OAuth2SignIn::read_pasted(std::string_view text) const {
  text = trimmed(text);
  const bool is_shown_code = plan_.redirect_uri == out_of_band;
  if (is_shown_code && text.find("://") == std::string_view::npos &&
      text.find("code=") == std::string_view::npos) {
    if (text.empty() || text.size() > max_code_bytes || !is_visible_ascii(text)) {
      return fail(ErrorKind::invalid, "that is not a code: copy it again, without spaces");
    }
    return Secret(std::string(text));
  }
  const auto answer = read_redirect(text);
  if (!answer) return Failure(answer.error());
  // The page that shows the code is the server's own; its address may do without the state.
  const bool is_server_page = is_shown_code && origin_of(text) == plan_.server;
  Credentials known;
  known.client_secret = client_.secret;
  return accept_redirect(*answer, {state_, is_server_page, provider_.issuer,
                                   provider_.issuer_in_redirect && !is_server_page, known});
}

Result<SignInStep> OAuth2SignIn::redirected(std::string_view text) {
  if (stage_ != Stage::browsing) {
    return fail(ErrorKind::rejected, "this sign-in has had its answer already: start again");
  }
  auto code = read_pasted(text);
  if (!code) {
    if (code.error().kind != ErrorKind::invalid) stage_ = Stage::over;
    return Failure(code.error());
  }
  state_.clear();
  stage_ = Stage::exchanging;
  return SignInStep(Ask{client_request(provider_.token_endpoint, client_,
                                       {{"grant_type", "authorization_code"},
                                        {"code", code->reveal()},
                                        {"redirect_uri", plan_.redirect_uri},
                                        {"code_verifier", pkce_.verifier.reveal()}})});
}

Result<SignInStep> OAuth2SignIn::take_token(const Response& response, SysTime now) {
  if (client_is_kept_ && token_error(response) == "invalid_client") return register_client();
  auto answer = read_token_answer(response, now);
  if (!answer) return Failure(answer.error());
  credentials_ = {};
  credentials_.server = plan_.server;
  credentials_.client_id = client_.id;
  credentials_.client_secret = client_.secret;
  credentials_.access_token = answer->access_token;
  credentials_.refresh_token = answer->refresh_token;
  credentials_.scope = answer->scope.value_or(scope_);
  credentials_.obtained_at = credentials_.signed_in_at = now;
  credentials_.token_endpoint = provider_.token_endpoint;
  if (answer->expires_in) credentials_.expires_at = now + *answer->expires_in;
  credentials_.app_redirect_uri = plan_.redirect_uri;
  credentials_.app_scope = scope_;
  credentials_.revocation_endpoint = provider_.revocation_endpoint;
  if (plan_.kind == SignInPlan::Kind::plain) return SignInStep(SignedIn{credentials_});
  if (!may_post(credentials_.scope)) {
    return fail(ErrorKind::rejected,
                "the server let crier in but not post (it granted “{}”): start again and allow all "
                "that is asked for",
                redacted_excerpt(credentials_, credentials_.scope));
  }
  auto request = identity_request(credentials_, random_);
  if (!request) return Failure(request.error());
  stage_ = Stage::verifying;
  return SignInStep(Ask{std::move(*request)});
}

Result<SignInStep> OAuth2SignIn::take_identity(const Response& response, SysTime now) {
  auto identity = read_identity(response, credentials_, now);
  if (!identity) return fail(std::move(identity.error()), "asking whose account it is");
  credentials_.account_id = identity->account_id;
  credentials_.handle = identity->handle;
  return SignInStep(SignedIn{credentials_});
}

Result<Request> identity_request(const Credentials& credentials, Random& random) {
  Request request;
  request.url = origin_of(credentials.server) + "/api/v1/accounts/verify_credentials";
  request.headers = {{"Accept", "application/json"}};
  request.max_response_bytes = max_answer_bytes;
  return BearerAuthorizer().sign(std::move(request), credentials, SysTime{}, random);
}

Result<TokenOwner> read_identity(Response response, const Credentials& known, SysTime now) {
  redact(known, response);
  if (response.status == 401) {
    return fail(ErrorKind::unauthorized, "the server does not accept the token");
  }
  // Mastodon's word for a token that belongs to no person is 422; snac's for any bad token too.
  if (response.status == 403 || response.status == 422) {
    const auto refused = parse_object(response.body);
    const std::string words = excerpt(refused ? text_of(*refused, "error") : response.body);
    if (is_state_of_account(words)) {
      return fail(ErrorKind::unauthorized, "the server says of the account: {} ({})", words,
                  response.status);
    }
    return fail(ErrorKind::unauthorized, "the token may not do what crier needs ({}{}{})",
                response.status, words.empty() ? "" : ": ", words);
  }
  if (auto refused = refusal(response, now, "reading the account")) return *refused;
  const auto object = parse_object(response.body);
  const std::string id = object ? text_of(*object, "id") : std::string();
  const std::string name = object ? text_of(*object, "acct") : std::string();
  const bool is_plain_id = is_visible_ascii(id) && id.size() <= max_id_bytes &&
                           id.find_first_of("/?#%\\") == std::string::npos;
  if (!is_plain_id || name.empty()) {
    return fail(ErrorKind::rejected, "reading the account: the server's answer holds none");
  }
  std::string handle = "@" + excerpt(name);
  if (name.find('@') == std::string::npos) {
    const std::string origin = origin_of(known.server);
    handle += "@" + origin.substr(std::min(origin.find("://") + 3, origin.size()));
  }
  return TokenOwner{id, handle};
}

}  // namespace crier
