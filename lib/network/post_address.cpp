#include "network/post_address.h"

#include <algorithm>

#include "core/url.h"
#include "core/utf8.h"
#include "network/percent.h"

namespace crier {
namespace {

constexpr std::size_t longest_id = 256;

std::vector<std::string_view> split(std::string_view text, char between) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(between, at), text.size());
    if (end > at) parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= longest_id && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_.:~").find(c) != std::string_view::npos;
  });
}

/// The part in the place of the pattern's name; nothing if the pattern does not fit.
std::optional<std::string> id_by(const std::vector<std::string>& path, std::string_view pattern) {
  std::vector<std::string_view> wanted = split(pattern, '/');
  const bool goes_on = wanted.back() == "...";
  if (goes_on) wanted.pop_back();
  if (path.size() < wanted.size() || (path.size() > wanted.size() && !goes_on)) return std::nullopt;
  std::string id;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const std::string& part = path[i];
    const bool is_name = wanted[i] == "{id}" || wanted[i] == "{number}";
    const bool fits = wanted[i] == "*"          ? true
                      : wanted[i] == "@*"       ? part.starts_with('@')
                      : wanted[i] == "{id}"     ? is_id(part)
                      : wanted[i] == "{number}" ? is_number(part)
                                                : ascii_iequals(part, wanted[i]);
    if (!fits) return std::nullopt;
    if (is_name) id = part;
  }
  return id;
}

}  // namespace

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= longest_id &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::optional<PostAddress> read_post_address(std::string_view address) {
  const auto url = is_http_url(address) ? parse_url(address) : std::nullopt;
  if (!url || url->host.empty()) return std::nullopt;
  PostAddress read;
  read.host = url->host.starts_with("www.") ? url->host.substr(4) : url->host;
  for (const std::string_view part : split(url->path, '/')) {
    read.path.push_back(percent_decode(part));
  }
  for (const std::string_view pair : split(url->query, '&')) {
    const std::size_t equals = std::min(pair.find('='), pair.size());
    read.query.emplace(percent_decode(pair.substr(0, equals)),
                       percent_decode(pair.substr(std::min(equals + 1, pair.size()))));
  }
  read.bare = read.host + (url->port.empty() ? "" : ":" + url->port) + url->path;
  while (read.bare.ends_with('/')) read.bare.pop_back();
  return read;
}

std::string id_in(const PostAddress& address, std::initializer_list<std::string_view> patterns) {
  for (const std::string_view pattern : patterns) {
    if (auto id = id_by(address.path, pattern)) return *std::move(id);
  }
  return {};
}

Failure no_post(std::string_view address, std::string_view place, std::string_view example) {
  return fail(ErrorKind::invalid,
              "{} leads to no post on {}: open the post there (a click on its date does that), and "
              "copy the address that your browser shows, like {}",
              excerpt(address), place, example);
}

Result<Receipt> Network::receipt_at(const Context& /*context*/, std::string_view address) const {
  if (read_post_address(address)) return Receipt{{}, std::string(address)};
  return fail(ErrorKind::invalid,
              "\"{}\" is no web address: give that of the post, as your browser shows it, like "
              "https://social.example.gov.uk/@council/1234",
              excerpt(address));
}

bool Network::is_anothers(const Context& context, const std::string& remote_id,
                          const std::string& url) const {
  if (!context.is_taken) return false;
  if (context.is_taken(remote_id)) return true;
  const auto by_address = receipt_at(context, url);
  return by_address && !by_address->remote_id.empty() && by_address->remote_id != remote_id &&
         context.is_taken(by_address->remote_id);
}

}  // namespace crier
