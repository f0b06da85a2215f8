#include "oauth/oauth1.h"

#include <algorithm>

#include "core/url.h"
#include "core/utf8.h"
#include "oauth/crypto.h"
#include "oauth/oauth2.h"

namespace crier {
namespace {

/// "https://api.x.com/2/tweets": without query and fragment, scheme and host in lower case, without
/// a default port (RFC 5849 section 3.4.1.2).
std::string base_uri(std::string_view url) {
  const std::string_view bare = url.substr(0, url.find_first_of("?#"));
  const std::size_t host = bare.find("://");
  const std::size_t path =
      host == std::string_view::npos ? host : bare.find('/', host + std::string_view("://").size());
  return origin_of(url) + (path == std::string_view::npos ? "/" : std::string(bare.substr(path)));
}

bool has_form_body(const Request& request) {
  if (!request.parts.empty()) return false;
  const std::string_view type = find_header(request.headers, "Content-Type").value_or("");
  return ascii_iequals(trimmed(type.substr(0, type.find(';'))),
                       "application/x-www-form-urlencoded");
}

}  // namespace

std::string oauth1_base_string(const Request& request, const OAuth1Parameters& oauth_parameters) {
  OAuth1Parameters all = oauth_parameters;
  const std::string_view url = std::string_view(request.url).substr(0, request.url.find('#'));
  if (const std::size_t mark = url.find('?'); mark != std::string_view::npos) {
    for (auto& field : read_form(url.substr(mark + 1))) all.push_back(std::move(field));
  }
  if (has_form_body(request)) {
    for (auto& field : read_form(request.body)) all.push_back(std::move(field));
  }
  for (auto& [name, value] : all) {
    name = percent_encode(name);
    value = percent_encode(value);
  }
  std::ranges::sort(all);
  std::string parameters;
  for (const auto& [name, value] : all) {
    if (!parameters.empty()) parameters += '&';
    parameters += name;
    parameters += '=';
    parameters += value;
  }
  return std::string(name_of(request.method)) + '&' + percent_encode(base_uri(request.url)) + '&' +
         percent_encode(parameters);
}

Request sign_oauth1(Request request, const OAuth1Keys& keys, const OAuth1Parameters& extra,
                    SysTime now, const std::string& nonce) {
  OAuth1Parameters parameters = extra;
  parameters.emplace_back("oauth_consumer_key", keys.consumer_key);
  parameters.emplace_back("oauth_nonce", nonce);
  parameters.emplace_back("oauth_signature_method", "HMAC-SHA1");
  parameters.emplace_back("oauth_timestamp", std::to_string(now.time_since_epoch().count()));
  if (!keys.token.empty()) parameters.emplace_back("oauth_token", keys.token);
  parameters.emplace_back("oauth_version", "1.0");
  const Secret key(percent_encode(keys.consumer_secret.reveal()) + '&' +
                   percent_encode(keys.token_secret.reveal()));
  parameters.emplace_back("oauth_signature",
                          base64(hmac_sha1(key, oauth1_base_string(request, parameters))));
  std::string header = "OAuth ";
  for (const auto& [name, value] : parameters) {
    if (!header.ends_with(' ')) header += ", ";
    header += percent_encode(name) + "=\"" + percent_encode(value) + '"';
  }
  std::erase_if(request.headers,
                [](const Header& known) { return ascii_iequals(known.name, "Authorization"); });
  request.headers.push_back({"Authorization", std::move(header)});
  request.follow_redirects = false;
  return request;
}

}  // namespace crier
