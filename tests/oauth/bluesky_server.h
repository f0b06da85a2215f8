#pragma once
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/url.h"
#include "oauth/jwt.h"
#include "oauth/oauth2.h"
#include "oauth/sign_in_server.h"

namespace crier {

/// Bluesky's world in memory: a website, a directory, an account's server (PDS) and the
/// authorization server it trusts. As strict as the real one: each proof is verified and used once,
/// nonces are asked for, codes and refresh tokens work once. `answers` overrides single addresses.
class BlueskyServer final : public HttpClient {
 public:
  const std::string pds = "https://pds.example", as = "https://as.example";
  const std::string did = "did:plc:ewvi7nxzyoun6zhxrhs64oiz";
  const std::string handle = "council.example.gov.uk";

  std::map<std::string, Response> answers;  ///< by address, without its query
  std::vector<Request> requests;
  bool knows_narrow_scopes = true;
  std::string well_known = did;  ///< what the website says; empty: 404
  std::string document_handle = handle, document_pds = pds;
  std::string subject = did, granted_scope;  ///< empty: what was asked for
  std::string nonce = "nonce-1";
  bool asks_for_every_nonce_anew = false;
  std::string app_password = "abcd-efgh-ijkl-mnop";
  std::string pushed_jwk;  ///< the key that the sign-in was announced with
  std::map<std::string, std::string> pushed;

  TransferId start(Request request) override {
    requests.push_back(request);
    Result<Response> result = answer(request);
    if (result && result->final_url.empty()) result->final_url = request.url;
    done_.push_back({++last_, std::move(result)});
    return last_;
  }
  std::vector<Completion> wait(std::chrono::milliseconds /*at_most*/) override {
    return std::exchange(done_, {});
  }
  void cancel(TransferId /*id*/) override {}

  /// Where a person's browser is sent who signs in and agrees.
  std::string approve(const std::string& url) {
    const auto fields = SignInServer::form(url.substr(url.find('?') + 1));
    if (fields.size() != 2 || fields.at("request_uri") != "urn:request:1" ||
        fields.at("client_id") != pushed["client_id"]) {
      return "refused: " + url;
    }
    code_is_fresh_ = true;
    return pushed["redirect_uri"] + "?iss=" + percent_encode(as) + "&state=" + pushed["state"] +
           "&code=the-code";
  }

  [[nodiscard]] long count(std::string_view url) const {
    return std::ranges::count_if(requests, [&](const Request& request) {
      return std::string_view(request.url).substr(0, request.url.find('?')) == url;
    });
  }

 private:
  using Json = nlohmann::json;

  Result<Response> answer(const Request& request) {
    const std::string url = request.url.substr(0, request.url.find('?'));
    if (const auto found = answers.find(url); found != answers.end()) {
      if (found->second.status == 0) return fail(ErrorKind::unavailable, "no connection");
      return found->second;
    }
    if (url == "https://" + handle + "/.well-known/atproto-did") {
      return SignInServer::page(well_known.empty() ? 404 : 200, well_known + "\n");
    }
    if (url == "https://public.api.bsky.app/xrpc/com.atproto.identity.resolveHandle") {
      return SignInServer::json(200, {{"did", did}});
    }
    if (url == "https://plc.directory/" + did || url.ends_with("/.well-known/did.json")) {
      return SignInServer::json(200, document(url));
    }
    if (url == pds + "/.well-known/oauth-protected-resource") {
      return SignInServer::json(200, {{"authorization_servers", {as}}});
    }
    if (url == as + "/.well-known/oauth-authorization-server") {
      return SignInServer::json(200, metadata());
    }
    if (url == as + "/par") return with_proof(request, [&] { return push(request); });
    if (url == as + "/token") return with_proof(request, [&] { return token(request); });
    if (url == pds + "/xrpc/com.atproto.server.createSession") return session(request);
    return SignInServer::json(404, {{"error", "NotFound"}});
  }

  [[nodiscard]] Json document(const std::string& url) const {
    const std::string id =
        url.ends_with("did.json") ? "did:web:" + url.substr(8, url.find('/', 8) - 8) : did;
    return {{"id", id},
            {"alsoKnownAs", {"at://" + document_handle}},
            {"service", {{{"id", "#atproto_pds"}, {"serviceEndpoint", document_pds}}}}};
  }

  [[nodiscard]] Json metadata() const {
    return {{"issuer", as},
            {"authorization_endpoint", as + "/authorize"},
            {"token_endpoint", as + "/token"},
            {"revocation_endpoint", as + "/revoke"},
            {"pushed_authorization_request_endpoint", as + "/par"},
            {"authorization_response_iss_parameter_supported", true},
            {"code_challenge_methods_supported", {"S256"}}};
  }

  /// 400 with a nonce, until the proof has the newest; and the nonce in every answer.
  template <class Then>
  Response with_proof(const Request& request, const Then& then) {
    const auto jwt = read_jwt(find_header(request.headers, "DPoP").value_or(""));
    Response response;
    const bool is_good =
        jwt && is_signed_by(jwt->header["jwk"], jwt->signed_text, jwt->signature) &&
        jwt->claims["htu"] == request.url && jwt->claims["htm"] == "POST" &&
        !jwt->claims.contains("ath") && seen_.insert(jwt->claims["jti"].get<std::string>()).second;
    if (!is_good) {
      response = SignInServer::json(400, {{"error", "invalid_dpop_proof"}});
    } else if (jwt->claims.value("nonce", "") != nonce || asks_for_every_nonce_anew) {
      if (asks_for_every_nonce_anew) nonce += "+";
      response = SignInServer::json(400, {{"error", "use_dpop_nonce"}});
    } else {
      proof_jwk_ = jwt->header["jwk"].dump();
      response = then();
    }
    response.headers.push_back({"DPoP-Nonce", nonce});
    return response;
  }

  Response push(const Request& request) {
    auto form = SignInServer::form(request.body);
    const bool is_narrow = form["scope"].find("repo:") != std::string::npos;
    if (is_narrow && !knows_narrow_scopes) {
      return SignInServer::json(400, {{"error", "invalid_scope"}});
    }
    pushed = std::move(form);
    pushed_jwk = proof_jwk_;
    nonce = "nonce-2";  // it goes along with the answer that is fine
    return SignInServer::json(201, {{"request_uri", "urn:request:1"}, {"expires_in", 300}});
  }

  Response token(const Request& request) {
    auto form = SignInServer::form(request.body);
    const bool is_good = std::exchange(code_is_fresh_, false) && form["code"] == "the-code" &&
                         form["redirect_uri"] == pushed["redirect_uri"] &&
                         form["client_id"] == pushed["client_id"] && pushed_jwk == proof_jwk_ &&
                         challenge_of(Secret(form["code_verifier"])) == pushed["code_challenge"];
    if (!is_good) return SignInServer::json(400, {{"error", "invalid_grant"}});
    return SignInServer::json(200,
                              {{"access_token", "the-access"},
                               {"refresh_token", "the-refresh"},
                               {"token_type", "DPoP"},
                               {"expires_in", 900},
                               {"sub", subject},
                               {"scope", granted_scope.empty() ? pushed["scope"] : granted_scope}});
  }

  Response session(const Request& request) {
    const Json body = Json::parse(request.body, nullptr, false);
    if (body.value("identifier", "") != did || body.value("password", "") != app_password) {
      return SignInServer::json(401, {{"error", "AuthenticationRequired"},
                                      {"message", "Invalid identifier or " + app_password}});
    }
    return SignInServer::json(200, {{"did", subject},
                                    {"handle", handle},
                                    {"accessJwt", "the-access"},
                                    {"refreshJwt", "the-refresh"}});
  }

  bool code_is_fresh_ = false;
  std::string proof_jwk_;
  std::set<std::string> seen_;
  TransferId last_ = 0;
  std::vector<Completion> done_;
};

}  // namespace crier
