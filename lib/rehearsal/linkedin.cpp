#include "rehearsal/linkedin.h"

#include <algorithm>

#include "core/utf8.h"
#include "network/percent.h"
#include "oauth/crypto.h"
#include "oauth/oauth2.h"
#include "rehearsal/answers.h"
#include "rehearsal/doubles.h"
#include "rehearsal/linkedin_parts.h"

namespace crier::rehearsal {

using namespace linkedin;  // NOLINT(google-build-using-namespace)

namespace {

constexpr int token_lasts = 5'184'000;  ///< 60 days, in seconds
constexpr const char* scopes = "w_organization_social r_organization_social rw_organization_admin";

}  // namespace

std::string LinkedinDouble::make_secret(std::string_view kind) {
  return std::string(kind) + hex(world_.random.bytes(16));
}

bool LinkedinDouble::has_token(const Request& request) const {
  const auto header = find_header(request.headers, "Authorization").value_or("");
  constexpr std::string_view scheme = "Bearer ";
  return header.starts_with(scheme) && tokens_.contains(std::string(header.substr(scheme.size())));
}

bool LinkedinDouble::is_retired(std::string_view version) const {
  const std::string now = to_iso8601(world_.clock.now());
  const std::string this_month = now.substr(0, 4) + now.substr(5, 2);
  const bool is_good =
      version.size() == 6 && version.find_first_not_of("0123456789") == std::string_view::npos;
  return !is_good || std::stoi(std::string(version)) + 100 < std::stoi(this_month);
}

bool LinkedinDouble::publishes(const Request& request) const {
  return request.method == Method::post && path_of(request) == "/rest/posts";
}

Response LinkedinDouble::too_many_requests(std::chrono::seconds /*wait*/) const {
  return refuse(429, "TOO_MANY_REQUESTS",
                "Resource level throttle limit for calls to this resource is reached");
}

Response LinkedinDouble::server_error() const {
  return refuse(500, "INTERNAL_SERVER_ERROR", "Internal Server Error");
}

Credentials LinkedinDouble::sign_in(const Account& account) {
  const auto set = account.settings.find("organization");
  const auto which = std::ranges::find_if(organizations, [&](const auto& one) {
    return set != account.settings.end() && set->second.ends_with(one.first);
  });
  const auto& organization = which == organizations.end() ? organizations.front() : *which;
  Credentials credentials;
  credentials.server = world_.origin;
  if (credentials.server == "https://api.linkedin.com")
    credentials.upload_server = "https://www.linkedin.com";
  const std::string token = make_secret("rehearsal-");
  tokens_.insert(token);
  credentials.access_token = Secret(token);
  credentials.scope = scopes;
  credentials.account_id = organization.first;
  credentials.handle = organization.second;
  credentials.obtained_at = credentials.signed_in_at = world_.clock.now();
  credentials.ends_at = world_.clock.now() + std::chrono::seconds{token_lasts};
  return credentials;
}

void LinkedinDouble::expire_tokens() { tokens_.clear(); }

Response LinkedinDouble::answer(const Request& request) {
  const std::string path = path_of(request);
  if (path == "/oauth/v2/authorization") return consent(request);
  if (path == "/oauth/v2/accessToken") return token(request);
  if (!has_token(request)) {
    return refuse(401, "REVOKED_ACCESS_TOKEN", "The token used in the request has been revoked",
                  65601);
  }
  if (path.starts_with("/dms-uploads/")) return take_picture(path, request);
  if (!path.starts_with("/rest/"))
    return refuse(404, "RESOURCE_NOT_FOUND", "No virtual resource found");
  const auto version = find_header(request.headers, "Linkedin-Version");
  if (!version) return refuse(400, "VERSION_MISSING", "A version must be present");
  if (is_retired(*version)) {
    return refuse(426, "NONEXISTENT_VERSION",
                  fmt::format("Requested version {} is not active", printable(*version)));
  }
  if (find_header(request.headers, "X-Restli-Protocol-Version").value_or("") != "2.0.0") {
    return refuse(400, "ILLEGAL_ARGUMENT", "X-Restli-Protocol-Version must be 2.0.0");
  }
  if (request.method == Method::post &&
      find_header(request.headers, "Content-Type").value_or("") != "application/json") {
    return refuse(415, "UNSUPPORTED_MEDIA_TYPE", "Content-Type must be application/json");
  }
  return route(request);
}

Response LinkedinDouble::route(const Request& request) {
  const std::string path = path_of(request);
  const auto behind = [&](std::string_view prefix) {
    return path.starts_with(prefix) ? percent_decode(std::string_view(path).substr(prefix.size()))
                                    : std::string();
  };
  const bool gets = request.method == Method::get;
  const bool finds =
      gets && find_header(request.headers, "X-RestLi-Method").value_or("") == "FINDER";
  if (finds && path == "/rest/organizationAcls") return acls(request);
  if (finds && path == "/rest/posts") return list(request);
  if (gets && path.starts_with("/rest/organizations/"))
    return organization(behind("/rest/organizations/"));
  if (gets && path.starts_with("/rest/images/")) return image(behind("/rest/images/"));
  if (gets && path.starts_with("/rest/posts/")) return show(behind("/rest/posts/"));
  if (request.method == Method::post && path == "/rest/images" &&
      query_of(request) == "action=initializeUpload") {
    return begin_upload(request);
  }
  if (publishes(request)) return create(request);
  return refuse(404, "RESOURCE_NOT_FOUND", "No virtual resource found for this method and path");
}

Response LinkedinDouble::consent(const Request& request) {
  const auto asked = fields_of(query_of(request));
  const std::string redirect = value(asked, "redirect_uri");
  if (value(asked, "response_type") != "code" || value(asked, "client_id").empty() ||
      !is_http_url(redirect) || !is_visible_ascii(redirect) || value(asked, "scope") != scopes) {
    return respond(400, "<!doctype html><title>Bummer, something went wrong.</title>",
                   {{"Content-Type", "text/html; charset=utf-8"}});
  }
  const std::string code = make_secret("code-");
  codes_[code] = redirect;
  std::string target = redirect + (redirect.find('?') == redirect.npos ? "?" : "&") +
                       form_encode(FormFields{{"code", code}, {"state", value(asked, "state")}});
  for (std::size_t at = 0; (at = target.find_first_of("&\"<", at)) != target.npos; ++at) {
    target.replace(at, 1, fmt::format("&#{};", static_cast<int>(target[at])));
  }
  return respond(200,
                 fmt::format("<!doctype html><title>LinkedIn (rehearsal)</title><p>May crier post "
                             "for your organisations? <a href=\"{}\">Allow</a>",
                             target),
                 {{"Content-Type", "text/html; charset=utf-8"}});
}

Response LinkedinDouble::token(const Request& request) {
  auto form = fields_of(request.body);
  const auto refuse_token = [](const char* error) {
    return respond_json(400, {{"error", error}, {"error_description", "refused"}});
  };
  // LinkedIn knows a client by its form alone.
  if (value(form, "client_id").empty() || value(form, "client_secret").empty()) {
    return respond_json(401, {{"error", "invalid_client"}});
  }
  const bool renews = value(form, "grant_type") == "refresh_token";
  if (renews) {
    if (!refresh_tokens_.contains(value(form, "refresh_token")))
      return refuse_token("invalid_grant");
  } else {
    const auto code = codes_.find(value(form, "code"));
    if (value(form, "grant_type") != "authorization_code" || code == codes_.end() ||
        code->second != value(form, "redirect_uri")) {
      return refuse_token("invalid_request");
    }
    codes_.erase(code);
  }
  const std::string access = make_secret("rehearsal-");
  tokens_.insert(access);
  Json body = {{"access_token", access}, {"expires_in", token_lasts}, {"scope", scopes}};
  if (gives_refresh_tokens) {
    const std::string refresh = renews ? value(form, "refresh_token") : make_secret("refresh-");
    refresh_tokens_.insert(refresh);
    body["refresh_token"] = refresh;
    body["refresh_token_expires_in"] = 31'536'000;
  }
  return respond_json(200, body);
}

Response LinkedinDouble::acls(const Request& request) const {
  const auto asked = fields_of(query_of(request));
  if (value(asked, "q") != "roleAssignee") return refuse(400, "ILLEGAL_ARGUMENT", "unknown finder");
  Json elements = Json::array();
  if (value(asked, "role") == "ADMINISTRATOR") {
    for (const auto& [number, name] : organizations) {
      elements.push_back({{"organization", "urn:li:organization:" + std::string(number)},
                          {"role", "ADMINISTRATOR"},
                          {"roleAssignee", "urn:li:person:rehearsal"},
                          {"state", "APPROVED"}});
    }
  }
  return respond_json(200, {{"elements", std::move(elements)},
                            {"paging", {{"start", 0}, {"count", 10}, {"links", Json::array()}}}});
}

Response LinkedinDouble::organization(const std::string& number) const {
  const auto found = std::ranges::find(organizations, std::string_view(number),
                                       [](const auto& one) { return one.first; });
  if (found == organizations.end()) return refuse(404, "NOT_FOUND", "no such organization");
  return respond_json(200, {{"id", std::stoi(number)}, {"localizedName", found->second}});
}

Response LinkedinDouble::begin_upload(const Request& request) {
  const Json body = parse_json(request.body);
  const Json* wanted = member(&body, "initializeUploadRequest");
  if (wanted == nullptr || !is_closed(&body, {"initializeUploadRequest"}) ||
      !is_closed(wanted, {"owner"})) {
    return refuse(400, "ILLEGAL_ARGUMENT", "initializeUploadRequest must have an owner");
  }
  if (!is_ours(text_of(*wanted, "owner"))) return refuse(403, "ACCESS_DENIED", "no such owner");
  const std::string name = fmt::format("C4E{:06}", uploads_.size() + 1);
  const std::string urn = "urn:li:image:" + name;
  uploads_[urn] = {};
  const std::string host =
      world_.origin == "https://api.linkedin.com" ? "https://www.linkedin.com" : world_.origin;
  return respond_json(
      200, {{"value",
             {{"uploadUrl", fmt::format("{}/dms-uploads/{}/uploaded-image/0", host, name)},
              {"image", urn},
              {"uploadUrlExpiresAt",
               (world_.clock.now().time_since_epoch().count() + 86'400) * 1000}}}});
}

Response LinkedinDouble::take_picture(const std::string& path, const Request& request) {
  constexpr std::string_view prefix = "/dms-uploads/";
  const std::string name =
      path.substr(prefix.size(), path.find('/', prefix.size()) - prefix.size());
  const auto found = uploads_.find("urn:li:image:" + name);
  if (request.method != Method::put || found == uploads_.end()) return respond(404, "");
  found->second.picture.bytes = request.body;
  found->second.picture.type =
      std::string(find_header(request.headers, "Content-Type").value_or(""));
  found->second.was_sent = true;
  return respond(201, "");
}

Response LinkedinDouble::image(const std::string& urn) {
  const auto found = uploads_.find(urn);
  if (found == uploads_.end()) return refuse(404, "NOT_FOUND", "no such image");
  Upload& upload = found->second;
  const std::string& bytes = upload.picture.bytes;
  const bool is_picture =
      bytes.starts_with("\xFF\xD8") || bytes.starts_with("\x89PNG") || bytes.starts_with("GIF8");
  const char* status = !upload.was_sent                      ? "WAITING_UPLOAD"
                       : !is_picture                         ? "PROCESSING_FAILED"
                       : upload.polls++ < polls_before_ready ? "PROCESSING"
                                                             : "AVAILABLE";
  return respond_json(200,
                      {{"id", urn}, {"status", status}, {"owner", "urn:li:organization:1234567"}});
}

std::unique_ptr<Double> make_linkedin(DoubleWorld world) {
  return std::make_unique<LinkedinDouble>(std::move(world));
}

}  // namespace crier::rehearsal
