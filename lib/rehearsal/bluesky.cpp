#include "rehearsal/bluesky.h"

#include <algorithm>

#include "core/url.h"
#include "core/utf8.h"
#include "oauth/atproto_identity.h"
#include "oauth/crypto.h"
#include "rehearsal/doubles.h"
#include "rehearsal/web.h"

namespace crier::rehearsal {
namespace {

constexpr std::string_view base32 = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::string_view xrpc = "/xrpc/com.atproto.";
/// Source: the reference PDS, packages/pds/src/account-manager/helpers/auth.ts, 2026-08.
constexpr std::chrono::hours access_life{2};
constexpr std::chrono::hours refresh_life{90 * 24};
constexpr const char* any_app_password = "abcd-efgh-ijkl-mnop";

/// RFC 4648 section 6, in lower case, without padding.
std::string base32_of(std::string_view bytes) {
  std::string out;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : bytes) {
    bits = (bits << 8U) | static_cast<unsigned char>(c);
    for (count += 8; count >= 5; count -= 5) out += base32[(bits >> (count - 5)) & 0x1FU];
  }
  if (count > 0) out += base32[(bits << (5 - count)) & 0x1FU];
  return out;
}

/// What Bluesky's settings show once: four times four letters or digits.
bool is_app_password(std::string_view text) {
  if (text.size() != 19) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_good = i % 5 == 4 ? c == '-' : (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (!is_good) return false;
  }
  return true;
}

}  // namespace

std::unique_ptr<Double> make_bluesky(DoubleWorld world) {
  return std::make_unique<Bluesky>(std::move(world));
}

Response xrpc_error(int status, std::string_view name, std::string_view message, Headers headers) {
  return respond_json(status, {{"error", name}, {"message", message}}, std::move(headers));
}

std::string cid_of(std::string_view bytes, unsigned char codec) {
  const std::string head{'\x01', static_cast<char>(codec), '\x12', '\x20'};
  return "b" + base32_of(head + sha256(bytes));
}

Bluesky::Person& Bluesky::person_of(const std::string& handle) {
  const std::string name = ascii_lower(handle);
  const std::string did = "did:plc:" + base32_of(sha256(name)).substr(0, 24);
  return people_.try_emplace(did, Person{did, name, {}, {}}).first->second;
}

Bluesky::Person* Bluesky::find(const std::string& did_or_handle) {
  if (is_handle(did_or_handle)) return &person_of(did_or_handle);
  const auto found = people_.find(did_or_handle);
  return found == people_.end() ? nullptr : &found->second;
}

Credentials Bluesky::sign_in(const Account& account) {
  const auto named = account.settings.find("handle");
  std::string handle = named == account.settings.end() ? std::string() : named->second;
  if (handle.starts_with('@')) handle.erase(0, 1);
  const Person& person = person_of(is_handle(handle) ? handle : "council.test");
  const Json session = make_session(person, make_token(world_.random));
  Credentials credentials;
  credentials.kind = "session";
  credentials.server = world_.origin;
  credentials.account_id = person.did;
  credentials.handle = "@" + person.handle;
  credentials.access_token = Secret(text_of(session, "accessJwt"));
  credentials.refresh_token = Secret(text_of(session, "refreshJwt"));
  credentials.password = Secret(any_app_password);
  credentials.obtained_at = credentials.signed_in_at = world_.clock.now();
  credentials.expires_at = world_.clock.now() + access_life;
  return credentials;
}

void Bluesky::expire_tokens() {
  for (auto& [text, token] : tokens_) token.is_expired = token.is_expired || !token.is_refresh;
}

bool Bluesky::publishes(const Request& request) const {
  return request.method == Method::post && path_of(request) == std::string(xrpc) + "repo.putRecord";
}

Response Bluesky::too_many_requests(std::chrono::seconds /*wait*/) const {
  return respond_json(429, {{"error", "RateLimitExceeded"}, {"message", "Rate Limit Exceeded"}});
}

Response Bluesky::server_error() const {
  return respond_json(500,
                      {{"error", "InternalServerError"}, {"message", "Internal Server Error"}});
}

Response Bluesky::answer(const Request& request) {
  Response response = about(request, path_of(request));
  response.final_url = request.url;
  return response;
}

Response Bluesky::about(const Request& request, const std::string& path) {
  if (!path.starts_with("/xrpc/")) return oauth(request, path);
  using Answer = Response (Bluesky::*)(const Request&);
  struct Entry {
    std::string_view name;
    Method method;
    Answer answer;
  };
  static constexpr Entry methods[] = {
      {"identity.resolveHandle", Method::get, &Bluesky::resolve_handle},
      {"server.createSession", Method::post, &Bluesky::create_session},
      {"server.refreshSession", Method::post, &Bluesky::refresh_session},
      {"server.getSession", Method::get, &Bluesky::get_session},
      {"server.deleteSession", Method::post, &Bluesky::delete_session},
      {"repo.uploadBlob", Method::post, &Bluesky::upload_blob},
      {"repo.putRecord", Method::post, &Bluesky::put_record},
      {"repo.getRecord", Method::get, &Bluesky::get_record},
      {"repo.listRecords", Method::get, &Bluesky::list_records},
  };
  for (const Entry& entry : methods) {
    if (!path.starts_with(xrpc) || path.substr(xrpc.size()) != entry.name) continue;
    if (entry.method == request.method) return (this->*entry.answer)(request);
    return xrpc_error(400, "InvalidRequest",
                      entry.method == Method::get ? "Incorrect HTTP method (POST) expected GET"
                                                  : "Incorrect HTTP method (GET) expected POST");
  }
  // What it does not know it would pass on to another service, and it has none.
  return xrpc_error(400, "InvalidRequest", "No service configured for " + path.substr(6));
}

Response Bluesky::did_document(const std::string& did) const {
  const auto found = people_.find(did);
  if (found == people_.end()) {
    return respond_json(404, {{"message", "DID not registered: " + did}});
  }
  return respond_json(200, {{"@context", {"https://www.w3.org/ns/did/v1"}},
                            {"id", did},
                            {"alsoKnownAs", {"at://" + found->second.handle}},
                            {"service",
                             {{{"id", "#atproto_pds"},
                               {"type", "AtprotoPersonalDataServer"},
                               {"serviceEndpoint", world_.origin}}}}});
}

Response Bluesky::resolve_handle(const Request& request) {
  const std::string handle = field_of(read_form(query_of(request)), "handle");
  if (!is_handle(handle)) return xrpc_error(400, "InvalidRequest", "Invalid handle");
  return respond_json(200, {{"did", person_of(handle).did}});
}

/// It has the form of a JWT and says when it ends, as a client may read; nobody signs it.
std::string Bluesky::make_jwt(const std::string& did, std::string_view scope, SysTime ends) {
  const Json claims = {{"scope", scope},
                       {"sub", did},
                       {"jti", hex(world_.random.bytes(16))},
                       {"exp", ends.time_since_epoch().count()}};
  return base64url(R"({"typ":"at+jwt","alg":"none"})") + "." + base64url(write_json(claims)) + "." +
         base64url(world_.random.bytes(32));
}

Json Bluesky::make_session(const Person& person, std::string family) {
  const SysTime now = world_.clock.now();
  Token access;
  access.did = person.did;
  access.family = std::move(family);
  Token refresh = access;
  access.ends = now + access_life;
  refresh.ends = now + refresh_life;
  refresh.is_refresh = true;
  const std::string access_jwt = make_jwt(person.did, "com.atproto.appPass", access.ends);
  const std::string refresh_jwt = make_jwt(person.did, "com.atproto.refresh", refresh.ends);
  tokens_[access_jwt] = access;
  tokens_[refresh_jwt] = refresh;
  return {{"accessJwt", access_jwt},
          {"refreshJwt", refresh_jwt},
          {"did", person.did},
          {"handle", person.handle},
          {"active", true}};
}

std::variant<Bluesky::Token, Response> Bluesky::session_token(const Request& request,
                                                              bool refresh) {
  const std::string authorization = header_of(request, "Authorization");
  if (!authorization.empty() && !authorization.starts_with("Bearer ")) {
    return xrpc_error(400, "InvalidToken", "Unexpected authorization type");
  }
  if (authorization.empty()) {
    return xrpc_error(401, "AuthMissing", "Authentication Required");
  }
  const auto found = tokens_.find(authorization.substr(7));
  if (found == tokens_.end() || !found->second.thumbprint.empty()) {
    return xrpc_error(400, "InvalidToken", "Token could not be verified");
  }
  const Token& token = found->second;
  if (token.is_refresh != refresh) {
    return xrpc_error(400, "InvalidToken", "Token could not be verified");
  }
  if (token.is_expired || token.ends <= world_.clock.now()) {
    return xrpc_error(400, "ExpiredToken", "Token has expired");
  }
  return token;
}

std::variant<Bluesky::Person*, Response> Bluesky::signer_of(const Request& request) {
  const std::string authorization = header_of(request, "Authorization");
  if (!authorization.starts_with("DPoP ")) {
    auto token = session_token(request, false);
    if (auto* refusal = std::get_if<Response>(&token)) return std::move(*refusal);
    return find(std::get<Token>(token).did);
  }
  const auto refuse = [this](std::string_view error, std::string_view why) {
    return xrpc_error(
        401, error, why,
        {{"WWW-Authenticate", "DPoP algs=\"ES256\", error=\"" + std::string(error) +
                                  "\", error_description=\"" + std::string(why) + "\""},
         {"DPoP-Nonce", nonce()}});
  };
  const std::string text = authorization.substr(5);
  const auto found = tokens_.find(text);
  if (found == tokens_.end() || found->second.is_refresh || found->second.thumbprint.empty()) {
    return refuse("invalid_token", "Malformed token");
  }
  const auto proof = read_proof(request);
  if (const auto* why = std::get_if<std::string>(&proof)) return refuse(*why, *why);
  const Proof& bound = std::get<Proof>(proof);
  if (found->second.thumbprint != bound.thumbprint || bound.ath != base64url(sha256(text))) {
    return refuse("invalid_token", "Invalid DPoP key binding");
  }
  if (found->second.is_expired || found->second.ends <= world_.clock.now()) {
    return refuse("invalid_token", "Token expired");
  }
  return find(found->second.did);
}

void Bluesky::end_family(const std::string& family) {
  const auto is_of_it = [&](const auto& entry) { return entry.second.family == family; };
  std::erase_if(tokens_, is_of_it);
  std::erase_if(used_, is_of_it);
}

Response Bluesky::create_session(const Request& request) {
  const Json body = parse_json(request.body);
  const std::string identifier = text_of(body, "identifier");
  const std::string password = text_of(body, "password");
  if (identifier.empty() || password.empty()) {
    return xrpc_error(400, "InvalidRequest", "Input must have the property \"identifier\"");
  }
  Person* const person = find(identifier);
  if (person == nullptr || !is_app_password(password)) {
    return xrpc_error(401, "AuthenticationRequired", "Invalid identifier or password");
  }
  return respond_json(200, make_session(*person, make_token(world_.random)));
}

Response Bluesky::refresh_session(const Request& request) {
  auto token = session_token(request, true);
  if (auto* refusal = std::get_if<Response>(&token)) return std::move(*refusal);
  const Token old = std::get<Token>(token);
  Person* const person = find(old.did);
  if (person == nullptr) return xrpc_error(400, "InvalidToken", "Token could not be verified");
  // As the real server does: the old one renews for two more hours, for an answer that was lost.
  const SysTime grace = world_.clock.now() + access_life;
  Token& kept = tokens_[header_of(request, "Authorization").substr(7)];
  kept.ends = std::min(kept.ends, grace);
  return respond_json(200, make_session(*person, old.family));
}

Response Bluesky::get_session(const Request& request) {
  auto signer = signer_of(request);
  if (auto* refusal = std::get_if<Response>(&signer)) return std::move(*refusal);
  const Person* const person = std::get<Person*>(signer);
  return respond_json(200, {{"did", person->did}, {"handle", person->handle}, {"active", true}});
}

Response Bluesky::delete_session(const Request& request) {
  auto token = session_token(request, true);
  if (auto* refusal = std::get_if<Response>(&token)) return std::move(*refusal);
  // The access token lives on until its time has come.
  const Token& ended = std::get<Token>(token);
  for (auto& [text, other] : tokens_) {
    if (other.family == ended.family && other.is_refresh) other.is_expired = true;
  }
  return respond(200, "");
}

}  // namespace crier::rehearsal
