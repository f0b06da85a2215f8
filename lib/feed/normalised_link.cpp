#include "feed/normalised_link.h"

#include <algorithm>
#include <array>

#include "core/utf8.h"

namespace crier {
namespace {

/// Parameters that only count clicks, in lower case.
/// Source: the documentation of Google Ads and Analytics, Meta, Microsoft Ads, Mailchimp, Yandex,
/// HubSpot and Marketo.
constexpr std::array<std::string_view, 19> click_counters{
    "_ga",     "_gl",    "_hsenc", "_hsmi",  "dclid",  "fbclid", "gad_source",
    "gbraid",  "gclid",  "gclsrc", "igshid", "mc_cid", "mc_eid", "mkt_tok",
    "msclkid", "twclid", "wbraid", "yclid",  "ysclid"};

/// Parameters that carry a visit, in lower case, as PHP, Java, ASP.NET and ColdFusion name them.
constexpr std::array<std::string_view, 5> visits{"phpsessid", "jsessionid", "asp.net_sessionid",
                                                 "cfid", "cftoken"};

/// Names that some systems give to a visit, and others to a story: what the value looks like
/// decides.
constexpr std::array<std::string_view, 4> perhaps_visits{"sid", "sessionid", "session_id",
                                                         "session"};

template <class List>
bool is_in(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

/// At least 16 letters and digits, some of each or hex: no number or name that a person gave.
bool looks_random(std::string_view value) {
  constexpr std::size_t shortest = 16;
  const bool is_token = std::all_of(value.begin(), value.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
  const bool has_digit =
      std::any_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
  return value.size() >= shortest && is_token && has_digit;
}

bool is_no_identity(std::string_view pair) {
  const auto equals = pair.find('=');
  const std::string name = ascii_lower(pair.substr(0, equals));
  if (name.starts_with("utm_") || name.starts_with("aspsessionid")) return true;
  if (is_in(click_counters, name) || is_in(visits, name)) return true;
  return equals != std::string_view::npos && is_in(perhaps_visits, name) &&
         looks_random(pair.substr(equals + 1));
}

void append_query(std::string& out, std::string_view query) {
  char before = '?';
  while (!query.empty()) {
    const auto end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    if (pair.empty() || is_no_identity(pair)) continue;
    out += before;
    out += pair;
    before = '&';
  }
}

/// The path without ";jsessionid=…", which Java servers put behind it, and without a slash at its
/// end.
void append_path(std::string& out, std::string_view path) {
  constexpr std::string_view mark = ";jsessionid=";
  const auto semicolon = path.find(';');
  if (semicolon != std::string_view::npos &&
      ascii_iequals(path.substr(semicolon, mark.size()), mark)) {
    path = path.substr(0, semicolon);
  }
  if (path.ends_with('/')) path.remove_suffix(1);
  out += path;
}

void append_host(std::string& out, std::string_view authority, bool is_secure) {
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    authority.remove_prefix(at + 1);
  }
  const std::string_view default_port = is_secure ? ":443" : ":80";
  if (authority.size() > default_port.size() && authority.ends_with(default_port)) {
    authority.remove_suffix(default_port.size());
  }
  if (ascii_iequals(authority.substr(0, 4), "www.")) authority.remove_prefix(4);
  for (const char c : authority) {
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
}

}  // namespace

std::string normalised_host(std::string_view authority, bool is_secure) {
  std::string host;
  append_host(host, authority, is_secure);
  return host;
}

std::string normalised_link(std::string_view link) {
  const auto scheme_end = link.find("://");
  if (scheme_end == std::string_view::npos) return std::string(link);
  const bool is_secure = ascii_iequals(link.substr(0, scheme_end), "https");
  std::string_view rest = link.substr(scheme_end + 3);
  std::string_view fragment;
  if (const auto hash = rest.find('#'); hash != std::string_view::npos) {
    fragment = rest.substr(hash);
    rest = rest.substr(0, hash);
  }
  std::string_view query;
  if (const auto mark = rest.find('?'); mark != std::string_view::npos) {
    query = rest.substr(mark + 1);
    rest = rest.substr(0, mark);
  }
  const auto slash = rest.find('/');
  std::string out;
  out.reserve(link.size());
  append_host(out, rest.substr(0, slash), is_secure);
  if (slash != std::string_view::npos) append_path(out, rest.substr(slash));
  append_query(out, query);
  out += fragment;
  return out;
}

}  // namespace crier
