#include "oauth/oauth2.h"

#include <algorithm>
#include <array>

#include "core/url.h"
#include "core/utf8.h"
#include "oauth/crypto.h"
#include "oauth/json_text.h"

namespace crier {

namespace {

constexpr std::size_t max_redirect_bytes = 8U << 10;
constexpr std::size_t max_answer_bytes = 64U << 10;

// RFC 6749 sections 4.1.2.1 and 5.2. Only these are ever repeated to a person: any other text in
// their place may be something that the server was sent.
constexpr std::array known_errors = {
    "invalid_request", "invalid_client",          "invalid_grant",
    "invalid_scope",   "unauthorized_client",     "unsupported_grant_type",
    "access_denied",   "temporarily_unavailable", "unsupported_response_type",
    "server_error",    "use_dpop_nonce",          "invalid_dpop_proof"};

std::string known_error(std::string_view code) {
  const bool is_known = std::ranges::find(known_errors, code) != known_errors.end();
  return is_known ? std::string(code) : std::string();
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string form_decode(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '%' && at + 2 < text.size() && hex_value(text[at + 1]) >= 0 &&
        hex_value(text[at + 2]) >= 0) {
      out += static_cast<char>(hex_value(text[at + 1]) * 16 + hex_value(text[at + 2]));
      at += 2;
    } else {
      out += c == '+' ? ' ' : c;
    }
  }
  return out;
}

}  // namespace

FormFields read_form(std::string_view query) {
  FormFields fields;
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    fields.emplace_back(
        form_decode(pair.substr(0, equals)),
        equals == std::string_view::npos ? std::string() : form_decode(pair.substr(equals + 1)));
  }
  return fields;
}

std::string challenge_of(const Secret& verifier) { return base64url(sha256(verifier.reveal())); }

Pkce make_pkce(Random& random) {
  Pkce pkce;
  pkce.verifier = Secret(base64url(random.bytes(32)));
  pkce.challenge = challenge_of(pkce.verifier);
  return pkce;
}

std::string make_state(Random& random) { return base64url(random.bytes(32)); }

bool is_safe_origin(std::string_view url) {
  const auto parts = parse_url(url);
  if (!parts || parts->host.empty() || !parts->user.empty() || !parts->password.empty()) {
    return false;
  }
  if (parts->scheme == "https") return true;
  return parts->scheme == "http" && (parts->host == "127.0.0.1" || parts->host == "localhost" ||
                                     parts->host == "[::1]" || parts->host == "::1");
}

bool is_visible_ascii(std::string_view text) {
  return !text.empty() && text.size() <= max_answer_bytes &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

std::string authorization_url(const AuthorizationRequest& request) {
  const FormFields fields = {{"response_type", "code"},
                             {"client_id", request.client_id},
                             {"redirect_uri", request.redirect_uri},
                             {"scope", request.scope},
                             {"state", request.state},
                             {"code_challenge", request.code_challenge},
                             {"code_challenge_method", "S256"}};
  const char joint = request.endpoint.find('?') == std::string::npos ? '?' : '&';
  return request.endpoint + joint + form_encode(fields);
}

Result<RedirectAnswer> read_redirect(std::string_view text) {
  text = trimmed(text);
  if (text.size() > max_redirect_bytes) {
    return fail(ErrorKind::invalid, "the address is too long to be the answer to a sign-in");
  }
  const std::size_t question = text.find('?');
  if (question == std::string_view::npos) {
    return fail(ErrorKind::invalid, "the address has no “?code=…” in it: copy the whole address");
  }
  std::string_view query = text.substr(question + 1);
  query = query.substr(0, query.find('#'));
  RedirectAnswer answer;
  std::optional<std::string> code;
  std::optional<std::string> error;
  std::optional<std::string> description;
  const std::array<std::pair<std::string_view, std::optional<std::string>*>, 5> wanted = {{
      {"code", &code},
      {"state", &answer.state},
      {"iss", &answer.issuer},
      {"error", &error},
      {"error_description", &description},
  }};
  for (auto& [name, value] : read_form(query)) {
    const auto* const known =
        std::ranges::find(wanted, name, [](const auto& w) { return w.first; });
    if (known == wanted.end()) continue;
    if (known->second->has_value()) {
      return fail(ErrorKind::invalid, "the answer to the sign-in says “{}” twice", known->first);
    }
    *known->second = std::move(value);
  }
  answer.code = Secret(code.value_or(""));
  answer.error = error.value_or("");
  answer.error_description = description.value_or("");
  return answer;
}

Result<Secret> accept_redirect(const RedirectAnswer& answer, const ExpectedRedirect& expected) {
  const bool excused = !answer.state && expected.state_may_be_absent;
  if (!excused && (expected.state.empty() ||
                   !equal_in_constant_time(answer.state.value_or(""), expected.state))) {
    return fail(ErrorKind::rejected,
                "this answer belongs to another sign-in (its state differs): nothing was accepted; "
                "start again");
  }
  if (!expected.issuer.empty() && answer.issuer && *answer.issuer != expected.issuer) {
    return fail(ErrorKind::rejected,
                "this answer comes from another server (its issuer differs from {}): nothing was "
                "accepted",
                expected.issuer);
  }
  if (expected.issuer_must_be_present && !answer.issuer) {
    return fail(ErrorKind::rejected,
                "this answer does not say which server it comes from, and {} always says so: "
                "nothing was accepted",
                expected.issuer);
  }
  if (answer.error == "access_denied") {
    return fail(ErrorKind::unauthorized, "the sign-in was declined");
  }
  if (!answer.error.empty() || !answer.error_description.empty()) {
    return fail(ErrorKind::unauthorized, "the server refused the sign-in: {}",
                redacted_excerpt(expected.known, answer.error_description.empty()
                                                     ? answer.error
                                                     : answer.error_description));
  }
  if (answer.code.empty()) {
    return fail(ErrorKind::rejected, "the answer to the sign-in holds no code");
  }
  return answer.code;
}

Request client_request(const std::string& endpoint, const Client& client, FormFields fields) {
  Request request;
  request.method = Method::post;
  request.url = endpoint;
  request.max_response_bytes = max_answer_bytes;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                     {"Accept", "application/json"}};
  switch (client.authentication) {
    case ClientAuth::basic:
      // RFC 6749 section 2.3.1: both halves are form-encoded before they are joined.
      request.headers.push_back(
          {"Authorization", "Basic " + base64(percent_encode(client.id) + ':' +
                                              percent_encode(client.secret.reveal()))});
      break;
    case ClientAuth::post:
      fields.emplace_back("client_id", client.id);
      fields.emplace_back("client_secret", client.secret.reveal());
      break;
    case ClientAuth::none: fields.emplace_back("client_id", client.id); break;
  }
  request.body = form_encode(fields);
  return request;
}

std::string token_error(const Response& response) {
  if (response.status < 400) return {};
  const auto object = parse_object(response.body);
  return object ? known_error(text_of(*object, "error")) : std::string();
}

Result<TokenAnswer> read_token_answer(const Response& response, SysTime now,
                                      std::string_view type) {
  if (auto error = classify(response, now)) {
    if (error->kind == ErrorKind::unavailable || error->kind == ErrorKind::throttled) {
      error->message = fmt::format("the server answered {}", response.status);
      return Failure(std::move(*error));
    }
    const std::string code = token_error(response);
    return fail(code.empty() ? ErrorKind::rejected : ErrorKind::unauthorized,
                "the server gave no token: it answered {}{}{}", response.status,
                code.empty() ? "" : ", ", code);
  }
  const auto object = parse_object(response.body);
  if (!object) return fail(ErrorKind::rejected, "the server's token answer is not JSON");
  TokenAnswer answer;
  answer.access_token = Secret(text_of(*object, "access_token"));
  if (!is_visible_ascii(answer.access_token.reveal())) {
    return fail(ErrorKind::rejected, "the server's token answer holds no usable token");
  }
  // A token of another type (mac, or DPoP for bearer) would be given away.
  const bool may_be_silent = type.empty() && !object->contains("token_type");
  const std::string_view expected = type.empty() ? "bearer" : type;
  if (!may_be_silent && !ascii_iequals(text_of(*object, "token_type"), expected)) {
    return fail(ErrorKind::rejected, "the server gave a token that is not a {} token", expected);
  }
  answer.subject = text_of(*object, "sub");
  answer.refresh_token = Secret(text_of(*object, "refresh_token"));
  if (object->contains("scope") && object->at("scope").is_string()) {
    answer.scope = text_of(*object, "scope");
  }
  if (answer.scope) {
    Credentials given;
    given.access_token = answer.access_token;
    given.refresh_token = answer.refresh_token;
    redact(given, *answer.scope);
  }
  const auto lifetime = object->find("expires_in");
  constexpr long long ten_years = 315'360'000;
  if (lifetime != object->end() && lifetime->is_number_integer()) {
    answer.expires_in =
        std::chrono::seconds{std::clamp<long long>(lifetime->get<long long>(), 0, ten_years)};
  }
  return answer;
}

}  // namespace crier
