#include "feed/identity.h"

#include <unordered_map>

#include "core/clock.h"
#include "core/hash.h"
#include "core/url.h"
#include "core/utf8.h"

namespace crier {
namespace {

/// The query without what only counts clicks: utm_source, utm_medium and their like.
std::string without_trackers(std::string_view query) {
  std::string out;
  while (!query.empty()) {
    const auto end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    if (ascii_iequals(pair.substr(0, 4), "utm_")) continue;
    if (!out.empty()) out += '&';
    out += pair;
  }
  return out;
}

/// The rungs of the ladder that an item has, the best first. Each begins with its rung's name, so
/// that a guid is never taken for a link.
std::vector<std::string> rungs_of(const Item& item) {
  std::vector<std::string> rungs;
  if (item.guid && !trimmed(*item.guid).empty()) {
    rungs.push_back("guid:" + std::string(trimmed(*item.guid)));
  }
  if (!item.link.empty()) rungs.push_back("link:" + normalised_link(item.link));
  const auto date = item.published ? item.published : item.updated;
  if (!item.title.value.empty()) {
    rungs.push_back("title:" + hash_hex(item.title.value + (date ? "\n" + to_iso8601(*date) : "")));
  }
  if (rungs.empty() && !item.summary.value.empty())
    rungs.push_back("text:" + hash_hex(item.summary.value));
  return rungs;
}

}  // namespace

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
  std::string host = ascii_lower(rest.substr(0, slash));
  std::string_view path = slash == std::string_view::npos ? std::string_view() : rest.substr(slash);
  const std::string_view default_port = is_secure ? ":443" : ":80";
  if (host.size() > default_port.size() &&
      host.compare(host.size() - default_port.size(), default_port.size(), default_port) == 0) {
    host.resize(host.size() - default_port.size());
  }
  if (host.compare(0, 4, "www.") == 0) host.erase(0, 4);
  if (!path.empty() && path.back() == '/') path.remove_suffix(1);
  std::string out = host + std::string(path);
  if (const std::string kept = without_trackers(query); !kept.empty()) out += "?" + kept;
  out += fragment;
  return out;
}

std::vector<Identity> identify(const std::vector<Item>& items) {
  std::vector<Identity> identities(items.size());
  std::unordered_map<std::string, std::size_t> uses;
  uses.reserve(items.size() * 3);
  for (std::size_t i = 0; i < items.size(); ++i) {
    identities[i].names = rungs_of(items[i]);
    for (const std::string& name : identities[i].names) ++uses[name];
  }
  for (Identity& identity : identities) {
    if (identity.names.empty()) continue;
    // Items that share every rung are one item given twice: its first name is as good as any.
    const std::string first = identity.names.front();
    std::erase_if(identity.names, [&uses](const std::string& name) { return uses[name] > 1; });
    if (identity.names.empty()) identity.names.push_back(first);
    identity.chosen = identity.names.front();
  }
  return identities;
}

}  // namespace crier
