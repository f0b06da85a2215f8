#pragma once
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/url.h"
#include "http/client.h"
#include "oauth/crypto.h"
#include "oauth/oauth2.h"

namespace crier {

/// A Mastodon server in memory, as strict about sign-in as a real one: exact redirect addresses,
/// codes that work once, PKCE. `answers` overrides single paths.
class SignInServer final : public HttpClient {
 public:
  explicit SignInServer(std::string server_origin) : origin(std::move(server_origin)) {}

  std::string origin;
  bool has_discovery = true;
  nlohmann::json discovery_changes = nlohmann::json::object();
  std::map<std::string, Response> answers;  ///< by path
  std::vector<Request> requests;
  std::string code = "the-code";
  bool forgets_clients_at_exchange = false;
  bool is_unreachable = false;
  std::string acct = "jobs";
  int registrations = 0;
  std::map<std::string, std::string> clients;  ///< id -> redirect address
  bool token_is_good = true;

  /// What a person's browser is sent to after they have signed in and agreed to `url`.
  std::string approve(const std::string& url) {
    asked_for = form(url.substr(url.find('?') + 1));
    if (!clients.contains(asked_for["client_id"])) return {};
    if (clients[asked_for["client_id"]] != asked_for["redirect_uri"]) return {};
    code_is_fresh = true;
    return asked_for["redirect_uri"] + "?code=" + code + "&state=" + asked_for["state"];
  }
  std::map<std::string, std::string> asked_for;

  TransferId start(Request request) override {
    requests.push_back(request);
    Result<Response> result = fail(ErrorKind::unavailable, "no connection");
    if (!is_unreachable) result = answer(request);
    if (result) result->final_url = request.url;
    done_.push_back({++last_, std::move(result)});
    return last_;
  }
  std::vector<Completion> wait(std::chrono::milliseconds /*at_most*/) override {
    return std::exchange(done_, {});
  }
  void cancel(TransferId /*id*/) override {}

  [[nodiscard]] int count(std::string_view path) const {
    int found = 0;
    for (const Request& request : requests) found += request.url == origin + std::string(path);
    return found;
  }

  static Response page(int status, std::string body = "<!doctype html>") {
    Response response;
    response.status = status;
    response.body = std::move(body);
    return response;
  }

  static Response json(int status, const nlohmann::json& body) {
    Response response;
    response.status = status;
    response.body = body.dump();
    return response;
  }

  static std::map<std::string, std::string> form(std::string_view text) {
    std::map<std::string, std::string> fields;
    while (!text.empty()) {
      const std::string_view pair = text.substr(0, text.find('&'));
      text.remove_prefix(std::min(pair.size() + 1, text.size()));
      const std::size_t equals = pair.find('=');
      fields[decode(pair.substr(0, equals))] = decode(pair.substr(equals + 1));
    }
    return fields;
  }

 private:
  static std::string decode(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (text[at] == '%') {
        out += static_cast<char>(std::stoi(std::string(text.substr(at + 1, 2)), nullptr, 16));
        at += 2;
      } else {
        out += text[at];
      }
    }
    return out;
  }

  Response answer(const Request& request) {
    const std::string path = request.url.substr(std::min(origin.size(), request.url.size()));
    if (!request.url.starts_with(origin)) return json(404, {{"error", "another server"}});
    if (const auto found = answers.find(path); found != answers.end()) return found->second;
    if (path == "/.well-known/oauth-authorization-server") return discovery();
    if (path == "/api/v1/apps") return register_client(form(request.body));
    if (path == "/oauth/token") return token(form(request.body));
    if (path == "/oauth/revoke") {
      token_is_good = false;
      return json(200, nlohmann::json::object());
    }
    if (path == "/api/v1/accounts/verify_credentials") {
      if (!token_is_good || find_header(request.headers, "Authorization") != "Bearer the-token") {
        return json(401, {{"error", "The access token is invalid"}});
      }
      return json(200, {{"id", "42"}, {"acct", acct}, {"note", "<p>hello</p>"}});
    }
    return json(404, {{"error", "Not found"}});
  }

  Response discovery() {
    if (!has_discovery) return json(404, {{"error", "Not found"}});
    nlohmann::json document = {{"issuer", origin + "/"},
                               {"authorization_endpoint", origin + "/oauth/authorize"},
                               {"token_endpoint", origin + "/oauth/token"},
                               {"revocation_endpoint", origin + "/oauth/revoke"},
                               {"app_registration_endpoint", origin + "/api/v1/apps"},
                               {"scopes_supported", {"read", "write", "profile"}},
                               {"code_challenge_methods_supported", {"S256"}}};
    document.update(discovery_changes);
    return json(200, document);
  }

  Response register_client(std::map<std::string, std::string> fields) {
    const std::string id = "client-" + std::to_string(++registrations);
    clients[id] = fields["redirect_uris"];
    return json(200, {{"client_id", id}, {"client_secret", "the-secret"}, {"name", "crier"}});
  }

  Response token(std::map<std::string, std::string> fields) {
    const bool is_exchange = fields["grant_type"] == "authorization_code";
    if (is_exchange && std::exchange(forgets_clients_at_exchange, false)) clients.clear();
    if (!clients.contains(fields["client_id"]) || fields["client_secret"] != "the-secret") {
      return json(401, {{"error", "invalid_client"}});
    }
    if (!is_exchange) return json(200, {{"access_token", "of-the-app"}, {"token_type", "Bearer"}});
    const bool is_good =
        std::exchange(code_is_fresh, false) && fields["code"] == code &&
        fields["redirect_uri"] == asked_for["redirect_uri"] &&
        challenge_of(Secret(fields["code_verifier"])) == asked_for["code_challenge"];
    if (!is_good) return json(400, {{"error", "invalid_grant"}});
    token_is_good = true;
    return json(200, {{"access_token", "the-token"},
                      {"token_type", "Bearer"},
                      {"scope", asked_for["scope"]},
                      {"created_at", 1'772'442'000}});
  }

  bool code_is_fresh = false;
  TransferId last_ = 0;
  std::vector<Completion> done_;
};

}  // namespace crier
