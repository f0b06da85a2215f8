#include "store/foreign_state.h"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>

#include "core/utf8.h"

namespace crier {
namespace {

using Json = nlohmann::json;

/// Calls `take` with each line (trimmed) and its number, until one is refused.
Result<void> each_line(
    std::string_view bytes,
    const std::function<Result<void>(std::string_view line, std::size_t number)>& take) {
  for (std::size_t number = 1; !bytes.empty(); ++number) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    const std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    if (line.size() > longest_id) {
      return fail(ErrorKind::invalid, "line {} has {} bytes: that is no id (at most {})", number,
                  line.size(), longest_id);
    }
    // No feed can hold one: the file is something else.
    if (line.find('\0') != std::string_view::npos) {
      return fail(ErrorKind::invalid, "line {} holds a NUL byte: this is no list of ids", number);
    }
    if (number > most_ids) {
      return fail(ErrorKind::invalid, "it has more than {} lines: is it a list of ids?", most_ids);
    }
    if (auto taken = take(trimmed(line), number); !taken) return taken;
  }
  return {};
}

/// What a file that should be a list of ids is in truth; empty if it may well be one.
std::string_view what_else(std::string_view bytes) {
  const std::string_view start = trimmed(bytes.substr(0, 4096));
  if (start.starts_with("SQLite format 3")) return "a database";
  // "{F9168C5E-…}" is an id.
  if (start.starts_with('{')) {
    const std::string_view rest = trimmed(start.substr(1));
    if (rest.starts_with('"') || rest.starts_with('}')) return "JSON";
  }
  if (start.starts_with("[{") || start.starts_with("[\"")) return "JSON";
  for (const char* mark : {"<?xml", "<rss", "<feed", "<!doctype", "<html"}) {
    if (ascii_iequals(start.substr(0, std::string_view(mark).size()), mark)) return "XML or HTML";
  }
  return {};
}

Result<ForeignState> read_list(std::string_view bytes, bool has_comments) {
  if (const auto other = what_else(bytes); !other.empty()) {
    return fail(ErrorKind::invalid,
                "this is {}, and no list with one id a line; if it is the memory of another "
                "program, name that program with --from",
                other);
  }
  ForeignState state;
  const auto read = each_line(bytes, [&](std::string_view line, std::size_t) -> Result<void> {
    if (!line.empty() && !(has_comments && line.front() == '#')) state.ids.emplace_back(line);
    return {};
  });
  if (!read) return Failure(read.error());
  return state;
}

/// Says whether a text begins like "2026-03-02T09:00" or "2026-03-02 09:00".
bool is_date(std::string_view text) {
  constexpr std::string_view shape = "0000-00-00T00:00";
  if (text.size() < shape.size() || text.size() > 40) return false;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const bool is_digit = text[i] >= '0' && text[i] <= '9';
    const bool fits = shape[i] == '0'   ? is_digit
                      : shape[i] == 'T' ? text[i] == 'T' || text[i] == ' '
                                        : text[i] == shape[i];
    if (!fits) return false;
  }
  return true;
}

/// The file is YAML. All that is asked of it is one key at its outermost level, whose value is a
/// date on the same line: that takes no YAML reader.
Result<ForeignState> read_feediverse(std::string_view bytes) {
  constexpr std::string_view key = "updated:";
  ForeignState state;
  bool has_feeds = false;
  std::size_t at_line = 0;
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    const std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    ++at_line;
    if (line.starts_with("feeds:")) has_feeds = true;
    if (!line.starts_with(key)) continue;
    std::string_view value = trimmed(line.substr(key.size()));
    if (value.size() >= 2 && (value.front() == '\'' || value.front() == '"') &&
        value.back() == value.front()) {
      value = value.substr(1, value.size() - 2);
    }
    if (!is_date(value)) {
      return fail(ErrorKind::invalid, "line {}: `updated` is no date such as 2026-03-02T09:00:00Z",
                  at_line);
    }
    state.until = value;
  }
  if (!has_feeds || state.until.empty()) {
    return fail(
        ErrorKind::invalid,
        "this is no file of feediverse's: it needs `feeds:` and `updated:`, each at the "
        "beginning of a line (it is ~/.feediverse; `updated` is there after its first run)");
  }
  return state;
}

Result<ForeignState> read_bsky_rss(std::string_view bytes) {
  if (is_date(trimmed(bytes))) return ForeignState{{}, std::string(trimmed(bytes))};
  ForeignState state;
  const auto read =
      each_line(bytes, [&](std::string_view line, std::size_t number) -> Result<void> {
        if (line.empty()) return {};
        const std::size_t bar = line.find('|');
        if (bar == std::string_view::npos || !is_date(trimmed(line.substr(0, bar)))) {
          return fail(
              ErrorKind::invalid,
              "line {} is not as bsky.rss writes it: db.txt has \"date|link\" in each line, "
              "last.txt has one date",
              number);
        }
        const std::string_view link = trimmed(line.substr(bar + 1));
        if (!link.empty()) state.ids.emplace_back(link);
        return {};
      });
  if (!read) return Failure(read.error());
  return state;
}

std::string text_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// With `trust-guid = False` rss2email remembers hashes of what an item says, which name no item.
bool is_hash(std::string_view id) {
  return id.size() == 40 && id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Result<ForeignState> ids_of(const Json& seen) {
  ForeignState state;
  std::size_t hashes = 0;
  for (const auto& [id, what] : seen.items()) {
    if (id.size() > longest_id) {
      return fail(ErrorKind::invalid, "one of its ids has {} bytes: that is no id", id.size());
    }
    if (is_hash(id)) ++hashes;
    if (const auto text = trimmed(id); !text.empty()) state.ids.emplace_back(text);
  }
  if (hashes > 0 && hashes == state.ids.size()) {
    return fail(ErrorKind::invalid,
                "rss2email remembers this feed by hashes of its texts (trust-guid = False), and "
                "they do not tell which items they were");
  }
  return state;
}

Result<ForeignState> read_rss2email(std::string_view bytes, const ForeignFeed& feed) {
  // Deep nesting is no danger: nlohmann's parser keeps its stack on the heap.
  const Json file = Json::parse(bytes.begin(), bytes.end(), nullptr, false);
  const bool is_object = file.is_object();
  const auto feeds = is_object ? file.find("feeds") : file.end();
  if (!is_object || feeds == file.end() || !feeds->is_array()) {
    return fail(ErrorKind::invalid,
                "this is no rss2email.json: that is JSON with a list called \"feeds\" (the memory, "
                "not rss2email.cfg)");
  }
  std::string names;
  std::size_t count = 0;
  for (const Json& entry : *feeds) {
    if (!entry.is_object()) continue;
    const std::string name = text_at(entry, "name");
    const std::string url = text_at(entry, "url");
    if ((!name.empty() && name == feed.name) || (!url.empty() && url == feed.url)) {
      const auto seen = entry.find("seen");
      if (seen != entry.end() && seen->is_object()) return ids_of(*seen);
      return fail(ErrorKind::invalid, "its feed \"{}\" has no list called \"seen\"",
                  printable(to_valid_utf8(name)));
    }
    if (++count <= 20) names += (names.empty() ? "" : ", ") + printable(to_valid_utf8(name));
  }
  return fail(ErrorKind::invalid,
              "it holds no feed called \"{}\". It holds: {}{}. Say which with --as NAME", feed.name,
              names.empty() ? "none" : names, count > 20 ? ", …" : "");
}

}  // namespace

Result<ForeignState> read_foreign_state(std::string_view bytes, StateFormat format,
                                        const ForeignFeed& feed) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (bytes.starts_with(byte_order_mark)) bytes.remove_prefix(byte_order_mark.size());
  Result<ForeignState> state;
  switch (format) {
    case StateFormat::list: state = read_list(bytes, /*has_comments=*/true); break;
    case StateFormat::feed2toot: state = read_list(bytes, /*has_comments=*/false); break;
    case StateFormat::feediverse: state = read_feediverse(bytes); break;
    case StateFormat::rss2email: state = read_rss2email(bytes, feed); break;
    case StateFormat::bsky_rss: state = read_bsky_rss(bytes); break;
  }
  if (state && state->ids.empty() && state->until.empty()) {
    return fail(ErrorKind::invalid, "it holds no id");
  }
  return state;
}

}  // namespace crier
