#include "feed/address.h"

#include "core/url.h"
#include "core/utf8.h"
#include "feed/html_text.h"
#include "feed/tag.h"

namespace crier {
namespace {

constexpr std::size_t kNowhere = std::string_view::npos;

/// What `html` links to; without a link, what it says.
std::string linked_from(std::string_view html) {
  std::size_t at = 0;
  const std::string_view reference = attribute_in(next_tag(html, "a", at), "href");
  return reference.empty() ? html_to_text(html) : plain_to_text(reference);
}

/// The host of an absolute address, as it is written there.
std::string_view host_in(std::string_view address) {
  const auto scheme = address.find("://");
  if (scheme == kNowhere) return {};
  std::string_view host = address.substr(scheme + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  if (const auto user = host.rfind('@'); user != kNowhere) host.remove_prefix(user + 1);
  return host.substr(0, host.find(':'));
}

bool lacks_scheme(std::string_view text, std::string_view base) {
  const std::string_view first = text.substr(0, text.find_first_of("/?#"));
  const auto dot = first.find('.');
  if (dot == kNowhere || first.find(':') != kNowhere) return false;
  const bool is_www = ascii_iequals(first.substr(0, 4), "www.") && first.find('.', 4) != kNowhere;
  return is_www || ascii_iequals(first, host_in(base));
}

}  // namespace

bool is_placeholder_address(std::string_view written) {
  written = trimmed(written);
  return written.empty() || written == "#";
}

std::optional<std::string> resolve_address(std::string_view base, std::string_view written) {
  std::string_view text = trimmed(written);
  std::string scratch;
  if (!text.empty() && text.front() == '<') {
    scratch = linked_from(text);
    text = scratch;
  } else if (text.find('&') != kNowhere && text.find(';') != kNowhere) {
    scratch = plain_to_text(text);
    text = scratch;
  }
  if (text == "#") return std::nullopt;
  if (!is_http_url(text) && lacks_scheme(text, base)) {
    const std::string scheme = ascii_iequals(base.substr(0, 5), "http:") ? "http://" : "https://";
    return resolve_link(base, scheme + std::string(text));
  }
  return resolve_link(base, text);
}

}  // namespace crier
