#include "oauth/given_token.h"

#include <algorithm>
#include <vector>

#include "core/url.h"
#include "core/utf8.h"
#include "oauth/crypto.h"
#include "oauth/oauth2.h"

namespace crier {
namespace {

std::vector<std::string> parts_of(const Secret& given) {
  std::vector<std::string> parts(1);
  for (const char c : given.reveal()) {
    if (c == ':') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

bool has_an_empty_one(const std::vector<std::string>& parts) {
  return std::ranges::any_of(parts, [](const std::string& part) { return part.empty(); });
}

bool is_number(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

Result<Credentials> x_credentials(Credentials credentials, const Secret& given) {
  const auto parts = parts_of(given);
  if (parts.size() == 1) return credentials;
  if (parts.size() != 4 || has_an_empty_one(parts)) {
    return fail(ErrorKind::invalid,
                "must hold four texts of X joined by colons (API key, its secret, access token, "
                "its secret), or an OAuth 2.0 token alone");
  }
  credentials.kind = "oauth1";
  credentials.client_id = parts[0];
  credentials.client_secret = Secret(parts[1]);
  credentials.access_token = Secret(parts[2]);
  credentials.token_secret = Secret(parts[3]);
  // X's access tokens begin with the number of their account.
  const std::string number = parts[2].substr(0, parts[2].find('-'));
  if (is_number(number) && number.size() < parts[2].size()) credentials.account_id = number;
  return credentials;
}

Result<Credentials> facebook_credentials(Credentials credentials, const Secret& given) {
  credentials.kind = "graph";
  const auto parts = parts_of(given);
  if (parts.size() == 1) return credentials;
  if (parts.size() != 3 || has_an_empty_one(parts) || !is_number(parts[0])) {
    return fail(
        ErrorKind::invalid,
        "must hold the token of a Facebook Page, or app id, app secret and the Page's token "
        "joined by colons");
  }
  credentials.client_id = parts[0];
  credentials.client_secret = Secret(parts[1]);
  credentials.access_token = Secret(parts[2]);
  return credentials;
}

}  // namespace

Result<Credentials> telegram_credentials(const std::string& server, const Secret& token) {
  const std::string& text = token.reveal();
  const std::size_t colon = std::min(text.find(':'), text.size());
  const bool is_good = is_number(text.substr(0, colon)) && text.size() > colon + 8 &&
                       text.find_first_of("/?#% ") == std::string::npos;
  if (!is_good) {
    return fail(ErrorKind::invalid,
                "must hold the token that BotFather gave, like 123456789:AAF… (with the colon)");
  }
  Credentials credentials;
  credentials.kind = "address";
  credentials.server = server;
  credentials.access_token = Secret("/bot" + text);
  credentials.account_id = text.substr(0, colon);
  return credentials;
}

Result<Credentials> webhook_credentials(const Secret& address, const Secret& key) {
  const std::string& text = address.reveal();
  const std::string origin = origin_of(text);
  if (!is_http_url(text) || origin.empty() || !is_visible_ascii(text) ||
      text.find('@') < text.find('/', text.find("//") + 2)) {
    return fail(ErrorKind::invalid,
                "must hold the whole address of the webhook, like https://hooks.example.org/…");
  }
  if (!is_safe_origin(origin)) {
    return fail(ErrorKind::invalid, "must be an https address: over http anybody could read along");
  }
  constexpr std::string_view key_prefix = "whsec_";
  // Of a shorter one a part was not copied. Source: Standard Webhooks 1.0.0, "Signature scheme".
  constexpr std::size_t least_key_bytes = 24;
  // Of a receiver that has a form of its own; ours: what is shorter was guessed in a moment.
  constexpr std::size_t least_key_text = 8;
  const std::string& key_text = key.reveal();
  // Its front was cut, or its case was changed, on the way here.
  const std::string lower = ascii_lower(key_text);
  const bool is_damaged = key_text.size() < least_key_text ||
                          (!key_text.starts_with(key_prefix) &&
                           (lower.starts_with(key_prefix) || lower.starts_with("whsec-") ||
                            lower.starts_with("hsec_")));
  const bool is_key =
      !is_damaged && (key_text.starts_with(key_prefix)
                          ? base64_decode(key_text.substr(key_prefix.size())).value_or("").size() >=
                                least_key_bytes
                          : is_visible_ascii(key_text));
  if (!key.empty() && !is_key) {
    return fail(ErrorKind::invalid,
                "must hold the whole key as its receiver shows it, like whsec_MfKQ9r8G…, or none");
  }
  Credentials credentials;
  credentials.kind = "address";
  credentials.server = origin;
  // What stands behind the origin as it is written: the host may be in capitals, the port usual.
  const std::size_t path = std::min(text.find_first_of("/?", text.find("//") + 2), text.size());
  std::string rest = text.substr(path, text.find('#', path) - path);
  if (!rest.starts_with('/')) rest.insert(0, 1, '/');
  credentials.access_token = Secret(std::move(rest));
  credentials.client_secret = key;
  credentials.account_id = origin;
  credentials.handle = origin.substr(origin.find("//") + 2);
  return credentials;
}

Result<Credentials> read_given_token(const std::string& network, const std::string& server,
                                     const Secret& given) {
  if (network == "telegram") return telegram_credentials(server, given);
  if (network == "webhook") {
    const std::string& text = given.reveal();
    const std::size_t address = std::min(text.find("@http"), text.size());
    if (address == text.size()) return webhook_credentials(given, {});
    return webhook_credentials(Secret(text.substr(address + 1)), Secret(text.substr(0, address)));
  }
  Credentials credentials;
  credentials.server = server;
  credentials.access_token = given;
  if (network == "x") return x_credentials(std::move(credentials), given);
  if (network == "facebook") return facebook_credentials(std::move(credentials), given);
  if (network == "threads") credentials.kind = "graph";
  if (network == "linkedin") credentials.upload_server = linkedin_upload_server(server);
  return credentials;
}

std::string linkedin_upload_server(const std::string& server) {
  return server == "https://api.linkedin.com" ? "https://www.linkedin.com" : std::string();
}

}  // namespace crier
