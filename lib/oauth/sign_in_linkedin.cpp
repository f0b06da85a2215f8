#include "oauth/sign_in_linkedin.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/url.h"
#include "core/utf8.h"
#include "oauth/authorizer.h"
#include "oauth/crypto.h"
#include "oauth/given_token.h"
#include "oauth/json_text.h"
#include "oauth/oauth2.h"

namespace crier {
namespace {

constexpr std::size_t max_answer_bytes = 256U << 10;
constexpr std::size_t max_typed_bytes = 8U << 10;
constexpr std::size_t most_pages = 20;
constexpr std::chrono::days token_lasts{60};
/// To post, to read back whether the post is whole, and to find the Page.
constexpr const char* scopes = "w_organization_social r_organization_social rw_organization_admin";
/// Who may post for a Page. The second has two names in LinkedIn's documents.
constexpr std::array<std::string_view, 3> roles{"ADMINISTRATOR", "CONTENT_ADMINISTRATOR",
                                                "CONTENT_ADMIN"};

/// Consent and tokens are on another host than the API, except where a test stands in for both.
std::string issuer_for(const std::string& server) {
  return server == "https://api.linkedin.com" ? "https://www.linkedin.com" : server;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 32 &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string number_of(std::string_view organization) {
  constexpr std::string_view prefix = "urn:li:organization:";
  if (organization.starts_with(prefix)) organization.remove_prefix(prefix.size());
  return is_number(organization) ? std::string(organization) : std::string();
}

/// How long a refresh token lasts: a year from the first sign-in, however often it is used.
std::optional<std::chrono::seconds> refresh_lasts(const Response& response) {
  const auto object = parse_object(response.body);
  if (!object) return std::nullopt;
  const auto found = object->find("refresh_token_expires_in");
  if (found == object->end() || !found->is_number_integer()) return std::nullopt;
  return std::chrono::seconds{std::clamp<std::int64_t>(found->get<std::int64_t>(), 0, 315'360'000)};
}

/// Why LinkedIn let nobody in. Its own words may hold what it was sent, so they are not repeated.
Failure refusal(const Response& response, SysTime now, std::string_view doing,
                std::string_view advice) {
  auto error = classify(response, now).value_or(Error{ErrorKind::rejected, "the answer is none"});
  if (error.kind == ErrorKind::unavailable || error.kind == ErrorKind::throttled) {
    error.message = fmt::format("LinkedIn answered {}", response.status);
    return fail(std::move(error), "{}", doing);
  }
  return fail(ErrorKind::unauthorized, "{}: LinkedIn refused it ({}). {}", doing, response.status,
              advice);
}

}  // namespace

LinkedinSignIn::LinkedinSignIn(LinkedinSignInPlan plan, const Clock& clock, Random& random)
    : plan_(std::move(plan)), clock_(clock), random_(random) {}

Result<SignInStep> LinkedinSignIn::begin() {
  CRIER_ENSURE(stage_ == Stage::fresh, "a sign-in begins once");
  plan_.server = origin_of(plan_.server);
  if (!is_safe_origin(plan_.server)) {
    return fail(ErrorKind::invalid, "the account's `server` must be an https address to sign in");
  }
  credentials_.server = plan_.server;
  credentials_.upload_server = linkedin_upload_server(plan_.server);
  if (plan_.method == LinkedinSignInPlan::Method::token) {
    stage_ = Stage::prompting;
    return SignInStep(Prompt{"Token", true});
  }
  const Credentials& kept = plan_.kept;
  if (!kept.client_id.empty() && !kept.client_secret.empty() &&
      origin_of(kept.server) == plan_.server) {
    typed_ = {kept.client_id, kept.client_secret.reveal()};
    return browse();
  }
  stage_ = Stage::prompting;
  return SignInStep(Prompt{"Client ID", false});
}

Result<SignInStep> LinkedinSignIn::told(std::string_view text) {
  text = trimmed(text);
  if (stage_ == Stage::prompting) return take_typed(text);
  if (stage_ == Stage::choosing) return take_choice(text);
  if (stage_ == Stage::numbering) {
    const std::string number = number_of(text);
    if (number.empty()) {
      return fail(ErrorKind::invalid,
                  "that is no number: it stands in linkedin.com/company/NUMBER");
    }
    return finish({number, {}});
  }
  return fail(ErrorKind::rejected, "this sign-in had asked nothing");
}

Result<SignInStep> LinkedinSignIn::take_typed(std::string_view text) {
  if (text.size() > max_typed_bytes || !is_visible_ascii(text)) {
    return fail(ErrorKind::invalid,
                "that is not what LinkedIn shows: copy it again, without spaces");
  }
  if (plan_.method == LinkedinSignInPlan::Method::token) {
    const SysTime now = clock_.now();
    credentials_.access_token = Secret(std::string(text));
    credentials_.obtained_at = credentials_.signed_in_at = now;
    credentials_.expires_at = credentials_.ends_at = now + token_lasts;
    return list_next();
  }
  typed_.emplace_back(text);
  if (typed_.size() == 1) return SignInStep(Prompt{"Client secret", true});
  return browse();
}

Result<SignInStep> LinkedinSignIn::browse() {
  credentials_.issuer = issuer_for(plan_.server);
  credentials_.client_id = typed_[0];
  credentials_.client_secret = Secret(typed_[1]);
  credentials_.client_auth = "post";
  credentials_.app_redirect_uri = plan_.redirect_uri;
  state_ = make_state(random_);
  stage_ = Stage::browsing;
  // Without a PKCE challenge: LinkedIn takes one only of apps that it has let use it.
  return SignInStep(Browse{credentials_.issuer + "/oauth/v2/authorization?" +
                           form_encode(FormFields{{"response_type", "code"},
                                                  {"client_id", credentials_.client_id},
                                                  {"redirect_uri", plan_.redirect_uri},
                                                  {"state", state_},
                                                  {"scope", scopes}})});
}

bool LinkedinSignIn::is_expected(std::string_view target) const {
  if (stage_ != Stage::browsing) return false;
  const auto answer = read_redirect(target);
  return answer && answer->state && equal_in_constant_time(*answer->state, state_);
}

Result<SignInStep> LinkedinSignIn::redirected(std::string_view text) {
  if (stage_ != Stage::browsing) {
    return fail(ErrorKind::rejected, "this sign-in has had its answer already: start again");
  }
  const auto answer = read_redirect(trimmed(text));
  if (!answer) return Failure(answer.error());
  const auto code = accept_redirect(*answer, {.state = state_, .known = credentials_});
  if (!code) {
    if (code.error().kind != ErrorKind::invalid) stage_ = Stage::over;
    return Failure(code.error());
  }
  state_.clear();
  stage_ = Stage::exchanging;
  credentials_.token_endpoint = credentials_.issuer + "/oauth/v2/accessToken";
  return SignInStep(
      Ask{client_request(credentials_.token_endpoint,
                         {credentials_.client_id, credentials_.client_secret, ClientAuth::post},
                         {{"grant_type", "authorization_code"},
                          {"code", code->reveal()},
                          {"redirect_uri", plan_.redirect_uri}})});
}

Result<SignInStep> LinkedinSignIn::answered(const Response& response, SysTime now) {
  const Stage stage = std::exchange(stage_, Stage::over);
  switch (stage) {
    case Stage::exchanging: return take_token(response, now);
    case Stage::listing: return take_list(response, now);
    case Stage::naming: return take_name(response);
    case Stage::fresh:
    case Stage::prompting:
    case Stage::browsing:
    case Stage::choosing:
    case Stage::numbering:
    case Stage::over: break;
  }
  return fail(ErrorKind::rejected, "this sign-in was not waiting for an answer of the server");
}

Result<SignInStep> LinkedinSignIn::take_token(const Response& response, SysTime now) {
  auto answer = read_token_answer(response, now, "");
  if (!answer) {
    return refusal(response, now, "asking LinkedIn for a token",
                   "Check the client ID and secret, and that the app has exactly this redirect "
                   "address: " +
                       plan_.redirect_uri);
  }
  credentials_.access_token = answer->access_token;
  credentials_.refresh_token = answer->refresh_token;
  credentials_.scope = answer->scope.value_or(scopes);
  // With commas, as LinkedIn writes them by turns.
  std::ranges::replace(credentials_.scope, ',', ' ');
  credentials_.obtained_at = credentials_.signed_in_at = now;
  credentials_.expires_at =
      now +
      answer->expires_in.value_or(std::chrono::duration_cast<std::chrono::seconds>(token_lasts));
  credentials_.ends_at = credentials_.expires_at;
  if (!credentials_.refresh_token.empty()) {
    const auto lasts = refresh_lasts(response);
    if (lasts) credentials_.ends_at = now + *lasts;
  }
  credentials_.revocation_endpoint = credentials_.issuer + "/oauth/v2/revoke";
  if (credentials_.scope.find("w_organization_social") == std::string::npos) {
    return fail(ErrorKind::rejected,
                "LinkedIn let crier in but not post: the app needs the product Community "
                "Management API; then start again and allow all that is asked for");
  }
  return list_next();
}

Result<SignInStep> LinkedinSignIn::ask(const std::string& path, bool finds) {
  Request request;
  request.url = plan_.server + path;
  request.headers = {{"X-Restli-Protocol-Version", "2.0.0"}, {"Linkedin-Version", plan_.version}};
  if (finds) request.headers.push_back({"X-RestLi-Method", "FINDER"});
  request.max_response_bytes = max_answer_bytes;
  auto ready = KindAuthorizer().sign(std::move(request), credentials_, clock_.now(), random_);
  if (!ready) return Failure(ready.error());
  return SignInStep(Ask{*std::move(ready)});
}

Result<SignInStep> LinkedinSignIn::list_next() {
  if (asked_ == roles.size() || (asked_ == 2 && last_role_was_known_)) {
    asked_ = 0;
    return name_next();
  }
  stage_ = Stage::listing;
  return ask(
      fmt::format("/rest/organizationAcls?q=roleAssignee&role={}&state=APPROVED", roles.at(asked_)),
      true);
}

Result<SignInStep> LinkedinSignIn::take_list(const Response& response, SysTime now) {
  if (response.status == 401) {
    return refusal(response, now, "asking LinkedIn whose token it is",
                   "Copy the whole token again, or make a new one");
  }
  if (response.status == 426) {
    return fail(ErrorKind::invalid,
                "LinkedIn no longer knows version {} of its API: set `version` of the account in "
                "feeds.toml to a newer one",
                plan_.version);
  }
  if (response.status >= 500 || response.status == 429) {
    return refusal(response, now, "asking LinkedIn for the Pages", {});
  }
  const auto object = response.status == 200 ? parse_object(response.body) : std::nullopt;
  last_role_was_known_ = object.has_value();
  const auto elements = object ? object->find("elements") : nlohmann::json::const_iterator();
  if (object && elements != object->end() && elements->is_array()) {
    was_listed_ = true;
    for (const auto& entry : *elements) {
      if (!entry.is_object() || pages_.size() == most_pages) continue;
      std::string urn = text_of(entry, "organization");
      if (urn.empty()) urn = text_of(entry, "organizationTarget");
      const std::string number = number_of(urn);
      if (!number.empty() && std::ranges::find(pages_, number, &Page::number) == pages_.end()) {
        pages_.push_back({number, {}});
      }
    }
  }
  ++asked_;
  return list_next();
}

Result<SignInStep> LinkedinSignIn::name_next() {
  // Of many, only the one that the settings name.
  while (asked_ < pages_.size() && !plan_.organization.empty() &&
         pages_[asked_].number != number_of(plan_.organization)) {
    ++asked_;
  }
  if (asked_ >= pages_.size()) return choose();
  stage_ = Stage::naming;
  return ask("/rest/organizations/" + pages_[asked_].number, false);
}

/// A Page whose name is not told is known by its number.
Result<SignInStep> LinkedinSignIn::take_name(const Response& response) {
  const auto object = response.status == 200 ? parse_object(response.body) : std::nullopt;
  if (object)
    pages_[asked_].name = redacted_excerpt(credentials_, text_of(*object, "localizedName"));
  ++asked_;
  return name_next();
}

std::string LinkedinSignIn::page_shown(const Page& page) const {
  return page.name.empty() ? page.number : fmt::format("{} ({})", page.name, page.number);
}

Result<SignInStep> LinkedinSignIn::choose() {
  const std::string wanted = number_of(plan_.organization);
  if (!wanted.empty()) {
    const auto found = std::ranges::find(pages_, wanted, &Page::number);
    if (found != pages_.end()) return finish(*found);
    if (!was_listed_) return finish({wanted, {}});
    return fail(ErrorKind::unauthorized,
                "this person may not post for the Page {}: they must be its super admin or content "
                "admin. They are for {} others",
                wanted, pages_.size());
  }
  if (!was_listed_) {
    // Without rw_organization_admin LinkedIn does not tell.
    stage_ = Stage::numbering;
    return SignInStep(Prompt{"Number of the Page (linkedin.com/company/NUMBER/admin)", false});
  }
  if (pages_.empty()) {
    return fail(ErrorKind::unauthorized,
                "this person may post for no Page: make them its super admin or content admin, and "
                "start again");
  }
  if (pages_.size() == 1) return finish(pages_.front());
  stage_ = Stage::choosing;
  Prompt prompt{"Which Page", false};
  for (const Page& page : pages_) prompt.choices.push_back(page_shown(page));
  return SignInStep(std::move(prompt));
}

Result<SignInStep> LinkedinSignIn::take_choice(std::string_view text) {
  std::size_t choice = 0;
  std::from_chars(text.data(), text.data() + text.size(), choice);
  if (is_number(text) && choice >= 1 && choice <= pages_.size()) return finish(pages_[choice - 1]);
  const auto named = std::ranges::find_if(pages_, [&](const Page& page) {
    return text == page.number || (!text.empty() && ascii_iequals(text, page.name));
  });
  if (named != pages_.end()) return finish(*named);
  return fail(ErrorKind::invalid, "type a number from 1 to {}", pages_.size());
}

Result<SignInStep> LinkedinSignIn::finish(const Page& page) {
  stage_ = Stage::over;
  credentials_.account_id = page.number;
  credentials_.handle = page_shown(page);
  return SignInStep(SignedIn{credentials_});
}

}  // namespace crier
