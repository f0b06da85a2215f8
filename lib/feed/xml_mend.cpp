#include "feed/xml_mend.h"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "core/utf8.h"

namespace crier {
namespace {

constexpr std::size_t kNowhere = std::string_view::npos;

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' ||
         static_cast<unsigned char>(c) >= 0x80U;
}

bool is_name_part(char c) {
  return is_name_start(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool holds_text_only(std::string_view name) {
  return name == "title" || name == "link" || name == "guid" || name == "pubDate";
}

bool is_part_of_item(std::string_view name) {
  return holds_text_only(name) || name == "description" || name == "item";
}

/// Parts of an item that no HTML has: where one begins, a description has ended.
bool is_no_html(std::string_view name) {
  return name == "guid" || name == "pubDate" || name == "enclosure";
}

/// A feed's own prefixes are none of its modules'.
std::string_view without_feed_prefix(std::string_view name) {
  for (const std::string_view prefix : {"rss:", "atom:", "rdf:"}) {
    if (name.substr(0, prefix.size()) == prefix) return name.substr(prefix.size());
  }
  return name;
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> lower) {
  const std::string_view local = without_feed_prefix(name);
  return std::any_of(lower.begin(), lower.end(),
                     [local](std::string_view each) { return ascii_iequals(local, each); });
}

bool is_item(std::string_view name) { return is_one_of(name, {"item", "entry"}); }

bool may_hold_items(std::string_view name) {
  return is_one_of(name, {"channel", "items", "rss", "rdf", "feed"});
}

struct Ahead {
  std::string_view mark;
  std::size_t found;
};

class Mender {
 public:
  explicit Mender(std::string_view markup) : in_(markup) { out_.reserve(markup.size() + 64); }

  Mended run() {
    while (at_ < in_.size() && !done_) {
      const auto open = in_.find('<', at_);
      text(in_.substr(at_, open == kNowhere ? kNowhere : open - at_));
      if (open == kNowhere) break;
      at_ = open;
      if (!markup()) {
        text("&lt;");
        ++at_;
      }
    }
    const bool whole =
        done_ || (channel_closed_ && open_.size() == 1 && is_one_of(open_.front(), {"rss"}));
    while (!open_.empty()) close_top();
    return {std::move(out_), whole};
  }

 private:
  void text(std::string_view piece) {
    if (!open_.empty()) out_ += piece;
  }

  bool begins(std::string_view with) const { return in_.substr(at_, with.size()) == with; }

  /// Looks ahead for a mark. What was found is kept until it lies behind, so that the whole stays
  /// one pass.
  std::size_t find_mark(std::string_view mark) {
    const auto known = std::find_if(ahead_.begin(), ahead_.end(),
                                    [mark](const Ahead& each) { return each.mark == mark; });
    if (known == ahead_.end()) {
      ahead_.push_back({mark, in_.find(mark, at_)});
      return ahead_.back().found;
    }
    if (known->found < at_) known->found = in_.find(mark, at_);
    return known->found;
  }

  /// Skips what stands between two marks; without the second it is no markup.
  bool skip_past(std::string_view end) {
    const auto found = find_mark(end);
    if (found == kNowhere) return false;
    at_ = found + end.size();
    return true;
  }

  bool markup() {
    if (begins("<!--")) return skip_past("-->");
    if (begins("<![CDATA[")) {
      const auto begin = at_;
      if (!skip_past("]]>")) return false;
      text(in_.substr(begin, at_ - begin));
      return true;
    }
    if (begins("<?")) return skip_past("?>");
    if (begins("<!")) return skip_declaration();
    if (begins("</")) return end_tag();
    return start_tag();
  }

  bool skip_declaration() {
    const auto begin = at_;
    const auto end = std::min(find_mark(">"), find_mark("["));
    if (end == kNowhere) return false;
    if (in_[end] == '[') {
      at_ = end;
      const auto subset_end = find_mark("]");
      at_ = subset_end == kNowhere ? begin : subset_end;
      if (subset_end == kNowhere) return false;
    }
    if (skip_past(">")) return true;
    at_ = begin;
    return false;
  }

  std::string_view name_at(std::size_t at) const {
    if (at >= in_.size() || !is_name_start(in_[at])) return {};
    std::size_t end = at + 1;
    while (end < in_.size() && is_name_part(in_[end])) ++end;
    return in_.substr(at, end - at);
  }

  bool end_tag() {
    const auto name = name_at(at_ + 2);
    if (name.empty() || !skip_past(">")) return false;
    const auto count = counts_.find(name);
    if (count == counts_.end() || count->second == 0) return true;
    while (open_.back() != name) close_top();
    close_top();
    done_ = open_.empty();
    return true;
  }

  void close_top() {
    out_ += "</";
    out_ += open_.back();
    out_ += '>';
    --counts_[open_.back()];
    channel_closed_ = open_.back() == "channel";
    if (may_hold_items(open_.back())) --open_lists_;
    open_.pop_back();
  }

  /// Closes what was left open before a part of a feed that cannot stand in it.
  void close_before(std::string_view name) {
    if (open_.empty()) return;
    if (is_item(name)) {
      while (open_lists_ > 0 && !may_hold_items(open_.back())) close_top();
    } else if (is_no_html(name)) {
      const auto description = counts_.find("description");
      while (open_.size() > 1 && description != counts_.end() && description->second > 0) {
        close_top();
      }
    }
    // A title whose end was forgotten ends where the item's next part begins.
    if (holds_text_only(open_.back()) && is_part_of_item(name)) close_top();
  }

  bool start_tag() {
    const auto name = name_at(at_ + 1);
    if (name.empty()) return false;
    std::string attributes;
    std::size_t at = at_ + 1 + name.size();
    bool empty = false;
    if (!read_attributes(at, attributes, empty)) return false;
    at_ = at;
    close_before(name);
    out_ += '<';
    out_ += name;
    out_ += attributes;
    if (empty) {
      out_ += "/>";
      done_ = open_.empty();
    } else {
      out_ += '>';
      open_.push_back(name);
      if (may_hold_items(name)) ++open_lists_;
      ++counts_[name];
    }
    return true;
  }

  /// Reads up to and past the ">"; false, if another "<" or the end comes first.
  bool read_attributes(std::size_t& at, std::string& attributes, bool& empty) const {
    while (at < in_.size() && in_[at] != '<') {
      if (in_[at] == '>') {
        ++at;
        return true;
      }
      if (!is_space(in_[at])) empty = in_[at] == '/';
      const auto name = name_at(at);
      if (name.empty()) {
        ++at;
        continue;
      }
      at += name.size();
      while (at < in_.size() && is_space(in_[at])) ++at;
      std::string_view value;
      if (at < in_.size() && in_[at] == '=' && !read_value(++at, value)) return false;
      append_attribute(attributes, name, value);
    }
    return false;
  }

  bool read_value(std::size_t& at, std::string_view& value) const {
    while (at < in_.size() && is_space(in_[at])) ++at;
    if (at == in_.size()) return false;
    std::size_t end = 0;
    if (in_[at] == '"' || in_[at] == '\'') {
      end = in_.find(in_[at], at + 1);
      if (end == kNowhere) return false;
      value = in_.substr(at + 1, end - at - 1);
      at = end + 1;
      return true;
    }
    end = in_.find_first_of(" \t\r\n>", at);
    if (end == kNowhere) return false;
    value = in_.substr(at, end - at);
    at = end;
    return true;
  }

  static void append_attribute(std::string& out, std::string_view name, std::string_view value) {
    out += ' ';
    out += name;
    out += "=\"";
    for (const char c : value) {
      if (c == '"') {
        out += "&quot;";
      } else if (c == '<') {
        out += "&lt;";
      } else {
        out += c;
      }
    }
    out += '"';
  }

  std::string_view in_;
  std::string out_;
  std::size_t at_ = 0;
  bool done_ = false;
  bool channel_closed_ = false;  ///< by the last tag that closed anything
  std::vector<Ahead> ahead_;
  std::vector<std::string_view> open_;
  std::size_t open_lists_ = 0;  ///< of them, those that may hold items
  std::unordered_map<std::string_view, std::size_t> counts_;
};

constexpr std::size_t kMaxEntityBytes = 4096;
constexpr std::size_t kMaxAddedBytes = 256UL << 10U;
constexpr int kMaxEntityDepth = 8;

/// The general entities of one document, expanded on demand and each only once.
class Entities {
 public:
  /// Reads the internal subset of a document type: what stands between "[" and "]".
  void declare_from(std::string_view subset) {
    for (auto at = subset.find("<!ENTITY"); at != kNowhere; at = subset.find("<!ENTITY", at + 8)) {
      declare(subset.substr(at + 8));
    }
  }
  [[nodiscard]] bool empty() const { return entities_.empty(); }

  /// Nothing for a name that is not declared, goes round in a circle or grows too large.
  const std::string* find(std::string_view name, int depth = 0) {
    const auto found = entities_.find(name);
    if (found == entities_.end()) return nullptr;
    Entity& entity = found->second;
    if (!entity.is_settled) {
      entity.is_settled = true;  // before expanding: a circle finds no value
      std::string value;
      if (depth < kMaxEntityDepth && expand(entity.source, value, kMaxEntityBytes, depth + 1)) {
        entity.value = std::move(value);
      }
    }
    return entity.value ? &*entity.value : nullptr;
  }

  /// Copies `text` with its references replaced; false, when that adds more than `most` bytes.
  bool expand(std::string_view text, std::string& out, std::size_t most, int depth = 0) {
    const std::size_t limit = text.size() + most;
    for (std::size_t at = 0; at < text.size();) {
      const auto mark = text.find('&', at);
      out.append(text, at, mark == kNowhere ? kNowhere : mark - at);
      if (mark == kNowhere) break;
      const auto end = text.find_first_of("; <&", mark + 1);
      const std::string* value = nullptr;
      if (end != kNowhere && text[end] == ';') {
        const auto name = text.substr(mark + 1, end - mark - 1);
        value = find(name, depth);
        if (value == nullptr && depth > 0 && entities_.count(name) != 0) return false;
      }
      if (value != nullptr && out.size() + value->size() <= limit) {
        out += *value;
        at = end + 1;
      } else if (value != nullptr && depth > 0) {
        return false;
      } else {
        out += '&';
        at = mark + 1;
      }
    }
    return true;
  }

 private:
  struct Entity {
    std::string source;
    std::optional<std::string> value;
    bool is_settled = false;
  };

  void declare(std::string_view text) {
    text = trimmed(text);
    std::size_t length = 0;
    while (length < text.size() && is_name_part(text[length])) ++length;
    const std::string_view name = text.substr(0, length);
    text = trimmed(text.substr(length));
    // SYSTEM, PUBLIC and "%" end here: only a quoted value is read.
    if (name.empty() || text.empty() || (text.front() != '"' && text.front() != '\'')) return;
    const auto end = text.find(text.front(), 1);
    if (end > kMaxEntityBytes || entities_.size() >= 1024) return;
    std::string source(text.substr(1, end - 1));
    // A character reference in a declaration is expanded once there: "&#38;lt;" declares "&lt;".
    for (const std::string_view ampersand : {"&#38;", "&#x26;"}) {
      for (auto at = source.find(ampersand); at != kNowhere; at = source.find(ampersand, at + 1)) {
        source.erase(at + 1, ampersand.size() - 1);
      }
    }
    entities_.emplace(name, Entity{std::move(source), std::nullopt, false});
  }

  std::map<std::string, Entity, std::less<>> entities_;
};

/// Where the document type stands: before the root, after instructions and comments.
std::size_t document_type_in(std::string_view markup) {
  std::size_t at = 0;
  while ((at = markup.find_first_not_of(" \t\r\n", at)) != kNowhere) {
    const std::string_view rest = markup.substr(at);
    if (rest.substr(0, 9) == "<!DOCTYPE") return at;
    const bool is_comment = rest.substr(0, 4) == "<!--";
    if (!is_comment && rest.substr(0, 2) != "<?") return kNowhere;
    const auto end = is_comment ? rest.find("-->") : rest.find("?>");
    if (end == kNowhere) return kNowhere;
    at += end + (is_comment ? 3 : 2);
  }
  return kNowhere;
}

}  // namespace

Mended mend_markup(std::string_view markup) { return Mender(markup).run(); }

bool expand_declared_entities(std::string& markup) {
  const std::string_view whole(markup);
  const auto type = document_type_in(whole);
  if (type == kNowhere) return false;
  const auto bracket = whole.find_first_of("[>", type);
  if (bracket == kNowhere || whole[bracket] != '[') return false;
  const auto end = whole.find("]>", bracket);
  const auto spaced_end = whole.find("] >", bracket);
  const auto subset_end = std::min(end, spaced_end);
  if (subset_end == kNowhere) return false;
  Entities entities;
  entities.declare_from(whole.substr(bracket + 1, subset_end - bracket - 1));
  if (entities.empty()) return false;

  const std::string_view body = whole.substr(whole.find('>', subset_end) + 1);
  std::string out;
  out.reserve(body.size() + 4096);
  std::size_t at = 0;
  std::size_t added = 0;
  while (at < body.size()) {
    const auto cdata = body.find("<![CDATA[", at);
    const auto piece = body.substr(at, cdata == kNowhere ? kNowhere : cdata - at);
    const std::size_t before = out.size();
    entities.expand(piece, out, kMaxAddedBytes - std::min(added, kMaxAddedBytes));
    const std::size_t grown = out.size() - before;
    if (grown > piece.size()) added += grown - piece.size();
    if (cdata == kNowhere) break;
    const auto close = body.find("]]>", cdata);
    at = close == kNowhere ? body.size() : close + 3;
    out.append(body, cdata, at - cdata);
  }
  markup = std::move(out);
  return true;
}

}  // namespace crier
