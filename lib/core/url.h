#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace crier {

/// The parts of an absolute URL, as libcurl's parser sees them.
struct Url {
  std::string scheme, user, password, host, port, path, query,
      fragment;  ///< scheme and host in lower case
  bool has_query = false;
};

/// Takes an absolute URL apart; nothing if it is none.
[[nodiscard]] std::optional<Url> parse_url(std::string_view text);

/// Resolves `reference` against `base` (RFC 3986). Nothing when the outcome is not http or https,
/// or carries control characters. User name and password are cut out. Spaces at the ends are
/// ignored, characters outside ASCII stay as they are or become %XX.
[[nodiscard]] std::optional<std::string> resolve_link(std::string_view base,
                                                      std::string_view reference);

/// "https://host:port" of an absolute URL, without a default port; empty if it is none.
[[nodiscard]] std::string origin_of(std::string_view url);

/// The URL without user and fragment, and "?…" in place of its query, which may be a key: what
/// people, logs and other programs are shown of any address that is not itself said in a post.
[[nodiscard]] std::string loggable(std::string_view url);

/// Percent-encodes all but A-Z a-z 0-9 - . _ ~ (RFC 3986 unreserved), upper-case hex.
[[nodiscard]] std::string percent_encode(std::string_view text);

/// Builds "a=1&b=2" with both sides percent-encoded. `pairs`: any range of pairs of strings.
template <class Pairs>
[[nodiscard]] std::string form_encode(const Pairs& pairs) {
  std::string out;
  for (const auto& [name, value] : pairs) {
    if (!out.empty()) out += '&';
    out += percent_encode(name) + '=' + percent_encode(value);
  }
  return out;
}

/// Says whether `text` begins with http:// or https://, in any case.
[[nodiscard]] bool is_http_url(std::string_view text);

}  // namespace crier
