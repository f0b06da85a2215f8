#include "oauth/sign_in_bluesky.h"

#include <algorithm>

#include "core/url.h"
#include "core/utf8.h"
#include "oauth/authorizer.h"
#include "oauth/crypto.h"
#include "oauth/dpop.h"
#include "oauth/json_text.h"
#include "oauth/signing.h"

namespace crier {
namespace {

constexpr std::size_t max_answer_bytes = 256U << 10;
constexpr const char* public_resolver = "https://public.api.bsky.app";
constexpr const char* public_directory = "https://plc.directory";
/// To post, with pictures, and nothing else.
constexpr const char* narrow_scope =
    "atproto repo:app.bsky.feed.post?action=create&action=update blob:image/*";
/// For servers that do not know those yet.
constexpr const char* broad_scope = "atproto transition:generic";

/// Names that no public server answers for (RFC 6761, and .local of RFC 6762).
bool is_reserved_name(std::string_view handle) {
  return std::ranges::any_of(
      std::initializer_list<std::string_view>{".test", ".localhost", ".invalid", ".local"},
      [&](std::string_view end) { return handle.ends_with(end); });
}

bool has_word(std::string_view words, std::string_view wanted) {
  while (!words.empty()) {
    const std::string_view word = words.substr(0, words.find(' '));
    if (word == wanted) return true;
    words.remove_prefix(std::min(word.size() + 1, words.size()));
  }
  return false;
}

Failure unexpected(const Response& response, SysTime now, std::string_view doing) {
  auto error = classify(response, now)
                   .value_or(Error{ErrorKind::rejected, "the answer is not what was asked for"});
  if (response.status >= 300 && response.status < 400) {
    error.message = "the server sends crier on to another address, and a sign-in goes nowhere else";
  }
  return fail(std::move(error), "{}", doing);
}

}  // namespace

std::string loopback_client_id(const std::string& scope) {
  return "http://localhost?redirect_uri=" + percent_encode("http://127.0.0.1/callback") +
         "&scope=" + percent_encode(scope);
}

std::string bluesky_scopes() {
  return std::string(narrow_scope) + std::string(broad_scope).substr(std::string("atproto").size());
}

BlueskySignIn::BlueskySignIn(BlueskySignInPlan plan, const Clock& clock, Random& random)
    : plan_(std::move(plan)), clock_(clock), random_(random), scope_(narrow_scope) {
  if (plan_.plc_directory.empty()) plan_.plc_directory = public_directory;
}

bool BlueskySignIn::is_local() const {
  return plan_.allow_private_addresses ||
         (plan_.server.starts_with("http://") && is_safe_origin(plan_.server));
}

Result<SignInStep> BlueskySignIn::ask_for(Stage stage, std::string url) {
  Request request;
  request.url = std::move(url);
  request.headers = {{"Accept", "application/json"}};
  request.max_response_bytes = max_answer_bytes;
  request.public_only = !is_local();
  request.timeout = std::chrono::seconds{15};
  stage_ = stage;
  return SignInStep(Ask{std::move(request)});
}

Result<SignInStep> BlueskySignIn::begin() {
  CRIER_ENSURE(stage_ == Stage::fresh, "a sign-in begins once");
  if (plan_.handle.starts_with('@')) plan_.handle.erase(0, 1);
  if (!is_handle(plan_.handle)) {
    return fail(ErrorKind::invalid,
                "“{}” is no Bluesky name: write it like handle = \"council.example.gov.uk\"",
                printable(excerpt(plan_.handle)));
  }
  if (!plan_.server.empty()) plan_.server = origin_of(plan_.server);
  if (is_reserved_name(plan_.handle)) return ask_resolver();
  return ask_for(Stage::well_known,
                 "https://" + ascii_lower(plan_.handle) + "/.well-known/atproto-did");
}

Result<SignInStep> BlueskySignIn::look_up_txt() {
  stage_ = Stage::txt;
  return SignInStep(LookUp{"_atproto." + ascii_lower(plan_.handle)});
}

Result<SignInStep> BlueskySignIn::ask_resolver() {
  const std::string at = plan_.server.empty() ? public_resolver : plan_.server;
  return ask_for(Stage::resolver, at + "/xrpc/com.atproto.identity.resolveHandle?handle=" +
                                      percent_encode(ascii_lower(plan_.handle)));
}

Result<SignInStep> BlueskySignIn::take_did(const std::string& did) {
  auto url = did_document_url(did, plan_.plc_directory);
  if (!url) return Failure(url.error());
  credentials_.account_id = did;
  return ask_for(Stage::document, *std::move(url));
}

Result<SignInStep> BlueskySignIn::unanswered(const Error& why) {
  const Stage stage = std::exchange(stage_, Stage::over);
  // A website that does not answer has no say; its name may be in the DNS.
  if (stage == Stage::well_known) return look_up_txt();
  return Failure(why);
}

Result<SignInStep> BlueskySignIn::answered(const Response& response, SysTime now) {
  const Stage stage = std::exchange(stage_, Stage::over);
  switch (stage) {
    case Stage::well_known: {
      const std::string did =
          response.status == 200 ? did_of_well_known(response.body) : std::string();
      return did.empty() ? look_up_txt() : take_did(did);
    }
    case Stage::resolver: {
      const auto object = response.status == 200 ? parse_object(response.body) : std::nullopt;
      if (object) return take_did(text_of(*object, "did"));
      if (response.status == 400 || response.status == 404) {
        return fail(ErrorKind::invalid,
                    "nobody knows an account @{}: check the account's handle in feeds.toml",
                    plan_.handle);
      }
      return unexpected(response, now, "looking the name up");
    }
    case Stage::document: return take_document(response);
    case Stage::session: return take_session_answer(response, now);
    case Stage::resource: {
      if (response.status != 200)
        return unexpected(response, now, "asking the account's server how to sign in");
      auto server = read_protected_resource(response.body, credentials_.server);
      if (!server) return Failure(server.error());
      credentials_.issuer = *std::move(server);
      return ask_for(Stage::metadata,
                     credentials_.issuer + "/.well-known/oauth-authorization-server");
    }
    case Stage::metadata: return take_metadata(response);
    case Stage::pushing: return take_push(response, now);
    case Stage::exchanging: return take_token(response, now);
    case Stage::fresh:
    case Stage::txt:
    case Stage::prompting:
    case Stage::browsing:
    case Stage::over: break;
  }
  return fail(ErrorKind::rejected, "this sign-in was not waiting for an answer of the server");
}

Result<SignInStep> BlueskySignIn::told(std::string_view text) {
  if (stage_ == Stage::txt) {
    const std::string did = did_of_txt(text);
    return did.empty() ? ask_resolver() : take_did(did);
  }
  if (stage_ != Stage::prompting) {
    return fail(ErrorKind::rejected, "this sign-in had asked nothing");
  }
  text = trimmed(text);
  if (text.empty() || text.size() > 256 || !is_visible_ascii(text)) {
    return fail(ErrorKind::invalid, "that is no app password: it looks like abcd-efgh-ijkl-mnop");
  }
  credentials_.password = Secret(std::string(text));
  stage_ = Stage::session;
  Request request =
      create_session_request(credentials_.server, credentials_.account_id, credentials_.password);
  request.public_only = !is_local();
  return SignInStep(Ask{std::move(request)});
}

Result<SignInStep> BlueskySignIn::take_document(const Response& response) {
  if (response.status != 200) return unexpected(response, clock_.now(), "looking the account up");
  auto document = read_did_document(response.body, credentials_.account_id, plan_.handle);
  if (!document) return Failure(document.error());
  if (!plan_.server.empty() && plan_.server != document->pds) {
    return fail(ErrorKind::invalid,
                "the account @{} is at {}, and feeds.toml says {}: write server = \"{}\", or take "
                "the line out",
                plan_.handle, document->pds, plan_.server, document->pds);
  }
  credentials_.server = document->pds;
  credentials_.handle = "@" + ascii_lower(plan_.handle);
  if (plan_.method == BlueskySignInPlan::Method::app_password) {
    stage_ = Stage::prompting;
    return SignInStep(Prompt{"App password", true});
  }
  return ask_for(Stage::resource, credentials_.server + "/.well-known/oauth-protected-resource");
}

Result<SignInStep> BlueskySignIn::take_session_answer(const Response& response, SysTime now) {
  Credentials session = credentials_;
  session.kind = "session";
  session.signed_in_at = now;
  Request sent;
  sent.url = create_session_request(session.server, {}, {}).url;
  auto taken = SessionAuthorizer().absorb(std::move(session), sent, response, now);
  if (!taken) return Failure(taken.error());
  return SignInStep(SignedIn{*std::move(taken)});
}

Result<SignInStep> BlueskySignIn::take_metadata(const Response& response) {
  auto discovered =
      response.status == 200
          ? read_discovery(response.body, credentials_.issuer)
          : Result<Provider>(unexpected(response, clock_.now(), "asking how to sign in"));
  if (!discovered) return Failure(discovered.error());
  provider_ = *std::move(discovered);
  if (provider_.par_endpoint.empty()) {
    return fail(ErrorKind::rejected,
                "{} offers no sign-in that crier knows (PAR): use --method app-password",
                credentials_.issuer);
  }
  credentials_.kind = "dpop";
  credentials_.dpop_key = make_p256_key();
  credentials_.client_key = plan_.client_key;
  state_ = make_state(random_);
  pkce_ = make_pkce(random_);
  return push(clock_.now());
}

Result<Request> BlueskySignIn::signed_form(const std::string& endpoint, FormFields fields,
                                           SysTime now) {
  if (!plan_.client_key.empty()) {
    const auto assertion = client_assertion(plan_.client_key, credentials_.client_id,
                                            credentials_.issuer, now, random_);
    if (!assertion) return fail(ErrorKind::invalid, "the client's key is damaged");
    fields.emplace_back("client_assertion_type",
                        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    fields.emplace_back("client_assertion", *assertion);
  }
  Request request = client_request(endpoint, {credentials_.client_id, {}, {}}, std::move(fields));
  const auto proof =
      dpop_proof(credentials_.dpop_key, {request.method, request.url, nonce_, {}}, now, random_);
  CRIER_ENSURE(proof.has_value(), "a key that was just made signs");
  set_header(request, "DPoP", *proof);
  request.public_only = !is_local();
  return request;
}

/// Says whether a request is to be sent again with the nonce that came; once each.
bool BlueskySignIn::takes_nonce(const Response& response) {
  if (const std::string nonce = dpop_nonce(response); !nonce.empty()) nonce_ = nonce;
  return wants_dpop_nonce(response) && !std::exchange(asked_again_, true);
}

Result<SignInStep> BlueskySignIn::push(SysTime now) {
  credentials_.client_id = plan_.client_id.empty() ? loopback_client_id(scope_) : plan_.client_id;
  auto request = signed_form(provider_.par_endpoint,
                             {{"response_type", "code"},
                              {"redirect_uri", plan_.redirect_uri},
                              {"scope", scope_},
                              {"state", state_},
                              {"code_challenge", pkce_.challenge},
                              {"code_challenge_method", "S256"},
                              {"login_hint", plan_.handle}},
                             now);
  if (!request) return Failure(request.error());
  stage_ = Stage::pushing;
  return SignInStep(Ask{*std::move(request)});
}

Result<SignInStep> BlueskySignIn::take_push(const Response& response, SysTime now) {
  if (takes_nonce(response)) return push(now);
  asked_again_ = false;
  const auto object = parse_object(response.body);
  const std::string uri = object ? text_of(*object, "request_uri") : std::string();
  if (response.status < 200 || response.status >= 300 || !is_visible_ascii(uri)) {
    const bool is_about_scope = object && text_of(*object, "error") == "invalid_scope";
    if (is_about_scope && scope_ != broad_scope) {
      scope_ = broad_scope;
      return push(now);
    }
    if (const auto complaint = clock_complaint(response, now)) {
      return fail(ErrorKind::unauthorized, "{}", *complaint);
    }
    if (object && !plan_.client_id.empty() &&
        text_of(*object, "error").starts_with("invalid_client")) {
      return fail(ErrorKind::invalid,
                  "{} does not take the client at {}: the files that crier auth client-metadata "
                  "wrote must be there, unchanged, without a redirect",
                  credentials_.issuer, plan_.client_id);
    }
    return unexpected(response, now, "announcing the sign-in");
  }
  stage_ = Stage::browsing;
  return SignInStep(Browse{provider_.authorization_endpoint +
                           "?client_id=" + percent_encode(credentials_.client_id) +
                           "&request_uri=" + percent_encode(uri)});
}

bool BlueskySignIn::is_expected(std::string_view target) const {
  if (stage_ != Stage::browsing) return false;
  const auto answer = read_redirect(target);
  return answer && answer->state && equal_in_constant_time(*answer->state, state_);
}

Result<SignInStep> BlueskySignIn::redirected(std::string_view text) {
  if (stage_ != Stage::browsing) {
    return fail(ErrorKind::rejected, "this sign-in has had its answer already: start again");
  }
  const auto answer = read_redirect(trimmed(text));
  if (!answer) return Failure(answer.error());
  auto code = accept_redirect(*answer, {state_, false, credentials_.issuer, true});
  if (!code) {
    if (code.error().kind != ErrorKind::invalid) stage_ = Stage::over;
    return Failure(code.error());
  }
  state_.clear();
  code_ = *std::move(code);
  return exchange(clock_.now());
}

Result<SignInStep> BlueskySignIn::exchange(SysTime now) {
  auto request = signed_form(provider_.token_endpoint,
                             {{"grant_type", "authorization_code"},
                              {"code", code_.reveal()},
                              {"redirect_uri", plan_.redirect_uri},
                              {"code_verifier", pkce_.verifier.reveal()}},
                             now);
  if (!request) return Failure(request.error());
  stage_ = Stage::exchanging;
  return SignInStep(Ask{*std::move(request)});
}

Result<SignInStep> BlueskySignIn::take_token(const Response& response, SysTime now) {
  if (takes_nonce(response)) return exchange(now);
  auto answer = read_token_answer(response, now, "DPoP");
  if (!answer) {
    if (const auto complaint = clock_complaint(response, now)) {
      return fail(ErrorKind::unauthorized, "{}", *complaint);
    }
    return fail(std::move(answer).error(),
                "its code is good once and for a short time: start again");
  }
  if (answer->subject != credentials_.account_id) {
    return fail(ErrorKind::rejected,
                "somebody else signed in: the account of @{} was asked for, and the server let in "
                "another one. Sign out of Bluesky in the browser, then start again",
                plan_.handle);
  }
  credentials_.scope = answer->scope.value_or(scope_);
  if (!has_word(credentials_.scope, "atproto")) {
    return fail(
        ErrorKind::rejected,
        "the server let crier in but not post: start again and allow all that is asked for");
  }
  credentials_.access_token = answer->access_token;
  credentials_.refresh_token = answer->refresh_token;
  credentials_.obtained_at = credentials_.signed_in_at = now;
  if (answer->expires_in) credentials_.expires_at = now + *answer->expires_in;
  credentials_.token_endpoint = provider_.token_endpoint;
  credentials_.revocation_endpoint = provider_.revocation_endpoint;
  credentials_.app_redirect_uri = plan_.redirect_uri;
  credentials_.ends_at = dpop_ends_at(credentials_, now);
  return SignInStep(SignedIn{credentials_});
}

}  // namespace crier
