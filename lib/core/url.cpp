#include "core/url.h"

#include <curl/curl.h>

#include <memory>
#include <vector>

#include "core/utf8.h"

namespace crier {
namespace {

struct UrlCleanup {
  void operator()(CURLU* handle) const { curl_url_cleanup(handle); }
};
struct TextCleanup {
  void operator()(char* text) const { curl_free(text); }
};
using UrlHandle = std::unique_ptr<CURLU, UrlCleanup>;

std::string part(const UrlHandle& handle, CURLUPart which) {
  char* text = nullptr;
  if (curl_url_get(handle.get(), which, &text, 0) != CURLUE_OK) return {};
  const std::unique_ptr<char, TextCleanup> owner(text);
  return text;
}

UrlHandle parsed(std::string_view text) {
  UrlHandle handle(curl_url());
  const std::string terminated(text);
  if (terminated.find('\0') != std::string::npos || handle == nullptr ||
      curl_url_set(handle.get(), CURLUPART_URL, terminated.c_str(), CURLU_NON_SUPPORT_SCHEME) !=
          CURLUE_OK) {
    return nullptr;
  }
  return handle;
}

/// A reference's five components, still encoded (RFC 3986 appendix B). libcurl before 8.x resolves
/// "#part" against the folder instead of the page, so resolving is done here.
struct Reference {
  std::string_view scheme, authority, path, query, fragment;
  bool has_authority = false, has_query = false, has_fragment = false;
};

bool is_scheme(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (text.empty() || !letter(text.front())) return false;
  for (const char c : text) {
    if (!letter(c) && !(c >= '0' && c <= '9') && c != '+' && c != '-' && c != '.') return false;
  }
  return true;
}

Reference split(std::string_view text) {
  Reference out;
  if (const auto hash = text.find('#'); hash != std::string_view::npos) {
    out.has_fragment = true;
    out.fragment = text.substr(hash + 1);
    text = text.substr(0, hash);
  }
  if (const auto mark = text.find('?'); mark != std::string_view::npos) {
    out.has_query = true;
    out.query = text.substr(mark + 1);
    text = text.substr(0, mark);
  }
  if (const auto colon = text.find(':');
      colon != std::string_view::npos && is_scheme(text.substr(0, colon))) {
    out.scheme = text.substr(0, colon);
    text = text.substr(colon + 1);
  }
  if (text.substr(0, 2) == "//") {
    out.has_authority = true;
    const auto slash = text.find('/', 2);
    out.authority = text.substr(2, slash == std::string_view::npos ? slash : slash - 2);
    text = slash == std::string_view::npos ? std::string_view() : text.substr(slash);
  }
  out.path = text;
  return out;
}

/// RFC 3986 section 5.2.4, by segments; the outcome always begins with a slash.
std::string without_dot_segments(std::string_view path) {
  std::vector<std::string_view> kept;
  bool ends_in_folder = true;
  std::size_t at = !path.empty() && path.front() == '/' ? 1 : 0;
  while (at <= path.size()) {
    const auto slash = path.find('/', at);
    const bool last = slash == std::string_view::npos;
    const auto segment = path.substr(at, last ? slash : slash - at);
    ends_in_folder = true;
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (segment != ".") {
      kept.push_back(segment);
      ends_in_folder = false;
    }
    if (last) break;
    at = slash + 1;
  }
  std::string out;
  for (const auto segment : kept) {
    out += '/';
    out += segment;
  }
  if (ends_in_folder) out += '/';
  return out;
}

constexpr std::string_view kHexDigits = "0123456789ABCDEF";

void append_encoded(std::string& out, char c) {
  const auto byte = static_cast<unsigned char>(c);
  out += '%';
  out += kHexDigits[byte >> 4U];
  out += kHexDigits[byte & 0x0FU];
}

/// Encodes what may not stand in a URL and would end it early in a post.
void append_safe(std::string& out, std::string_view text) {
  constexpr std::string_view troublesome = " \"<>\\^`{}";
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80U || troublesome.find(c) != std::string_view::npos) {
      append_encoded(out, c);
    } else {
      out += c;
    }
  }
}

bool has_control(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20U || byte == 0x7FU) return true;
  }
  return false;
}

/// Says whether a link is already as resolve_link would leave it, so that most need no work.
bool is_clean_http_link(std::string_view text) {
  std::size_t at = 0;
  if (text.substr(0, 8) == "https://") {
    at = 8;
  } else if (text.substr(0, 7) == "http://") {
    at = 7;
  } else {
    return false;
  }
  const std::size_t host = at;
  for (; at < text.size() && text[at] != '/'; ++at) {
    const char c = text[at];
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-')) return false;
  }
  if (at == host || at == text.size()) return false;
  for (; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                       (byte >= '/' && byte <= '9') || byte == '-' || byte == '_' || byte == '%' ||
                       byte == '?' || byte == '=' || byte == '&' || byte == '#' || byte == '~' ||
                       byte == '+' || byte == ',' || byte == ':' || byte == ';';
    if (byte == '.' ? text[at - 1] == '/' : !plain) return false;
  }
  return true;
}

std::string merged_path(const Reference& base, std::string_view path) {
  if (base.has_authority && base.path.empty()) return "/" + std::string(path);
  const auto slash = base.path.rfind('/');
  const auto folder =
      slash == std::string_view::npos ? std::string_view() : base.path.substr(0, slash + 1);
  return std::string(folder) + std::string(path);
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
  const UrlHandle handle = parsed(text);
  if (handle == nullptr) return std::nullopt;
  Url url;
  url.scheme = ascii_lower(part(handle, CURLUPART_SCHEME));
  url.user = part(handle, CURLUPART_USER);
  url.password = part(handle, CURLUPART_PASSWORD);
  url.host = ascii_lower(part(handle, CURLUPART_HOST));
  url.port = part(handle, CURLUPART_PORT);
  url.path = part(handle, CURLUPART_PATH);
  url.query = part(handle, CURLUPART_QUERY);
  url.fragment = part(handle, CURLUPART_FRAGMENT);
  url.has_query = text.substr(0, text.find('#')).find('?') != std::string_view::npos;
  return url;
}

// RFC 9110 section 4.1 asks for 8,000; servers and browsers take little more.
constexpr std::size_t longest_link = 8000;

std::optional<std::string> resolve_link(std::string_view base, std::string_view reference) {
  reference = trimmed(reference);
  if (reference.size() > longest_link) return std::nullopt;
  if (is_clean_http_link(reference)) return std::string(reference);
  if (has_control(reference)) return std::nullopt;

  const Reference from = split(trimmed(base));
  Reference to = split(reference);
  // "http:page" is an old way to write "page" (RFC 3986 section 5.4.2).
  if (!to.has_authority && ascii_iequals(to.scheme, from.scheme)) to.scheme = {};

  Reference target = to;
  std::string path(to.path);
  if (to.scheme.empty()) {
    target.scheme = from.scheme;
    if (!to.has_authority) {
      target.authority = from.authority;
      target.has_authority = from.has_authority;
      if (to.path.empty()) {
        path = from.path;
        if (!to.has_query) {
          target.query = from.query;
          target.has_query = from.has_query;
        }
      } else if (to.path.front() != '/') {
        path = merged_path(from, to.path);
      }
    }
  }
  const std::string scheme = ascii_lower(target.scheme);
  if (scheme != "http" && scheme != "https") return std::nullopt;
  if (!target.has_authority) return std::nullopt;
  const auto at_sign = target.authority.rfind('@');
  const auto host =
      at_sign == std::string_view::npos ? target.authority : target.authority.substr(at_sign + 1);
  std::string out = scheme + "://" + ascii_lower(host);
  if (host.empty() || parsed(out) == nullptr) return std::nullopt;
  append_safe(out, without_dot_segments(path));
  if (target.has_query) {
    out += '?';
    append_safe(out, target.query);
  }
  if (target.has_fragment) {
    out += '#';
    append_safe(out, target.fragment);
  }
  if (has_control(out)) return std::nullopt;
  return out;
}

std::string origin_of(std::string_view url) {
  const auto parts = parse_url(url);
  if (!parts || parts->host.empty() || parts->port == "0") return {};
  std::string out = parts->scheme + "://" + parts->host;
  const bool is_default_port = (parts->scheme == "https" && parts->port == "443") ||
                               (parts->scheme == "http" && parts->port == "80");
  if (!parts->port.empty() && !is_default_port) out += ":" + parts->port;
  return out;
}

std::string loggable(std::string_view url) {
  std::string_view shown = url.substr(0, url.find_first_of("?#"));
  std::string out;
  if (const auto scheme_end = shown.find("://"); scheme_end != std::string_view::npos) {
    const auto authority = scheme_end + 3;
    const auto slash = shown.find('/', authority);
    const auto at_sign = shown.substr(0, slash).rfind('@');
    if (at_sign != std::string_view::npos && at_sign >= authority) {
      out = shown.substr(0, authority);
      shown = shown.substr(at_sign + 1);
    }
  }
  out += shown;
  if (url.find('?') < url.find('#')) out += "?…";
  return printable(out);
}

std::string percent_encode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const bool unreserved = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                            (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (unreserved) {
      out += c;
    } else {
      append_encoded(out, c);
    }
  }
  return out;
}

bool is_http_url(std::string_view text) {
  return ascii_iequals(text.substr(0, 7), "http://") ||
         ascii_iequals(text.substr(0, 8), "https://");
}

}  // namespace crier
