#include <algorithm>
#include <charconv>

#include "core/url.h"
#include "network/percent.h"
#include "oauth/crypto.h"
#include "rehearsal/web.h"
#include "rehearsal/x.h"

namespace crier::rehearsal {
namespace {

constexpr std::chrono::minutes signature_tolerance{5};
constexpr std::chrono::minutes pin_life{15};
/// Source: docs.x.com, fundamentals/authentication/oauth-2-0/authorization-code, 2026-08.
constexpr std::chrono::seconds code_life{30};
constexpr std::chrono::hours access_life{2};
constexpr const char* first_user = "council";
constexpr std::size_t most_nonces = 100'000;

/// The old shape, which the sign-in of OAuth 1.0a still has.
Response could_not_authenticate() {
  return respond_json(401,
                      {{"errors", {{{"code", 32}, {"message", "Could not authenticate you."}}}}});
}

Response refuse(int status, std::string_view error, std::string_view why) {
  return respond_json(status, {{"error", error}, {"error_description", why}});
}

/// Reads `OAuth name="value", …`; nothing if it is none, or a name stands in it twice.
std::optional<OAuth1Parameters> read_parameters(std::string_view header) {
  if (!header.starts_with("OAuth ")) return std::nullopt;
  header.remove_prefix(6);
  OAuth1Parameters parameters;
  while (!header.empty()) {
    const std::size_t equals = header.find("=\"");
    const std::size_t end = equals == header.npos ? equals : header.find('"', equals + 2);
    if (end == header.npos) return std::nullopt;
    std::string name = percent_decode(header.substr(0, equals));
    if (std::ranges::find(parameters, name, &OAuth1Parameters::value_type::first) !=
        parameters.end()) {
      return std::nullopt;
    }
    parameters.emplace_back(std::move(name),
                            percent_decode(header.substr(equals + 2, end - equals - 2)));
    header.remove_prefix(end + 1);
    while (header.starts_with(',') || header.starts_with(' ')) header.remove_prefix(1);
  }
  return parameters;
}

struct ClientProof {
  std::string id;
  bool is_good = false;
};

/// By Basic with the secret, or by the id alone, as a public client.
ClientProof client_of(const Request& request, const FormFields& fields) {
  const std::string authorization = header_of(request, "Authorization");
  if (authorization.starts_with("Basic ")) {
    const std::string text = base64_decode(std::string_view(authorization).substr(6)).value_or("");
    const std::size_t colon = std::min(text.find(':'), text.size());
    const std::string id = percent_decode(text.substr(0, colon));
    const std::string secret = percent_decode(text.substr(std::min(colon + 1, text.size())));
    return {id, id == x_client_id && secret == x_client_secret};
  }
  const std::string id = field_of(fields, "client_id");
  return {id, id == x_client_id};
}

}  // namespace

std::optional<Response> X::sign_in_step(const Request& request, const std::string& path) {
  using Answer = Response (X::*)(const Request&);
  struct Entry {
    std::string_view path;
    Method method;
    Answer answer;
  };
  static constexpr Entry steps[] = {
      {"/oauth/request_token", Method::post, &X::request_token},
      {"/oauth/authorize", Method::get, &X::show_consent},
      {"/oauth/authorize", Method::post, &X::show_pin},
      {"/oauth/access_token", Method::post, &X::access_token},
      {"/i/oauth2/authorize", Method::get, &X::show_consent},
      {"/i/oauth2/authorize", Method::post, &X::decide},
      {"/2/oauth2/token", Method::post, &X::give_token},
      {"/2/oauth2/revoke", Method::post, &X::revoke},
  };
  for (const Entry& step : steps) {
    if (step.path == path && step.method == request.method) return (this->*step.answer)(request);
  }
  return std::nullopt;
}

std::optional<Secret> X::secret_of(const std::string& token) const {
  if (token.empty()) return Secret();
  if (const auto found = tokens_.find(token); found != tokens_.end()) {
    const Token& known = found->second;
    if (known.secret.empty() || known.is_expired) return std::nullopt;
    return Secret(known.secret);
  }
  const auto found = asked_.find(token);
  if (found == asked_.end() || found->second.ends <= world_.clock.now()) return std::nullopt;
  return Secret(found->second.secret);
}

std::optional<OAuth1Parameters> X::read_signature(const Request& request) {
  auto parameters = read_parameters(header_of(request, "Authorization"));
  if (!parameters) return std::nullopt;
  const auto secret = secret_of(field_of(*parameters, "oauth_token"));
  if (!secret || field_of(*parameters, "oauth_consumer_key") != x_api_key ||
      field_of(*parameters, "oauth_signature_method") != "HMAC-SHA1") {
    return std::nullopt;
  }
  const std::string time = field_of(*parameters, "oauth_timestamp");
  const std::string nonce = field_of(*parameters, "oauth_nonce");
  std::int64_t seconds = 0;
  std::from_chars(time.data(), time.data() + time.size(), seconds);
  if (std::chrono::abs(world_.clock.now() - SysTime{std::chrono::seconds{seconds}}) >
          signature_tolerance ||
      nonce.empty() || nonces_.contains(time + " " + nonce)) {
    return std::nullopt;
  }
  const std::string signature = field_of(*parameters, "oauth_signature");
  std::erase_if(*parameters, [](const auto& entry) {
    return entry.first == "oauth_signature" || entry.first == "realm";
  });
  const Secret key(percent_encode(x_api_secret) + "&" + percent_encode(secret->reveal()));
  if (base64(hmac_sha1(key, oauth1_base_string(request, *parameters))) != signature) {
    return std::nullopt;
  }
  if (nonces_.size() >= most_nonces) nonces_.clear();
  nonces_.insert(time + " " + nonce);
  return parameters;
}

const X::User* X::signer_of(const Request& request) {
  const std::string authorization = header_of(request, "Authorization");
  std::string text;
  if (authorization.starts_with("Bearer ")) {
    text = authorization.substr(7);
  } else if (const auto parameters = read_signature(request)) {
    text = field_of(*parameters, "oauth_token");
  }
  const auto found = tokens_.find(text);
  const bool is_bearer = authorization.starts_with("Bearer ");
  if (found == tokens_.end() || found->second.is_refresh || found->second.is_expired ||
      found->second.ends <= world_.clock.now() || found->second.secret.empty() != is_bearer) {
    return nullptr;
  }
  const auto user = std::ranges::find(users_, found->second.user, &User::id);
  return user == users_.end() ? nullptr : &*user;
}

Response X::request_token(const Request& request) {
  const auto parameters = read_signature(request);
  if (!parameters || field_of(*parameters, "oauth_callback").empty()) {
    return could_not_authenticate();
  }
  const std::string token = make_token(world_.random);
  Asked& asked = asked_[token];
  asked.secret = make_token(world_.random);
  asked.ends = world_.clock.now() + pin_life;
  return respond(200,
                 form_encode(FormFields{{"oauth_token", token},
                                        {"oauth_token_secret", asked.secret},
                                        {"oauth_callback_confirmed", "true"}}),
                 {{"Content-Type", "application/x-www-form-urlencoded"}});
}

/// The consent page of either sign-in: it posts back to its own address.
Response X::show_consent(const Request& request) {
  const FormFields query = read_form(query_of(request));
  const std::string path = path_of(request);
  const std::string who = users_.empty() ? first_user : users_.front().name;
  if (path == "/oauth/authorize") {
    const auto found = asked_.find(field_of(query, "oauth_token"));
    if (found == asked_.end() || found->second.ends <= world_.clock.now()) {
      return respond_page(403, "X (rehearsal)",
                          "<p>The request token for this page is invalid.</p>");
    }
    return respond_consent("X", "@" + who, path, query);
  }
  const bool is_good =
      field_of(query, "response_type") == "code" && field_of(query, "client_id") == x_client_id &&
      field_of(query, "code_challenge_method") == "S256" &&
      field_of(query, "code_challenge").size() == 43 && !field_of(query, "state").empty() &&
      is_safe_origin(field_of(query, "redirect_uri"));
  if (!is_good) {
    return respond_page(400, "X (rehearsal)",
                        "<p>Something went wrong. You weren't able to give access to the app.</p>");
  }
  return respond_consent("X", "@" + who, path, query);
}

Response X::show_pin(const Request& request) {
  const FormFields form = read_form(request.body);
  const auto found = asked_.find(field_of(form, "oauth_token"));
  if (found == asked_.end() || found->second.ends <= world_.clock.now()) {
    return respond_page(403, "X (rehearsal)", "<p>The request token for this page is invalid.</p>");
  }
  if (field_of(form, "decision") == "no") {
    asked_.erase(found);
    return respond_page(200, "X (rehearsal)", "<p>You have denied it access.</p>");
  }
  std::uint32_t number = 0;
  for (const char c : world_.random.bytes(4))
    number = number * 256U + static_cast<unsigned char>(c);
  found->second.pin = fmt::format("{:07}", number % 10'000'000U);
  found->second.user = users_.empty() ? user_of(first_user).id : users_.front().id;
  return respond_page(200, "X (rehearsal)",
                      "<p>Type this number where crier asks for it:</p><p><code>" +
                          found->second.pin + "</code></p>");
}

Response X::access_token(const Request& request) {
  const auto parameters = read_signature(request);
  if (!parameters) return could_not_authenticate();
  const auto found = asked_.find(field_of(*parameters, "oauth_token"));
  if (found == asked_.end() || found->second.pin.empty() ||
      found->second.pin != field_of(*parameters, "oauth_verifier")) {
    return could_not_authenticate();
  }
  Token token;
  token.user = found->second.user;
  token.secret = make_token(world_.random);
  asked_.erase(found);  // good once
  const std::string text = token.user + "-" + make_token(world_.random);
  tokens_[text] = token;
  const auto user = std::ranges::find(users_, token.user, &User::id);
  return respond(200,
                 form_encode(FormFields{{"oauth_token", text},
                                        {"oauth_token_secret", token.secret},
                                        {"user_id", token.user},
                                        {"screen_name", user == users_.end() ? "" : user->name}}),
                 {{"Content-Type", "application/x-www-form-urlencoded"}});
}

Response X::decide(const Request& request) {
  FormFields form = read_form(request.body);
  const std::string redirect = field_of(form, "redirect_uri");
  if (field_of(form, "client_id") != x_client_id || !is_safe_origin(redirect)) {
    return respond_page(400, "X (rehearsal)",
                        "<p>Something went wrong. You weren't able to give access to the app.</p>");
  }
  FormFields answer = {{"state", field_of(form, "state")}};
  if (field_of(form, "decision") == "no") {
    answer.emplace_back("error", "access_denied");
  } else {
    const std::string code = make_token(world_.random);
    codes_[code] = {std::move(form), users_.empty() ? user_of(first_user).id : users_.front().id,
                    world_.clock.now() + code_life};
    answer.emplace_back("code", code);
  }
  return respond_redirect(with_query(redirect, answer));
}

Response X::give_token(const Request& request) {
  const FormFields fields = read_form(request.body);
  const ClientProof client = client_of(request, fields);
  if (!client.is_good) {
    return refuse(401, "unauthorized_client", "Missing valid authorization header");
  }
  const std::string grant = field_of(fields, "grant_type");
  if (grant == "refresh_token") {
    const auto found = tokens_.find(field_of(fields, "refresh_token"));
    if (found == tokens_.end() || !found->second.is_refresh) {
      return refuse(400, "invalid_request", "Value passed for the token was invalid.");
    }
    const Token old = found->second;
    tokens_.erase(found);  // good once
    return bearer_tokens(old.user, old.scope);
  }
  if (grant != "authorization_code") {
    return refuse(400, "invalid_request", "Value passed for the grant_type was invalid.");
  }
  const auto found = codes_.find(field_of(fields, "code"));
  if (found == codes_.end()) {
    return refuse(400, "invalid_request", "Value passed for the authorization code was invalid.");
  }
  const Code code = std::move(found->second);
  codes_.erase(found);  // good once
  const bool is_good = code.ends > world_.clock.now() &&
                       field_of(fields, "redirect_uri") == field_of(code.fields, "redirect_uri") &&
                       challenge_of(Secret(field_of(fields, "code_verifier"))) ==
                           field_of(code.fields, "code_challenge");
  if (!is_good) {
    return refuse(400, "invalid_request", "Value passed for the authorization code was invalid.");
  }
  return bearer_tokens(code.user, field_of(code.fields, "scope"));
}

Response X::bearer_tokens(const std::string& user, const std::string& scope) {
  Token token;
  token.user = user;
  token.scope = scope;
  token.ends = world_.clock.now() + access_life;
  const std::string access = make_token(world_.random, "access-");
  tokens_[access] = token;
  Json body = {{"token_type", "bearer"},
               {"expires_in", std::chrono::seconds(access_life).count()},
               {"access_token", access},
               {"scope", scope}};
  if (scope.find("offline.access") != std::string::npos) {
    token.is_refresh = true;
    token.ends = SysTime::max();
    const std::string refresh = make_token(world_.random, "refresh-");
    tokens_[refresh] = token;
    body["refresh_token"] = refresh;
  }
  return respond_json(200, body);
}

Response X::revoke(const Request& request) {
  const FormFields fields = read_form(request.body);
  if (!client_of(request, fields).is_good) {
    return refuse(401, "unauthorized_client", "Missing valid authorization header");
  }
  tokens_.erase(field_of(fields, "token"));
  return respond_json(200, {{"revoked", true}});
}

}  // namespace crier::rehearsal
