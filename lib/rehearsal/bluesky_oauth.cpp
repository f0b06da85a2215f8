#include <algorithm>
#include <array>

#include "core/url.h"
#include "oauth/crypto.h"
#include "rehearsal/bluesky.h"
#include "rehearsal/web.h"

namespace crier::rehearsal {
namespace {

/// A nonce lives for three of these. Source: the reference authorization server,
/// packages/oauth/oauth-provider/src/constants.ts, 2026-08.
constexpr std::chrono::seconds nonce_rotation{60};
constexpr std::chrono::seconds announcement_life{5 * 60};
constexpr std::chrono::seconds code_life{5 * 60};
constexpr std::chrono::seconds proof_tolerance{60};
constexpr std::chrono::seconds access_life{15 * 60};
constexpr std::chrono::hours refresh_life{14 * 24};
constexpr std::size_t most_proofs = 100'000;
constexpr std::string_view consent = "/oauth/authorize";
constexpr std::string_view decision = "/oauth/authorize/decide";

Response refuse(std::string_view error, std::string_view why) {
  return respond_json(400, {{"error", error}, {"error_description", why}});
}

bool has_scope(const std::string& scopes, std::string_view wanted) {
  return (" " + scopes + " ").find(" " + std::string(wanted) + " ") != std::string::npos;
}

/// The thumbprint of a public P-256 key (RFC 7638); empty if the JWK is none, or is a private one.
std::string thumbprint_of(const Json* jwk) {
  if (jwk == nullptr || text_of(*jwk, "kty") != "EC" || text_of(*jwk, "crv") != "P-256" ||
      member(jwk, "d") != nullptr) {
    return {};
  }
  const std::string x = text_of(*jwk, "x");
  const std::string y = text_of(*jwk, "y");
  for (const std::string& coordinate : {x, y}) {
    const auto bytes = base64url_decode(coordinate);
    if (!bytes || bytes->size() != 32) return {};
  }
  const Json key = {{"crv", "P-256"}, {"kty", "EC"}, {"x", x}, {"y", y}};
  return base64url(sha256(write_json(key)));
}

/// The three parts of a JWT, decoded; nothing if it is none.
std::optional<std::array<std::string, 3>> take_apart(std::string_view jwt) {
  const std::size_t first = jwt.find('.');
  const std::size_t second = first == std::string_view::npos ? first : jwt.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto header = base64url_decode(jwt.substr(0, first));
  const auto claims = base64url_decode(jwt.substr(first + 1, second - first - 1));
  const auto signature = base64url_decode(jwt.substr(second + 1));
  if (!header || !claims || !signature) return std::nullopt;
  return std::array{*header, *claims, *signature};
}

bool is_loopback(const std::string& address) {
  return address.starts_with("http://127.0.0.1") || address.starts_with("http://[::1]");
}

}  // namespace

std::string Bluesky::nonce(int rotations_ago) const {
  const auto turn = world_.clock.now().time_since_epoch() / nonce_rotation - rotations_ago;
  return base64url(sha256(world_.origin + " " + std::to_string(turn)));
}

/// What a proof proves, or the error's name.
std::variant<Bluesky::Proof, std::string> Bluesky::read_proof(const Request& request) {
  const auto parts = take_apart(header_of(request, "DPoP"));
  if (!parts) return "invalid_dpop_proof";
  const Json header = parse_json((*parts)[0]);
  const Json claims = parse_json((*parts)[1]);
  Proof proof{thumbprint_of(member(&header, "jwk")), text_of(claims, "nonce"),
              text_of(claims, "ath")};
  const Json* made = member(&claims, "iat");
  const std::string jti = text_of(claims, "jti");
  const bool is_of_now =
      made != nullptr && made->is_number_integer() &&
      std::chrono::abs(world_.clock.now() -
                       SysTime{std::chrono::seconds{made->get<std::int64_t>()}}) <= proof_tolerance;
  const bool is_good = text_of(header, "typ") == "dpop+jwt" && text_of(header, "alg") == "ES256" &&
                       !proof.thumbprint.empty() && (*parts)[2].size() == 64 &&
                       text_of(claims, "htm") == name_of(request.method) &&
                       text_of(claims, "htu") == world_.origin + path_of(request) && is_of_now &&
                       !jti.empty() && !proofs_.contains(jti);
  if (!is_good) return "invalid_dpop_proof";
  if (proof.nonce != nonce() && proof.nonce != nonce(1) && proof.nonce != nonce(2)) {
    return "use_dpop_nonce";
  }
  if (proofs_.size() >= most_proofs) proofs_.clear();
  proofs_.insert(jti);
  return proof;
}

Response Bluesky::metadata() const {
  const std::string& origin = world_.origin;
  return respond_json(200, {{"issuer", origin},
                            {"authorization_endpoint", origin + std::string(consent)},
                            {"token_endpoint", origin + "/oauth/token"},
                            {"revocation_endpoint", origin + "/oauth/revoke"},
                            {"pushed_authorization_request_endpoint", origin + "/oauth/par"},
                            {"require_pushed_authorization_requests", true},
                            {"authorization_response_iss_parameter_supported", true},
                            {"scopes_supported", {"atproto", "transition:generic"}},
                            {"response_types_supported", {"code"}},
                            {"grant_types_supported", {"authorization_code", "refresh_token"}},
                            {"code_challenge_methods_supported", {"S256"}},
                            {"token_endpoint_auth_methods_supported", {"none", "private_key_jwt"}},
                            {"dpop_signing_alg_values_supported", {"ES256"}},
                            {"client_id_metadata_document_supported", true}});
}

Response Bluesky::oauth(const Request& request, const std::string& path) {
  const bool is_get = request.method == Method::get;
  if (is_get && path.starts_with("/did:")) return did_document(path.substr(1));
  if (is_get && path == "/.well-known/oauth-protected-resource") {
    return respond_json(200, {{"resource", world_.origin},
                              {"authorization_servers", {world_.origin}},
                              {"bearer_methods_supported", {"header"}}});
  }
  if (is_get && path == "/.well-known/oauth-authorization-server") return metadata();
  if (is_get && path == consent) return show_consent(request);
  if (request.method == Method::post && path == decision) return decide(request);
  using Answer = Response (Bluesky::*)(const Request&, const Proof&);
  const Answer then = path == "/oauth/par"     ? &Bluesky::push
                      : path == "/oauth/token" ? &Bluesky::give_token
                                               : nullptr;
  if (request.method != Method::post || (then == nullptr && path != "/oauth/revoke")) {
    return respond_json(404, {{"error", "NotFound"}, {"message", "Not Found"}});
  }
  if (then == nullptr) return revoke(request);
  const auto proof = read_proof(request);
  Response response;
  if (const auto* why = std::get_if<std::string>(&proof)) {
    response =
        refuse(*why, *why == "use_dpop_nonce" ? "Authorization server requires nonce in DPoP proof"
                                              : "The DPoP proof is not valid");
  } else {
    response = (this->*then)(request, std::get<Proof>(proof));
  }
  response.headers.push_back({"DPoP-Nonce", nonce()});
  return response;
}

Response Bluesky::push(const Request& request, const Proof& proof) {
  FormFields fields = read_form(request.body);
  const std::string redirect = field_of(fields, "redirect_uri");
  if (field_of(fields, "client_id").empty()) return refuse("invalid_request", "Missing client_id");
  if (field_of(fields, "response_type") != "code") {
    return refuse("unsupported_response_type", "Only \"code\" is supported");
  }
  if (field_of(fields, "code_challenge_method") != "S256" ||
      field_of(fields, "code_challenge").size() != 43) {
    return refuse("invalid_request", "PKCE with S256 is required");
  }
  if (!has_scope(field_of(fields, "scope"), "atproto")) {
    return refuse("invalid_scope", "Missing \"atproto\" scope");
  }
  // A client on a person's own machine may lead back to that machine only.
  const bool is_loopback_client = field_of(fields, "client_id").starts_with("http://localhost");
  if (redirect.empty() || (is_loopback_client && !is_loopback(redirect))) {
    return refuse("invalid_request", "Invalid redirect_uri");
  }
  std::string hint = field_of(fields, "login_hint");
  const Person* const person = find(hint.empty() ? "council.test" : hint);
  if (person == nullptr) return refuse("invalid_request", "Invalid login_hint");
  std::string uri = "urn:ietf:params:oauth:request_uri:" + make_token(world_.random, "req-");
  pushed_[uri] = {std::move(fields), proof.thumbprint, person->did,
                  world_.clock.now() + announcement_life};
  return respond_json(201, {{"request_uri", uri}, {"expires_in", announcement_life.count()}});
}

Response Bluesky::show_consent(const Request& request) {
  const FormFields query = read_form(query_of(request));
  const std::string uri = field_of(query, "request_uri");
  const auto found = pushed_.find(uri);
  if (found == pushed_.end() || found->second.ends <= world_.clock.now() ||
      field_of(found->second.fields, "client_id") != field_of(query, "client_id")) {
    return respond_page(400, "Bluesky (rehearsal)",
                        "<p>This sign-in is unknown or too old: begin it again.</p>");
  }
  return respond_consent("Bluesky", "@" + people_.at(found->second.did).handle, decision,
                         {{"request_uri", uri}});
}

Response Bluesky::decide(const Request& request) {
  const FormFields form = read_form(request.body);
  const auto found = pushed_.find(field_of(form, "request_uri"));
  if (found == pushed_.end() || found->second.ends <= world_.clock.now()) {
    return respond_page(400, "Bluesky (rehearsal)",
                        "<p>This sign-in is unknown or too old: begin it again.</p>");
  }
  Pushed pushed = std::move(found->second);
  pushed_.erase(found);  // good once
  FormFields answer = {{"iss", world_.origin}, {"state", field_of(pushed.fields, "state")}};
  const std::string redirect = field_of(pushed.fields, "redirect_uri");
  if (field_of(form, "decision") == "no") {
    answer.emplace_back("error", "access_denied");
    answer.emplace_back("error_description", "The user rejected the request");
  } else {
    const std::string code = make_token(world_.random, "cod-");
    pushed.ends = world_.clock.now() + code_life;
    codes_[code] = std::move(pushed);
    answer.emplace_back("code", code);
  }
  return respond_redirect(with_query(redirect, answer));
}

Response Bluesky::give_token(const Request& request, const Proof& proof) {
  const FormFields fields = read_form(request.body);
  const std::string grant = field_of(fields, "grant_type");
  if (grant == "refresh_token") return renew(fields, proof);
  if (grant != "authorization_code") return refuse("unsupported_grant_type", "Unknown grant_type");
  const auto found = codes_.find(field_of(fields, "code"));
  if (found == codes_.end()) return refuse("invalid_grant", "Invalid code");
  const Pushed pushed = std::move(found->second);
  codes_.erase(found);  // good once
  const bool is_good =
      pushed.ends > world_.clock.now() && pushed.thumbprint == proof.thumbprint &&
      field_of(fields, "client_id") == field_of(pushed.fields, "client_id") &&
      field_of(fields, "redirect_uri") == field_of(pushed.fields, "redirect_uri") &&
      challenge_of(Secret(field_of(fields, "code_verifier"))) ==
          field_of(pushed.fields, "code_challenge");
  if (!is_good) return refuse("invalid_grant", "Invalid code");
  Token token;
  token.did = pushed.did;
  token.family = make_token(world_.random);
  token.thumbprint = proof.thumbprint;
  token.client_id = field_of(fields, "client_id");
  token.scope = field_of(pushed.fields, "scope");
  return bound_tokens(token);
}

Response Bluesky::bound_tokens(const Token& like) {
  const std::string access = make_token(world_.random, "tok-");
  const std::string refresh = make_token(world_.random, "ref-");
  Token token = like;
  token.is_expired = false;
  token.is_refresh = false;
  token.ends = world_.clock.now() + access_life;
  tokens_[access] = token;
  token.is_refresh = true;
  token.ends = world_.clock.now() + refresh_life;
  tokens_[refresh] = token;
  return respond_json(200,
                      {{"access_token", access},
                       {"refresh_token", refresh},
                       {"token_type", "DPoP"},
                       {"expires_in", std::chrono::seconds(access_life).count()},
                       {"scope", like.scope},
                       {"sub", like.did}},
                      {{"Cache-Control", "no-store"}});
}

Response Bluesky::renew(const FormFields& fields, const Proof& proof) {
  const std::string text = field_of(fields, "refresh_token");
  // Used twice, somebody has copied it: the whole sign-in ends.
  if (const auto again = used_.find(text); again != used_.end()) {
    end_family(std::string(again->second.family));
    return refuse("invalid_grant", "Refresh token replayed");
  }
  const auto found = tokens_.find(text);
  if (found == tokens_.end() || !found->second.is_refresh ||
      found->second.thumbprint != proof.thumbprint || found->second.ends <= world_.clock.now() ||
      found->second.client_id != field_of(fields, "client_id")) {
    return refuse("invalid_grant", "Invalid refresh token");
  }
  const Token old = found->second;
  std::erase_if(tokens_, [&](const auto& entry) { return entry.second.family == old.family; });
  used_[text] = old;
  return bound_tokens(old);
}

Response Bluesky::revoke(const Request& request) {
  const auto found = tokens_.find(field_of(read_form(request.body), "token"));
  // Without a proof the real server says 200, too, and takes nothing back.
  if (found != tokens_.end() && !header_of(request, "DPoP").empty()) {
    end_family(std::string(found->second.family));
  }
  return respond_json(200, Json::object());
}

}  // namespace crier::rehearsal
