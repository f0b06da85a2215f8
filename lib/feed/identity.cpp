#include "feed/identity.h"

#include <algorithm>
#include <optional>
#include <unordered_set>

#include "core/hash.h"
#include "core/url.h"
#include "core/utf8.h"
#include "feed/reference.h"

namespace crier {
namespace {

/// A guid around the address of its website: "22320 at " "http://www.example.gov.uk" "".
struct SplitGuid {
  std::string_view before, authority, after;
  bool is_secure = false;
};

/// Letters, digits and what stands in a host with its port; whatever is not ASCII too.
bool may_be_host(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == ':' || c == '_' || c == '@' || (static_cast<unsigned char>(c) >= 0x80U);
}

std::optional<SplitGuid> split_guid(std::string_view guid) {
  const auto colon = guid.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view head = guid.substr(0, colon);
  std::size_t scheme = 0;
  if (head.size() >= 5 && ascii_iequals(head.substr(head.size() - 5), "https")) {
    scheme = 5;
  } else if (head.size() >= 4 && ascii_iequals(head.substr(head.size() - 4), "http")) {
    scheme = 4;
  } else {
    return std::nullopt;
  }
  const std::string_view rest = guid.substr(colon + 3);
  const auto end = static_cast<std::size_t>(
      std::find_if_not(rest.begin(), rest.end(), may_be_host) - rest.begin());
  std::string_view after = rest.substr(end);
  if (after == "/") after = {};
  return SplitGuid{head.substr(0, head.size() - scheme), rest.substr(0, end), after, scheme == 5};
}

/// What is left of a guid when its website's host is taken out; empty if that is no identity.
std::string node_of(const SplitGuid& guid) {
  std::string node(guid.before);
  node += guid.after;
  const bool has_digit =
      std::any_of(node.begin(), node.end(), [](char c) { return c >= '0' && c <= '9'; });
  return has_digit ? "node:" + std::string(trimmed(node)) : std::string();
}

void name_by_guid(ItemNames& names, std::string_view guid) {
  if (is_http_url(guid)) {
    std::string& link = names[Rung::guid];
    link = "link:" + normalised_link(guid);
    const auto path = link.find_first_of("/?#");
    if (path != std::string::npos) names[Rung::node] = "node:" + link.substr(path);
    return;
  }
  std::string& name = names[Rung::guid];
  name = "guid:";
  const auto split = split_guid(guid);
  if (!split) {
    name += guid;
    return;
  }
  name += split->before;
  name += normalised_host(split->authority, split->is_secure);
  name += split->after;
  names[Rung::node] = node_of(*split);
}

std::string_view behind_host(std::string_view link) {
  const auto colon = link.find("://");
  if (colon == std::string_view::npos) return {};
  const auto path = link.find_first_of("/?#", colon + 3);
  return path == std::string_view::npos ? std::string_view() : link.substr(path);
}

std::string under_date(std::string_view kind, SysTime date, std::string_view what) {
  std::string name;
  name.reserve(kind.size() + what.size() + 24);
  name += kind;
  name += to_iso8601(date);
  name += ' ';
  name += what;
  return name;
}

std::string text_hash(const Item& item, const std::string& title) {
  return hash_hex(title + "\n" + collapse_space(item.summary.value));
}

std::string text_name(const Item& item, const std::string& title) {
  return "text:" + text_hash(item, title);
}

using QuarterHours = std::chrono::duration<std::int64_t, std::ratio<900>>;

/// Midnight, in UTC or in British summer time.
bool is_day_only(SysTime date) {
  const auto time = date - std::chrono::floor<std::chrono::days>(date);
  return time == std::chrono::hours{0} || time == std::chrono::hours{23};
}

bool is_round(SysTime date) { return date == std::chrono::floor<QuarterHours>(date); }

void name_by_date(ItemNames& names, SysTime date, const Item& item, const std::string& title) {
  names[Rung::stamp] = "stamp:" + to_iso8601(date);
  names.is_day_only = is_day_only(date);
  names.is_round = is_round(date);
  const bool is_nameless = !names.has(Rung::guid) && !names.has(Rung::link);
  if (!title.empty()) {
    names[Rung::dated] = under_date("dated:", date, title);
  } else if (is_nameless && !item.summary.value.empty()) {
    names[Rung::dated] = under_date("dated:", date, text_hash(item, title));
  }
}

ItemNames names_of(const Item& item) {
  ItemNames names;
  if (item.guid) {
    if (const std::string_view guid = trimmed(*item.guid); !guid.empty()) name_by_guid(names, guid);
  }
  if (!item.link.empty()) {
    names[Rung::link] = "link:" + normalised_link(item.link);
    if (names[Rung::link] == names[Rung::guid]) names[Rung::link].clear();
  }
  const std::string title = collapse_space(item.title.value);
  const auto date = date_of(item);
  if (!title.empty()) names[Rung::title] = "title:" + title;
  if (date) name_by_date(names, *date, item, title);
  if (!date && !names.has(Rung::guid) && (!title.empty() || !item.summary.value.empty())) {
    names[Rung::text] = text_name(item, title);
  }
  std::string reference = reference_in(title);
  if (reference.empty()) reference = reference_in(behind_host(item.link));
  if (!reference.empty()) names[Rung::reference] = "ref:" + reference;
  return names;
}

std::uint64_t key_of(const std::string& name) { return hash64(name, 0); }

/// Everything that an item is called: two items that have it in common are one.
std::uint64_t key_of_all(const ItemNames& names) {
  std::uint64_t key = 0;
  for (const std::string& name : names.names) key = hash64(name, key);
  return key;
}

/// The keys that stand in the list more than once; sorts it.
std::vector<std::uint64_t> repeated(std::vector<std::uint64_t>& keys) {
  std::sort(keys.begin(), keys.end());
  std::vector<std::uint64_t> found;
  for (std::size_t i = 1; i < keys.size(); ++i) {
    if (keys[i] == keys[i - 1] && (found.empty() || found.back() != keys[i])) {
      found.push_back(keys[i]);
    }
  }
  return found;
}

/// The names' keys that more than one item has; an item that is given twice counts once.
std::vector<std::uint64_t> shared_keys(const std::vector<ItemNames>& all) {
  std::unordered_set<std::uint64_t> items;
  items.reserve(all.size());
  std::vector<std::uint64_t> keys;
  keys.reserve(all.size() * rung_count);
  for (const ItemNames& item : all) {
    if (!items.insert(key_of_all(item)).second) continue;
    for (const std::string& name : item.names) {
      if (!name.empty()) keys.push_back(key_of(name));
    }
  }
  return repeated(keys);
}

void drop_shared(ItemNames& names, const Item& item, const std::vector<std::uint64_t>& shared) {
  for (std::string& name : names.names) {
    if (name.empty() || !std::binary_search(shared.begin(), shared.end(), key_of(name))) continue;
    if (&name == &names[Rung::title]) {
      names.shares_title = true;
    } else if (&name == &names[Rung::stamp]) {
      names.shares_stamp = true;
    } else {
      const bool is_address = &name == &names[Rung::guid] || &name == &names[Rung::link];
      if (is_address) names.shared.push_back(std::move(name));
      name.clear();
    }
  }
  name_by_words(names, item);
}

}  // namespace

void name_by_words(ItemNames& names, const Item& item) {
  if (names.has(Rung::guid) || names.has(Rung::link) || names.has(Rung::dated)) return;
  const std::string title = collapse_space(item.title.value);
  if (!title.empty() || !item.summary.value.empty()) names[Rung::text] = text_name(item, title);
}

const std::string& ItemNames::best() const {
  static const std::string none;
  for (const Rung rung : {Rung::guid, Rung::link, Rung::dated, Rung::text, Rung::title}) {
    if (has(rung)) return (*this)[rung];
  }
  return none;
}

std::vector<ItemNames> identify(const std::vector<Item>& items) {
  std::vector<ItemNames> all;
  all.reserve(items.size());
  for (const Item& item : items) all.push_back(names_of(item));
  const std::vector<std::uint64_t> shared = shared_keys(all);
  if (shared.empty()) return all;
  for (std::size_t i = 0; i < all.size(); ++i) drop_shared(all[i], items[i], shared);
  return all;
}

std::vector<std::string> names_of_id(std::string_view id) {
  id = trimmed(id);
  if (id.empty()) return {};
  ItemNames names;
  name_by_guid(names, id);
  std::vector<std::string> found{std::move(names[Rung::guid])};
  if (names.has(Rung::node) && !is_http_url(id)) found.push_back(std::move(names[Rung::node]));
  return found;
}

}  // namespace crier
