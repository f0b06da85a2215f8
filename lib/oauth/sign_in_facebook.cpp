#include "oauth/sign_in_facebook.h"

#include <algorithm>
#include <charconv>

#include "core/url.h"
#include "core/utf8.h"
#include "oauth/authorizer.h"
#include "oauth/crypto.h"
#include "oauth/facebook_refusal.h"
#include "oauth/json_text.h"

namespace crier {
namespace {

using nlohmann::json;

constexpr std::size_t max_answer_bytes = 1U << 20;
constexpr std::size_t max_typed_bytes = 4096;
/// Of all lists together: a portfolio may have many Pages, and a server may have no end.
constexpr int most_lists = 60;
constexpr const char* scopes =
    "pages_show_list,pages_manage_posts,pages_read_engagement,business_management";
constexpr const char* accounts = "/me/accounts";
constexpr const char* businesses = "/me/businesses";

/// The consent page is on another host than the API, except where a test stands in for both.
std::string consent_page(const std::string& server, const std::string& version) {
  const std::string host =
      server == "https://graph.facebook.com" ? "https://www.facebook.com" : server;
  return host + "/" + percent_encode(version) + "/dialog/oauth";
}

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 40 &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::vector<Prompt> prompts_of(FacebookSignInPlan::Method method) {
  if (method == FacebookSignInPlan::Method::oauth) return {{"App ID", false}, {"App secret", true}};
  return {{"Page access token", true},
          {"App ID of the app that it is from (nothing, if it is not known)", false},
          {"App secret (nothing, if it is not known)", true}};
}

bool may_post_by(const json& page) {
  // Where no tasks are told, nobody can know before a post is tried.
  if (!page.contains("tasks")) return true;
  const auto tasks = texts_of(page, "tasks");
  return std::ranges::any_of(
      tasks, [](const std::string& task) { return task == "CREATE_CONTENT" || task == "MANAGE"; });
}

std::string cursor_in(const json& answer) {
  const auto paging = answer.find("paging");
  if (paging == answer.end() || !paging->is_object()) return {};
  if (text_of(*paging, "next").empty()) return {};
  const auto cursors = paging->find("cursors");
  return cursors != paging->end() && cursors->is_object() ? text_of(*cursors, "after")
                                                          : std::string();
}

}  // namespace

FacebookSignIn::FacebookSignIn(FacebookSignInPlan plan, const Clock& clock, Random& random)
    : plan_(std::move(plan)), clock_(clock), random_(random) {}

Request FacebookSignIn::get(const std::string& path, const FormFields& fields) const {
  Request request;
  request.url = plan_.server + "/" + percent_encode(plan_.version) + path;
  if (!fields.empty()) request.url += "?" + form_encode(fields);
  request.headers = {{"Accept", "application/json"}};
  request.max_response_bytes = max_answer_bytes;
  return request;
}

Result<SignInStep> FacebookSignIn::ask_signed(const std::string& path, const FormFields& fields,
                                              Stage stage) {
  auto ready = KindAuthorizer().sign(get(path, fields), credentials_, clock_.now(), random_);
  if (!ready) return Failure(ready.error());
  stage_ = stage;
  return SignInStep(Ask{*std::move(ready)});
}

Result<SignInStep> FacebookSignIn::begin() {
  CRIER_ENSURE(stage_ == Stage::fresh, "a sign-in begins once");
  plan_.server = origin_of(plan_.server);
  if (!is_safe_origin(plan_.server)) {
    return fail(ErrorKind::invalid, "the account's `server` must be an https address to sign in");
  }
  credentials_.kind = "graph";
  credentials_.server = plan_.server;
  const Credentials& kept = plan_.kept;
  const bool has_app = kept.kind == "graph" && !kept.client_id.empty() &&
                       !kept.client_secret.empty() && origin_of(kept.server) == plan_.server;
  // A token that is pasted may be from another app than the last one.
  if (has_app && plan_.method == FacebookSignInPlan::Method::oauth) {
    answers_ = {kept.client_id, kept.client_secret.reveal()};
    return use_answers();
  }
  stage_ = Stage::prompting;
  return prompt_next();
}

Result<SignInStep> FacebookSignIn::prompt_next() {
  const auto prompts = prompts_of(plan_.method);
  const bool has_no_app = answers_.size() == 2 && answers_[1].empty();
  if (answers_.size() < prompts.size() && !has_no_app) return SignInStep(prompts[answers_.size()]);
  return use_answers();
}

Result<SignInStep> FacebookSignIn::told(std::string_view text) {
  text = trimmed(text);
  if (stage_ == Stage::choosing) {
    std::size_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_number = read.ec == std::errc() && read.ptr == text.data() + text.size();
    if (is_number && number >= 1 && number <= pages_.size()) {
      const Page page = pages_[number - 1];
      return use_page(page);
    }
    return fail(ErrorKind::invalid, "that is none of them: type a number from 1 to {}",
                pages_.size());
  }
  if (stage_ != Stage::prompting) {
    return fail(ErrorKind::rejected, "this sign-in had asked nothing");
  }
  const bool is_token = plan_.method == FacebookSignInPlan::Method::token;
  const bool is_app_id = answers_.size() == (is_token ? 1U : 0U);
  const bool may_be_empty = is_token && !answers_.empty();
  if (!(text.empty() && may_be_empty)) {
    if (text.size() > max_typed_bytes || !is_visible_ascii(text)) {
      return fail(ErrorKind::invalid, "that is not what Facebook shows: copy it again, all of it");
    }
    if (is_app_id && !is_id(text)) {
      return fail(ErrorKind::invalid, "an App ID has digits only: it stands above the app's name");
    }
  }
  answers_.emplace_back(text);
  return prompt_next();
}

Result<SignInStep> FacebookSignIn::use_answers() {
  if (plan_.method == FacebookSignInPlan::Method::oauth) {
    credentials_.client_id = answers_[0];
    credentials_.client_secret = Secret(answers_[1]);
    return browse();
  }
  credentials_.access_token = Secret(answers_[0]);
  if (answers_.size() == 3 && !answers_[2].empty()) {
    credentials_.client_id = answers_[1];
    credentials_.client_secret = Secret(answers_[2]);
  }
  return verify();
}

Result<SignInStep> FacebookSignIn::browse() {
  state_ = make_state(random_);
  stage_ = Stage::browsing;
  const FormFields fields = {{"client_id", credentials_.client_id},
                             {"redirect_uri", plan_.redirect_uri},
                             {"state", state_},
                             {"scope", scopes},
                             {"response_type", "code"}};
  return SignInStep(Browse{consent_page(plan_.server, plan_.version) + "?" + form_encode(fields)});
}

bool FacebookSignIn::is_expected(std::string_view target) const {
  if (stage_ != Stage::browsing) return false;
  const auto answer = read_redirect(target);
  return answer && answer->state && equal_in_constant_time(*answer->state, state_);
}

Result<SignInStep> FacebookSignIn::redirected(std::string_view text) {
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
  return SignInStep(
      Ask{get("/oauth/access_token", {{"client_id", credentials_.client_id},
                                      {"redirect_uri", plan_.redirect_uri},
                                      {"client_secret", credentials_.client_secret.reveal()},
                                      {"code", code->reveal()}})});
}

Result<SignInStep> FacebookSignIn::answered(const Response& response, SysTime now) {
  const Stage stage = stage_;
  stage_ = Stage::over;
  switch (stage) {
    case Stage::exchanging:
    case Stage::extending: stage_ = stage; return take_person_token(response, now);
    case Stage::listing: return take_list(&response, now);
    case Stage::verifying: return take_identity(response, now);
    case Stage::inspecting: return take_inspection(response, now);
    case Stage::fresh:
    case Stage::prompting:
    case Stage::browsing:
    case Stage::choosing:
    case Stage::over: break;
  }
  return fail(ErrorKind::rejected, "this sign-in was not waiting for an answer of the server");
}

/// What is only good to know stops nothing.
Result<SignInStep> FacebookSignIn::unanswered(const Error& why) {
  const Stage stage = std::exchange(stage_, Stage::over);
  if (stage == Stage::inspecting) return finish();
  if (stage == Stage::listing && lists_.front().path != accounts) return take_list(nullptr, {});
  return Failure(why);
}

Result<SignInStep> FacebookSignIn::take_person_token(const Response& response, SysTime now) {
  const bool is_first = std::exchange(stage_, Stage::over) == Stage::exchanging;
  const auto object = response.status == 200 ? parse_object(response.body) : std::nullopt;
  const std::string token = object ? text_of(*object, "access_token") : std::string();
  if (!is_visible_ascii(token)) {
    return is_first ? facebook_refusal(response, now, "giving Facebook the code",
                                       advice_on_facebook_code(response))
                    : facebook_refusal(response, now, "asking Facebook for a token that lasts",
                                       "Check the App secret, and start again");
  }
  credentials_.access_token = Secret(token);
  if (is_first) {
    stage_ = Stage::extending;
    return SignInStep(
        Ask{get("/oauth/access_token", {{"grant_type", "fb_exchange_token"},
                                        {"client_id", credentials_.client_id},
                                        {"client_secret", credentials_.client_secret.reveal()},
                                        {"fb_exchange_token", token}})});
  }
  credentials_.app_redirect_uri = plan_.redirect_uri;
  lists_ = {{accounts, {}}, {businesses, {}}};
  return list_next();
}

Result<SignInStep> FacebookSignIn::list_next() {
  if (lists_.empty() || ++lists_asked_ > most_lists) return choose();
  const List& list = lists_.front();
  // `tasks` are a person's on a Page, and told only in the person's own list.
  const char* const fields = list.path == accounts     ? "id,name,username,access_token,tasks"
                             : list.path == businesses ? "id,name"
                                                       : "id,name,username,access_token";
  FormFields query{{"fields", fields}, {"limit", "100"}};
  if (!list.after.empty()) query.emplace_back("after", list.after);
  return ask_signed(list.path, query, Stage::listing);
}

/// `response` null: there was none. Lists of businesses are asked for in addition, and what is
/// wrong with them is no matter.
Result<SignInStep> FacebookSignIn::take_list(const Response* response, SysTime now) {
  const List list = lists_.front();
  lists_.pop_front();
  const auto object =
      response != nullptr && response->status == 200 ? parse_object(response->body) : std::nullopt;
  const bool is_list = object && object->contains("data") && object->at("data").is_array();
  if (!is_list) {
    if (list.path != accounts) return list_next();
    return facebook_refusal(*response, now, "asking Facebook for the Pages",
                            "Start again, and allow all that is asked for");
  }
  if (const std::string after = cursor_in(*object); !after.empty()) {
    lists_.push_front({list.path, after});
  }
  if (list.path != businesses) {
    take_pages(response->body);
    return list_next();
  }
  for (const json& entry : object->at("data")) {
    const std::string id = entry.is_object() ? text_of(entry, "id") : std::string();
    if (!is_id(id)) continue;
    lists_.push_back({"/" + id + "/owned_pages", {}});
    lists_.push_back({"/" + id + "/client_pages", {}});
  }
  return list_next();
}

void FacebookSignIn::take_pages(const std::string& body) {
  const auto object = parse_object(body);
  for (const json& entry : object->at("data")) {
    if (!entry.is_object()) continue;
    Page page{text_of(entry, "id"), redacted_excerpt(credentials_, text_of(entry, "name")),
              text_of(entry, "username"), Secret(text_of(entry, "access_token")),
              may_post_by(entry)};
    const bool is_known = std::ranges::find(pages_, page.id, &Page::id) != pages_.end();
    if (!is_id(page.id) || is_known) continue;
    if (!is_visible_ascii(page.token.reveal())) page.may_post = false;
    if (page.name.empty()) page.name = page.id;
    pages_.push_back(std::move(page));
  }
}

bool FacebookSignIn::is_wanted(const Page& page) const {
  return plan_.page.empty() || page.id == plan_.page || ascii_iequals(page.name, plan_.page) ||
         (!page.username.empty() && ascii_iequals(page.username, plan_.page));
}

Result<SignInStep> FacebookSignIn::choose() {
  if (pages_.empty()) {
    return fail(
        ErrorKind::unauthorized,
        "Facebook shows no Page to this person. Start again and tick the Page when "
        "Facebook asks which; the person who signs in must be able to create content on it");
  }
  std::vector<std::string> names;
  for (const Page& page : pages_) {
    names.push_back(fmt::format("{} ({}){}", page.name, page.id,
                                page.may_post ? "" : ": this person may not post there"));
  }
  if (!plan_.page.empty()) {
    const auto found =
        std::ranges::find_if(pages_, [&](const Page& page) { return is_wanted(page); });
    if (found != pages_.end()) {
      const Page page = *found;
      return use_page(page);
    }
    if (names.size() > 5) names.resize(5);
    return fail(ErrorKind::invalid,
                "feeds.toml has page = \"{}\", and Facebook shows this person none of that name; "
                "it shows: {}",
                excerpt(plan_.page), excerpt(fmt::format("{}", fmt::join(names, ", "))));
  }
  if (pages_.size() == 1) {
    const Page page = pages_.front();
    return use_page(page);
  }
  stage_ = Stage::choosing;
  return SignInStep(Prompt{"Which Page is crier to post to (its number)", false, names});
}

Result<SignInStep> FacebookSignIn::use_page(const Page& page) {
  stage_ = Stage::over;
  if (!page.may_post) {
    return fail(ErrorKind::unauthorized,
                "Facebook does not let this person post to the Page “{}”: somebody with full "
                "control of the Page must give them the task “Content”, or sign in themselves",
                page.name);
  }
  credentials_.access_token = page.token;
  credentials_.account_id = page.id;
  return verify();
}

/// Asks whose token it is. Only a Page has a category: of a person's token Facebook refuses it.
Result<SignInStep> FacebookSignIn::verify() {
  return ask_signed("/me", {{"fields", "id,name,username,category"}}, Stage::verifying);
}

Result<SignInStep> FacebookSignIn::take_identity(const Response& response, SysTime now) {
  const bool is_token = plan_.method == FacebookSignInPlan::Method::token;
  const auto object = response.status == 200 ? parse_object(response.body) : std::nullopt;
  const std::string id = object ? text_of(*object, "id") : std::string();
  if (!is_id(id)) {
    if (facebook_code(response) == 100 && is_token) {
      return facebook_refusal(
          response, now, "asking Facebook whose token it is",
          "Either it is a person's token: in the Graph API Explorer choose the Page "
          "under “User or Page”, and copy that one; or the App secret is another app's");
    }
    return facebook_refusal(
        response, now, "asking Facebook whose token it is",
        is_token ? "Copy the Page's token again, all of it; it may have ended already"
                 : "Start again");
  }
  const Page page{id,
                  redacted_excerpt(credentials_, text_of(*object, "name")),
                  text_of(*object, "username"),
                  {},
                  true};
  if (is_token && !is_wanted(page)) {
    return fail(ErrorKind::rejected,
                "this token is for the Page “{}” ({}), and feeds.toml has page = \"{}\"", page.name,
                id, excerpt(plan_.page));
  }
  if (!is_token && id != credentials_.account_id) {
    return fail(ErrorKind::rejected, "Facebook gave the token of another Page: start again");
  }
  credentials_.account_id = id;
  credentials_.handle = page.name.empty() ? id : page.name;
  credentials_.obtained_at = credentials_.signed_in_at = now;
  std::string granted = scopes;
  std::ranges::replace(granted, ',', ' ');
  if (!is_token) credentials_.scope = granted;
  return inspect();
}

/// How long it lasts. Without the app's secret Facebook may not tell: then it is not known.
Result<SignInStep> FacebookSignIn::inspect() {
  return ask_signed("/debug_token", {}, Stage::inspecting);
}

Result<SignInStep> FacebookSignIn::take_inspection(const Response& response, SysTime /*now*/) {
  const auto object = response.status == 200 ? parse_object(response.body) : std::nullopt;
  const auto data = object && object->contains("data") ? object->at("data") : json();
  if (!data.is_object()) return finish();
  const auto valid = data.find("is_valid");
  if (valid != data.end() && valid->is_boolean() && !valid->get<bool>()) {
    return fail(ErrorKind::unauthorized, "Facebook says that this token is not valid: start again");
  }
  if (text_of(data, "type") == "USER") {
    return fail(ErrorKind::rejected,
                "that is a person's token: in the Graph API Explorer choose the Page under “User "
                "or Page”, and copy that one");
  }
  const auto time_in = [&](const char* name) -> std::optional<SysTime> {
    const auto found = data.find(name);
    if (found == data.end() || !found->is_number_integer()) return std::nullopt;
    const auto at = found->get<std::int64_t>();
    if (at <= 0 || at > 99'999'999'999) return std::nullopt;
    return SysTime{std::chrono::seconds{at}};
  };
  credentials_.expires_at = time_in("expires_at");
  credentials_.ends_at = credentials_.expires_at;
  if (const auto at = time_in("data_access_expires_at")) {
    credentials_.ends_at = std::min(credentials_.ends_at.value_or(*at), *at);
  }
  const auto granted = texts_of(data, "scopes");
  if (!granted.empty()) {
    if (std::ranges::find(granted, "pages_manage_posts") == granted.end()) {
      return fail(ErrorKind::rejected,
                  "Facebook let crier in but not post (pages_manage_posts is missing): start again "
                  "and allow all that is asked for");
    }
    credentials_.scope = redacted_excerpt(credentials_, fmt::format("{}", fmt::join(granted, " ")));
  }
  return finish();
}

Result<SignInStep> FacebookSignIn::finish() {
  stage_ = Stage::over;
  return SignInStep(SignedIn{credentials_});
}

}  // namespace crier
