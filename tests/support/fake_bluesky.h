#pragma once
#include <nlohmann/json.hpp>

#include "core/url.h"
#include "oauth/crypto.h"
#include "support/fake_site.h"

namespace crier {

/// As much of a PDS as posting needs: a repository whose records have keys.
///
/// Source: com.atproto.repo.putRecord and getRecord, and the reference PDS 0.5.35: an equal record
/// under a key that is taken changes nothing, and another one is refused where swapRecord is null.
class FakeBluesky {
 public:
  static constexpr const char* pds = "https://pds.example.gov.uk";
  static constexpr const char* did = "did:plc:council";

  explicit FakeBluesky(FakeSite& site) {
    const std::string xrpc = std::string(pds) + "/xrpc/com.atproto.repo.";
    site.on("POST " + xrpc + "putRecord", [this](const Request& request) { return put(request); });
    site.on("GET " + xrpc + "getRecord", [this](const Request& request) { return get(request); });
  }

  std::map<std::string, nlohmann::json> records;  ///< by their keys
  bool fails_on_a_repeat = false;  ///< answers 500 where the key is taken, as createRecord does
  bool wants_nonces = false;       ///< DPoP: each nonce is good for two requests
  std::size_t stale = 0;           ///< requests that came with an old nonce
  /// Told of the key of each record before it is looked at.
  std::function<void(const std::string& key)> before;
  /// Asked after the work is done.
  std::function<std::optional<Result<Response>>(const Request&)> after;

  [[nodiscard]] std::map<std::string, int> published() const {
    std::map<std::string, int> count;
    for (const auto& [key, record] : records) ++count[record.value("text", "")];
    return count;
  }

 private:
  static Response told(int status, const char* error) {
    return FakeSite::respond(status, nlohmann::json{{"error", error}, {"message", "words"}}.dump());
  }

  [[nodiscard]] std::string nonce() const { return "nonce-" + std::to_string(signed_ / 2); }

  /// The nonce in a request's proof.
  static std::string nonce_in(const Request& request) {
    const std::string proof(find_header(request.headers, "DPoP").value_or(".."));
    const std::size_t from = proof.find('.') + 1;
    const auto claims = base64url_decode(proof.substr(from, proof.find('.', from) - from));
    const auto json = nlohmann::json::parse(claims.value_or(""), nullptr, false);
    return json.is_object() ? json.value("nonce", "") : std::string();
  }

  std::optional<Response> refuse(const Request& request) {
    const auto authorization = find_header(request.headers, "Authorization").value_or("");
    if (!authorization.ends_with("good-token")) return told(401, "AuthMissing");
    if (!wants_nonces) return std::nullopt;
    const bool is_stale = nonce_in(request) != nonce();
    ++signed_;
    if (!is_stale) return std::nullopt;
    ++stale;
    Response answer = told(401, "use_dpop_nonce");
    answer.headers = {{"DPoP-Nonce", nonce()},
                      {"WWW-Authenticate", "DPoP error=\"use_dpop_nonce\""}};
    return answer;
  }

  static Response receipt(const std::string& key) {
    return FakeSite::respond(200, nlohmann::json{{"uri", uri_of(key)}, {"cid", "bafy"}}.dump());
  }
  static std::string uri_of(const std::string& key) {
    return std::string("at://") + did + "/app.bsky.feed.post/" + key;
  }

  Result<Response> put(const Request& request) {
    if (auto refusal = refuse(request)) return *refusal;
    const auto body = nlohmann::json::parse(request.body, nullptr, false);
    if (!body.is_object() || body.value("repo", "") != did || !body.contains("swapRecord") ||
        !body["swapRecord"].is_null() || body.value("rkey", "").size() != 13) {
      return told(400, "InvalidRequest");
    }
    const std::string key = body["rkey"];
    if (before) before(key);
    const auto known = records.find(key);
    if (known != records.end()) {
      if (fails_on_a_repeat) return told(500, "InternalServerError");
      if (known->second != body["record"]) return told(400, "InvalidSwap");
      return receipt(key);
    }
    records[key] = body["record"];
    if (after) {
      if (auto answer = after(request)) return *answer;
    }
    return receipt(key);
  }

  Result<Response> get(const Request& request) {
    const std::string key = request.url.substr(request.url.rfind('=') + 1);
    const auto found = records.find(key);
    if (found == records.end()) return told(400, "RecordNotFound");
    return FakeSite::respond(
        200,
        nlohmann::json{{"uri", uri_of(key)}, {"cid", "bafy"}, {"value", found->second}}.dump());
  }

  std::size_t signed_ = 0;
};

}  // namespace crier
