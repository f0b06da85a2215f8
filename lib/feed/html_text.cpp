#include "feed/html_text.h"

#include <gumbo.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>

#include "core/utf8.h"
#include "feed/character_reference.h"
#include "feed/charset.h"

// Feeds hold fragments, cut and nested as badly as can be, and only their text is wanted. So the
// tags are read in one pass without a tree, which makes any depth safe; gumbo, whose tree is walked
// and freed by recursion, is asked only what it alone knows: the names of HTML's 2,231 entities.

namespace crier {
namespace {

constexpr std::size_t kNowhere = std::string_view::npos;
constexpr int kMaxRounds = 3;  ///< of entities within entities

constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

enum class Role : std::uint8_t {
  literal,  ///< no tag of HTML: "<3", "List<String>"
  within,   ///< stands within a line
  between,  ///< parts what is before it from what is after
  hidden,   ///< nobody sees what is inside it
};

struct TagName {
  std::string_view name;
  Role role;
};

/// Source: the HTML Living Standard's index of elements, with its obsolete ones; by name.
constexpr auto kTags = std::to_array<TagName>({
    {"a", Role::within},        {"abbr", Role::within},        {"acronym", Role::within},
    {"address", Role::between}, {"applet", Role::within},      {"area", Role::within},
    {"article", Role::between}, {"aside", Role::between},      {"audio", Role::within},
    {"b", Role::within},        {"base", Role::within},        {"basefont", Role::within},
    {"bdi", Role::within},      {"bdo", Role::within},         {"big", Role::within},
    {"blink", Role::within},    {"blockquote", Role::between}, {"body", Role::between},
    {"br", Role::between},      {"button", Role::between},     {"canvas", Role::within},
    {"caption", Role::between}, {"center", Role::between},     {"cite", Role::within},
    {"code", Role::within},     {"col", Role::within},         {"colgroup", Role::within},
    {"data", Role::within},     {"datalist", Role::between},   {"dd", Role::between},
    {"del", Role::within},      {"details", Role::between},    {"dfn", Role::within},
    {"dialog", Role::between},  {"dir", Role::between},        {"div", Role::between},
    {"dl", Role::between},      {"dt", Role::between},         {"em", Role::within},
    {"embed", Role::within},    {"fieldset", Role::between},   {"figcaption", Role::between},
    {"figure", Role::between},  {"font", Role::within},        {"footer", Role::between},
    {"form", Role::between},    {"frame", Role::within},       {"frameset", Role::within},
    {"h1", Role::between},      {"h2", Role::between},         {"h3", Role::between},
    {"h4", Role::between},      {"h5", Role::between},         {"h6", Role::between},
    {"head", Role::between},    {"header", Role::between},     {"hgroup", Role::between},
    {"hr", Role::between},      {"html", Role::between},       {"i", Role::within},
    {"iframe", Role::hidden},   {"img", Role::within},         {"input", Role::within},
    {"ins", Role::within},      {"kbd", Role::within},         {"label", Role::within},
    {"legend", Role::between},  {"li", Role::between},         {"link", Role::within},
    {"main", Role::between},    {"map", Role::within},         {"mark", Role::within},
    {"marquee", Role::between}, {"menu", Role::between},       {"meta", Role::within},
    {"meter", Role::within},    {"nav", Role::between},        {"nobr", Role::within},
    {"noframes", Role::hidden}, {"noscript", Role::hidden},    {"object", Role::within},
    {"ol", Role::between},      {"optgroup", Role::between},   {"option", Role::between},
    {"output", Role::within},   {"p", Role::between},          {"param", Role::within},
    {"picture", Role::within},  {"pre", Role::between},        {"progress", Role::within},
    {"q", Role::within},        {"rp", Role::within},          {"rt", Role::within},
    {"ruby", Role::within},     {"s", Role::within},           {"samp", Role::within},
    {"script", Role::hidden},   {"search", Role::between},     {"section", Role::between},
    {"select", Role::between},  {"slot", Role::within},        {"small", Role::within},
    {"source", Role::within},   {"span", Role::within},        {"strike", Role::within},
    {"strong", Role::within},   {"style", Role::hidden},       {"sub", Role::within},
    {"summary", Role::between}, {"sup", Role::within},         {"svg", Role::within},
    {"table", Role::between},   {"tbody", Role::between},      {"td", Role::between},
    {"template", Role::hidden}, {"textarea", Role::between},   {"tfoot", Role::between},
    {"th", Role::between},      {"thead", Role::between},      {"time", Role::within},
    {"title", Role::between},   {"tr", Role::between},         {"track", Role::within},
    {"tt", Role::within},       {"u", Role::within},           {"ul", Role::between},
    {"var", Role::within},      {"video", Role::within},       {"wbr", Role::within},
});
static_assert(std::is_sorted(kTags.begin(), kTags.end(),
                             [](const TagName& a, const TagName& b) { return a.name < b.name; }));

Role role_of(std::string_view name) {
  constexpr std::size_t longest = 10;
  // "o:p" comes from word processors, "my-card" from scripts: both are tags to everyone. "https:"
  // and "tel:01234" are addresses.
  const auto colon = name.find(':');
  if (colon != kNowhere && (colon + 1 == name.size() || !is_letter(name[colon + 1]))) {
    return Role::literal;
  }
  if (name.find_first_of(":-") != kNowhere) return Role::within;
  if (name.size() > longest) return Role::literal;
  const std::string lower = ascii_lower(name);
  const auto* const found =
      std::lower_bound(kTags.begin(), kTags.end(), lower,
                       [](const TagName& tag, const std::string& key) { return tag.name < key; });
  return found != kTags.end() && found->name == lower ? found->role : Role::literal;
}

std::string_view tag_name(std::string_view html, std::size_t at) {
  std::size_t end = at;
  while (end < html.size() && (is_letter(html[end]) || is_digit(html[end]) || html[end] == ':' ||
                               html[end] == '-' || html[end] == '_')) {
    ++end;
  }
  return html.substr(at, end - at);
}

/// The offset past the ">" that ends a tag. A ">" in quotes does not, unless nothing else would.
std::size_t past_tag(std::string_view html, std::size_t at) {
  constexpr std::size_t longest_tag = 64UL << 10U;
  const std::size_t limit = std::min(html.size(), at + longest_tag);
  char quote = '\0';
  for (std::size_t i = at; i < limit; ++i) {
    const char c = html[i];
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if ((c == '"' || c == '\'') && html[i - 1] == '=') {
      quote = c;
    } else if (c == '>') {
      return i + 1;
    }
  }
  const auto end = html.find('>', at);
  return end == kNowhere ? kNowhere : end + 1;
}

/// The offset past "</name…>", or the end.
std::size_t past_end_tag(std::string_view html, std::size_t at, std::string_view name) {
  while ((at = html.find("</", at)) != kNowhere) {
    if (ascii_iequals(html.substr(at + 2, name.size()), name)) {
      const auto end = html.find('>', at);
      return end == kNowhere ? html.size() : end + 1;
    }
    at += 2;
  }
  return html.size();
}

struct Stripped {
  std::string text;
  bool had_tags = false;
};

/// Reads a fragment from tag to tag.
class Stripper {
 public:
  explicit Stripper(std::string_view html)
      : html_(html), last_end_(html.rfind('>')), last_comment_end_(html.rfind("-->")) {}

  Stripped run() {
    out_.text.reserve(html_.size());
    std::size_t at = 0;
    while (at < html_.size()) {
      const auto open = html_.find('<', at);
      out_.text.append(html_, at, open == kNowhere ? kNowhere : open - at);
      if (open == kNowhere) break;
      at = last_end_ == kNowhere || open > last_end_ ? open : step_over(open);
      if (at == open || at == kNowhere) {
        out_.text += '<';
        at = open + 1;
      }
    }
    return std::move(out_);
  }

 private:
  [[nodiscard]] char at(std::size_t position) const {
    return position < html_.size() ? html_[position] : '\0';
  }

  /// The offset to go on from; `open` itself, or nowhere, if what stands there is text.
  std::size_t step_over(std::size_t open) {
    const char next = at(open + 1);
    if (html_.substr(open, 4) == "<!--") return past_comment(open);
    if (next == '?' || (next == '!' && (is_letter(at(open + 2)) || at(open + 2) == '['))) {
      return past_tag(html_, open + 2);
    }
    const bool closes = next == '/';
    const auto name_at = open + (closes ? 2 : 1);
    if (!is_letter(at(name_at))) return open;
    const std::string_view name = tag_name(html_, name_at);
    // "<mailto:clerk@example.gov.uk>" is an address.
    if (at(name_at + name.size()) == '@') return open;
    const Role role = role_of(name);
    if (role == Role::literal) return open;
    const auto end = past_tag(html_, name_at + name.size());
    if (end == kNowhere) return open;
    out_.had_tags = true;
    if (role == Role::between || role == Role::hidden) out_.text += ' ';
    if (role == Role::hidden && !closes && html_[end - 2] != '/') {
      return past_end_tag(html_, end, name);
    }
    return end;
  }

  /// A comment that is never closed ends with the next tag's end: to hide all the rest would lose
  /// text.
  std::size_t past_comment(std::size_t open) {
    out_.had_tags = true;
    if (at(open + 4) == '>') return open + 5;
    if (last_comment_end_ == kNowhere || last_comment_end_ < open + 4) {
      return past_tag(html_, open + 4);
    }
    return html_.find("-->", open + 4) + 3;
  }

  std::string_view html_;
  std::size_t last_end_, last_comment_end_;
  Stripped out_;
};

Stripped without_tags(std::string_view html) { return Stripper(html).run(); }

struct GumboCleanup {
  void operator()(GumboOutput* output) const {
    gumbo_destroy_output(&kGumboDefaultOptions, output);
  }
};

/// What gumbo makes of "&name;" or "&name"; nothing if that is no entity.
std::optional<std::string> ask_gumbo(const std::string& reference) {
  const std::unique_ptr<GumboOutput, GumboCleanup> output(
      gumbo_parse_with_options(&kGumboDefaultOptions, reference.data(), reference.size()));
  const GumboNode* node = output->root;
  if (node == nullptr || node->type != GUMBO_NODE_ELEMENT) return std::nullopt;
  const GumboVector& parts = node->v.element.children;
  if (parts.length == 0) return std::nullopt;
  const auto* const body = static_cast<const GumboNode*>(parts.data[parts.length - 1]);
  if (body->type != GUMBO_NODE_ELEMENT || body->v.element.children.length != 1) return std::nullopt;
  const auto* const text = static_cast<const GumboNode*>(body->v.element.children.data[0]);
  if (text->type != GUMBO_NODE_TEXT && text->type != GUMBO_NODE_WHITESPACE) return std::nullopt;
  std::string value(text->v.text.text);
  if (value.empty() || value.front() == '&') return std::nullopt;
  // "&notice;" is to gumbo, as to HTML, an entity with text behind it: "¬ice;".
  const char last = value.back();
  const bool has_rest = reference.back() == ';' ? last == ';' : is_letter(last) || is_digit(last);
  if (has_rest && value.size() > 1) return std::nullopt;
  return value;
}

/// Decodes character references; remembers the names it has asked for.
class Entities {
 public:
  /// `needs_semicolon`: "&copy2026" stays, as it must where the text was decoded before.
  std::string decode(std::string_view text, bool needs_semicolon) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
      const auto mark = text.find('&', at);
      out.append(text, at, mark == kNowhere ? kNowhere : mark - at);
      if (mark == kNowhere) break;
      at = mark + 1;
      const std::size_t length = at < text.size() && text[at] == '#'
                                     ? number(text.substr(mark), needs_semicolon, out)
                                     : name(text.substr(at), needs_semicolon, out);
      if (length == 0) out += '&';
      at += length;
    }
    return out;
  }

 private:
  /// Both append what a reference means and give its length after the "&"; 0: it is none.
  static std::size_t number(std::string_view text, bool needs_semicolon, std::string& out) {
    const auto reference = numeric_reference_at(text);
    if (!reference || (needs_semicolon && !reference->is_closed)) return 0;
    const char32_t value = reference->value;
    if (value >= 0x80U && value < 0xA0U) {
      // HTML reads the numbers of windows-1252's own characters as those characters.
      append_utf8(out, from_windows_1252(static_cast<unsigned char>(value)));
    } else {
      append_utf8(out, value == 0 ? char32_t{0xFFFD} : value);
    }
    return reference->length - 1;
  }

  std::size_t name(std::string_view text, bool needs_semicolon, std::string& out) {
    constexpr std::size_t longest = 31;  // CounterClockwiseContourIntegral
    std::size_t length = 0;
    while (length < text.size() && length <= longest &&
           (is_letter(text[length]) || is_digit(text[length]))) {
      ++length;
    }
    if (length == 0 || length > longest) return 0;
    const char next = length < text.size() ? text[length] : '\0';
    const bool ends = next == ';';
    if (!ends && (needs_semicolon || next == '=')) return 0;
    if (ends) ++length;
    const std::string* value = meaning(text.substr(0, length));
    if (value == nullptr) return 0;
    out += *value;
    return length;
  }

  const std::string* meaning(std::string_view reference) {
    constexpr std::size_t most_names = 2048;
    if (const auto known = known_.find(reference); known != known_.end()) {
      return known->second ? &*known->second : nullptr;
    }
    if (known_.size() >= most_names) return nullptr;
    std::string key(reference);
    auto value = ask_gumbo("&" + key);
    const auto placed = known_.emplace(std::move(key), std::move(value)).first;
    return placed->second ? &*placed->second : nullptr;
  }

  std::map<std::string, std::optional<std::string>, std::less<>> known_{
      {"amp;", "&"}, {"lt;", "<"}, {"gt;", ">"}, {"quot;", "\""}, {"apos;", "'"}, {"nbsp;", " "}};
};

/// Puts right what no reader should see: soft hyphens, zero-width spaces and stray byte order marks
/// go, and control characters that were meant in windows-1252 (&#146;) become what they stand for.
std::string visible(std::string_view text) {
  const bool is_usual = text.find_first_of("\xC2\xE2\xEF") == kNowhere;
  if (is_usual) return collapse_space(text);
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    const auto second = static_cast<unsigned char>(rest.size() > 1 ? rest[1] : '\0');
    if (rest.front() == '\xC2' && second >= 0x80U && second < 0xA0U) {
      append_utf8(out, from_windows_1252(second));
      at += 2;
    } else if (rest.substr(0, 2) == "\xC2\xAD") {
      at += 2;
    } else if (rest.substr(0, 3) == "\xE2\x80\x8B" || rest.substr(0, 3) == "\xEF\xBB\xBF") {
      at += 3;
    } else {
      out += rest.front();
      ++at;
    }
  }
  return collapse_space(out);
}

/// Decodes what was encoded more than once, until nothing changes.
std::string fully_decoded(std::string text, Entities& entities) {
  for (int round = 0; round < kMaxRounds && text.find('&') != std::string::npos; ++round) {
    std::string next = entities.decode(text, true);
    if (next == text) break;
    text = std::move(next);
  }
  return text;
}

}  // namespace

std::string html_to_text(std::string_view html) {
  if (html.find_first_of("<&") == kNowhere) return visible(html);
  Entities entities;
  Stripped first = without_tags(html);
  std::string text = entities.decode(first.text, false);
  if (!first.had_tags) {
    // Tags that appear only now were encoded once too often: nobody writes a fragment about tags
    // without using one.
    text = fully_decoded(std::move(text), entities);
    text = without_tags(text).text;
  }
  return visible(fully_decoded(std::move(text), entities));
}

std::string plain_to_text(std::string_view text) {
  if (text.find('&') == kNowhere) return visible(text);
  Entities entities;
  return visible(fully_decoded(std::string(text), entities));
}

}  // namespace crier
