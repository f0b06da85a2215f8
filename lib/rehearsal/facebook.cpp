#include "rehearsal/facebook.h"

#include <algorithm>

#include "core/html.h"
#include "core/utf8.h"
#include "oauth/crypto.h"
#include "oauth/oauth2.h"
#include "rehearsal/doubles.h"

namespace crier::rehearsal {
namespace facebook {
namespace {

using std::chrono::hours;

constexpr const char* app_id = "100200300400500";
constexpr const char* portfolio = "200300400500600";
constexpr std::array granted = {"pages_show_list", "pages_manage_posts", "pages_read_engagement",
                                "business_management"};

Response page_of(int status, const std::string& title, const std::string& body) {
  return respond(status,
                 "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + title +
                     "</title></head><body><h1>" + title + "</h1>" + body + "</body></html>",
                 {{"Content-Type", "text/html; charset=utf-8"}});
}

/// What a request says, in its query, a form and the plain parts of a multipart body.
Fields fields_of(const Request& request) {
  Fields fields;
  for (auto& [name, value] : read_form(query_of(request))) fields[name] = std::move(value);
  const auto type = find_header(request.headers, "Content-Type").value_or("");
  if (type.starts_with("application/x-www-form-urlencoded")) {
    for (auto& [name, value] : read_form(request.body)) fields[name] = std::move(value);
  }
  for (const Part& part : request.parts) {
    if (part.filename.empty()) fields[part.name] = part.content;
  }
  return fields;
}

/// The path without a version before it.
std::string unversioned(std::string path) {
  if (!path.starts_with("/v")) return path;
  const std::size_t end = std::min(path.find('/', 1), path.size());
  const bool is_version =
      end > 2 && path.substr(2, end - 2).find_first_not_of("0123456789.") == std::string::npos;
  if (!is_version) return path;
  path.erase(0, end);
  return path.empty() ? "/" : path;
}

}  // namespace

Response refuse(int status, int code, std::string_view words, int subcode, const char* type) {
  Json error = {{"message", std::string(words)},
                {"type", type},
                {"code", code},
                {"is_transient", false},
                {"fbtrace_id", "ArehearsalTrace0000000"}};
  if (subcode != 0) error["error_subcode"] = subcode;
  return respond_json(status, {{"error", error}});
}

std::string value_in(const Fields& fields, const std::string& name) {
  const auto found = fields.find(name);
  return found == fields.end() ? std::string() : found->second;
}

std::vector<std::string> names_in(std::string_view fields) {
  std::vector<std::string> names(1);
  int depth = 0;
  for (const char c : fields) {
    if (c == '{') ++depth;
    if (c == '}') --depth;
    if (depth > 0 || c == '}') continue;
    if (c == ',') {
      names.emplace_back();
    } else {
      names.back() += c;
    }
  }
  std::erase(names, std::string());
  return names;
}

std::string Facebook::make_text(const char* start) {
  return start + base64url(world_.random.bytes(24));
}

std::string Facebook::make_token(Token token) {
  std::string text = make_text("EAArehearsal");
  token.given = world_.clock.now();
  tokens_[text] = std::move(token);
  return text;
}

Credentials Facebook::sign_in(const Account& account) {
  const auto setting = account.settings.find("page");
  const std::string wanted = setting == account.settings.end() ? "" : setting->second;
  std::size_t page = 0;
  for (std::size_t i = 0; i < pages.size(); ++i) {
    if (wanted == pages[i].id || ascii_iequals(wanted, pages[i].name) ||
        ascii_iequals(wanted, pages[i].username)) {
      page = i;
    }
  }
  std::string& secret = secrets_[app_id];
  if (secret.empty()) secret = hex(world_.random.bytes(16));
  Credentials credentials;
  credentials.kind = "graph";
  credentials.server = world_.origin;
  credentials.client_id = app_id;
  credentials.client_secret = Secret(secret);
  credentials.access_token = Secret(make_token({app_id, page, true, false, {}}));
  for (const char* scope : granted) {
    credentials.scope += (credentials.scope.empty() ? "" : " ") + std::string(scope);
  }
  credentials.account_id = pages[page].id;
  credentials.handle = pages[page].name;
  credentials.obtained_at = credentials.signed_in_at = world_.clock.now();
  return credentials;
}

Response Facebook::answer(const Request& request) {
  const std::string path = unversioned(path_of(request));
  const Fields fields = fields_of(request);
  if (path == "/dialog/oauth") return consent(request, fields);
  if (path == "/connect/login_success.html") {
    return page_of(200, "Success", "<p>Copy the address of this page, and paste it.</p>");
  }
  if (path == "/oauth/access_token") return give_token(fields);
  if (path == "/debug_token") return inspect(fields);
  Response why;
  const Token* const token = token_of(fields, why);
  if (token == nullptr) return why;
  if (request.method == Method::get) return read(path, fields, *token);
  if (request.method == Method::post) return write(path, request, fields, *token);
  return refuse(400, 100, "Unsupported request", 33, "GraphMethodException");
}

const Facebook::Token* Facebook::token_of(const Fields& fields, Response& why) const {
  const std::string text = value_in(fields, "access_token");
  if (text.empty()) {
    why = refuse(400, 104, "An access token is required to request this resource.");
    return nullptr;
  }
  const auto found = tokens_.find(text);
  if (found == tokens_.end()) {
    why = refuse(400, 190, "Invalid OAuth access token - Cannot parse access token");
    return nullptr;
  }
  if (found->second.has_ended) {
    why = refuse(400, 190, "Error validating access token: Session has expired", 463);
    return nullptr;
  }
  const auto proof = fields.find("appsecret_proof");
  const auto secret = secrets_.find(found->second.app);
  if (proof != fields.end() && secret != secrets_.end() &&
      !equal_in_constant_time(proof->second, hex(hmac_sha256(Secret(secret->second), text)))) {
    why = refuse(400, 100, "Invalid appsecret_proof provided in the API argument", 0,
                 "GraphMethodException");
    return nullptr;
  }
  return &found->second;
}

Response Facebook::consent(const Request& request, const Fields& fields) {
  const std::string app = value_in(fields, "client_id");
  const std::string redirect = value_in(fields, "redirect_uri");
  const bool is_app = !app.empty() && app.find_first_not_of("0123456789") == std::string::npos;
  if (!is_app || !is_http_url(redirect) || value_in(fields, "response_type") != "code") {
    return page_of(400, "Sorry, something went wrong",
                   "<p>The parameters app_id and redirect_uri are required.</p>");
  }
  if (request.method == Method::get) {
    std::string form = "<p>The app " + html_escaped(app) +
                       " asks to post to your Pages. This is a rehearsal: nobody else sees it.</p>"
                       "<form method=\"post\" action=\"" +
                       html_escaped(path_of(request)) + "\">";
    for (const auto& [name, value] : fields) {
      form += "<input type=\"hidden\" name=\"" + html_escaped(name) + "\" value=\"" +
              html_escaped(value) + "\">";
    }
    return page_of(200, "Log in with Facebook",
                   form + "<button type=\"submit\">Continue</button></form>");
  }
  const std::string code = make_text("AQrehearsal");
  codes_[code] = {app, redirect, false};
  const std::string joint = redirect.find('?') == std::string::npos ? "?" : "&";
  return respond(302, "",
                 {{"Location", redirect + joint + "code=" + percent_encode(code) + "&state=" +
                                   percent_encode(value_in(fields, "state")) + "#_=_"}});
}

Response Facebook::give_token(const Fields& fields) {
  const std::string app = value_in(fields, "client_id");
  const std::string secret = value_in(fields, "client_secret");
  if (app.empty() || app.find_first_not_of("0123456789") != std::string::npos) {
    return refuse(400, 101, "Error validating application. Invalid application ID.");
  }
  if (secret.empty()) return refuse(400, 1, "Missing client_secret parameter.");
  std::string& known = secrets_[app];
  if (known.empty()) known = secret;
  if (known != secret) return refuse(400, 1, "Error validating client secret.");
  return value_in(fields, "grant_type") == "fb_exchange_token" ? extend(fields)
                                                               : give_person_token(fields);
}

Response Facebook::give_person_token(const Fields& fields) {
  const auto code = codes_.find(value_in(fields, "code"));
  if (code == codes_.end() || code->second.app != value_in(fields, "client_id")) {
    return refuse(400, 100, "Invalid verification code format.");
  }
  if (code->second.redirect_uri != value_in(fields, "redirect_uri")) {
    return refuse(400, 100,
                  "Error validating verification code. Please make sure your redirect_uri is "
                  "identical to the one you used in the OAuth dialog request",
                  36008);
  }
  if (std::exchange(code->second.is_used, true)) {
    return refuse(400, 100, "This authorization code has been used.", 36009);
  }
  return respond_json(200,
                      {{"access_token", make_token({code->second.app, nobodys, false, false, {}})},
                       {"token_type", "bearer"},
                       {"expires_in", 5183}});
}

Response Facebook::extend(const Fields& fields) {
  const auto known = tokens_.find(value_in(fields, "fb_exchange_token"));
  if (known == tokens_.end() || known->second.has_ended ||
      known->second.app != value_in(fields, "client_id")) {
    return refuse(400, 190, "Error validating access token: Session has expired", 463);
  }
  Token token = known->second;
  token.lasts = true;
  return respond_json(200, {{"access_token", make_token(std::move(token))},
                            {"token_type", "bearer"},
                            {"expires_in", 5'183'944}});
}

Response Facebook::inspect(const Fields& fields) const {
  const std::string asker = value_in(fields, "access_token");
  const std::size_t bar = std::min(asker.find('|'), asker.size());
  const auto secret = secrets_.find(asker.substr(0, bar));
  const bool is_app =
      bar < asker.size() && secret != secrets_.end() && secret->second == asker.substr(bar + 1);
  if (!is_app) {
    return refuse(400, 100,
                  "(#100) You must provide an app access token, or a user access token that is an "
                  "owner or developer of the app");
  }
  const auto known = tokens_.find(value_in(fields, "input_token"));
  if (known == tokens_.end()) {
    return respond_json(200, {{"data", {{"is_valid", false}, {"scopes", Json::array()}}}});
  }
  const Token& token = known->second;
  const auto after = [&](hours time) { return (token.given + time).time_since_epoch().count(); };
  const bool is_page = token.page < pages.size();
  Json data = {{"app_id", token.app},
               {"type", is_page ? "PAGE" : "USER"},
               {"is_valid", !token.has_ended},
               {"expires_at", is_page && token.lasts ? 0 : after(hours{token.lasts ? 60 * 24 : 1})},
               {"data_access_expires_at", after(hours{90 * 24})},
               {"scopes", granted}};
  if (is_page) data["profile_id"] = pages[token.page].id;
  return respond_json(200, {{"data", data}});
}

std::size_t Facebook::page_for(const std::string& name, const Token& token) {
  if (token.page >= pages.size()) return nobodys;
  const PageNode& page = pages[token.page];
  return name == "me" || name == page.id || name == page.username ? token.page : nobodys;
}

Response Facebook::read(const std::string& path, const Fields& fields, const Token& token) {
  const bool is_person = token.page >= pages.size();
  if (is_person) {
    if (path == "/me/accounts") return list_pages(token, true);
    if (path == "/me/businesses") {
      return respond_json(
          200, {{"data", {{{"id", portfolio}, {"name", "Example Council's portfolio"}}}}});
    }
    if (path == std::string("/") + portfolio + "/owned_pages") return list_pages(token, false);
    if (path == std::string("/") + portfolio + "/client_pages") {
      return respond_json(200, {{"data", Json::array()}});
    }
  }
  const std::size_t slash = std::min(path.find('/', 1), path.size());
  const std::string name = path.substr(1, slash - 1);
  const std::string edge = path.substr(slash);
  if (is_person && name == "me" && edge.empty()) return node(nobodys, fields);
  const std::size_t page = page_for(name, token);
  if (page < pages.size() && edge.empty()) return node(page, fields);
  if (page < pages.size() && edge == "/published_posts") return list_posts(page, fields);
  return refuse(400, 100,
                "Unsupported get request. Object with ID '" + to_valid_utf8(name) +
                    "' does not exist, cannot be loaded due to missing permissions, or does not "
                    "support this operation.",
                33, "GraphMethodException");
}

Response Facebook::write(const std::string& path, const Request& request, const Fields& fields,
                         const Token& token) {
  if (path == "/") return scrape(fields);
  const std::size_t slash = std::min(path.find('/', 1), path.size());
  const std::size_t page = page_for(path.substr(1, slash - 1), token);
  const std::string edge = path.substr(slash);
  if (page < pages.size() && edge == "/photos") return take_photo(page, request, fields);
  if (page < pages.size() && edge == "/feed") return take_post(page, fields);
  if (token.page >= pages.size() && edge == "/feed") {
    return refuse(403, 200,
                  "(#200) If posting to a page, requires both pages_read_engagement and "
                  "pages_manage_posts as an admin with sufficient administrative permission");
  }
  return refuse(400, 100,
                "Unsupported post request. Object does not exist, cannot be loaded due to missing "
                "permissions, or does not support this operation.",
                33, "GraphMethodException");
}

Response Facebook::node(std::size_t page, const Fields& fields) const {
  const bool is_page = page < pages.size();
  Json all = {{"id", "300400500600700"}, {"name", "Alex Example"}};
  if (is_page) {
    all = {{"id", pages[page].id},
           {"name", pages[page].name},
           {"username", pages[page].username},
           {"link", std::string("https://www.facebook.com/") + pages[page].username},
           {"category", "Government organisation"}};
  }
  Json body = {{"id", all["id"]}};
  for (const std::string& name : names_in(value_in(fields, "fields"))) {
    if (!all.contains(name)) {
      return refuse(400, 100,
                    fmt::format("(#100) Tried accessing nonexisting field ({}) on node type ({})",
                                to_valid_utf8(name), is_page ? "Page" : "User"));
    }
    body[name] = all[name];
  }
  return respond_json(200, body);
}

Response Facebook::list_pages(const Token& token, bool tells_tasks) {
  Json data = Json::array();
  for (std::size_t i = 0; i < pages.size(); ++i) {
    Json entry = {{"id", pages[i].id},
                  {"name", pages[i].name},
                  {"username", pages[i].username},
                  {"access_token", make_token({token.app, i, token.lasts, false, {}})}};
    if (tells_tasks) {
      entry["tasks"] = {"ADVERTISE", "ANALYZE",  "CREATE_CONTENT",
                        "MESSAGING", "MODERATE", "MANAGE"};
    }
    data.push_back(std::move(entry));
  }
  return respond_json(200, {{"data", data}, {"paging", {{"cursors", {{"after", "QVFI"}}}}}});
}

}  // namespace facebook

std::unique_ptr<Double> make_facebook(DoubleWorld world) {
  return std::make_unique<facebook::Facebook>(std::move(world));
}

}  // namespace crier::rehearsal
