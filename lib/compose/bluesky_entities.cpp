#include <algorithm>

#include "compose/domains.h"
#include "compose/entity_finders.h"
#include "core/utf8.h"

// Source: npm @atproto/api 0.21.0, RichText.detectFacets, finds the same in the same texts
// (tests/oracles/compare). Bluesky links what a post's record says; this is what its own app would
// say.

namespace crier {
namespace {

constexpr std::size_t longest_tag = 64;  // in graphemes
constexpr std::size_t longest_ticker = 5;

bool may_come_before(const Units& text, std::size_t at, bool after_bracket) {
  if (at == 0) return true;
  const char16_t before = text[at - 1];
  return is_script_space(before) || (after_bracket && before == '(');
}

std::size_t word_end(const Units& text, std::size_t at) {
  while (at < text.size() && !is_script_space(text[at])) ++at;
  return at;
}

std::string narrow(const Units& text, std::size_t begin, std::size_t end) {
  return to_utf8(std::u16string_view(text.text).substr(begin, end - begin));
}

bool has_known_top_domain(std::string_view name) {
  const std::size_t stop = name.rfind('.');
  return stop != std::string_view::npos && is_top_domain_of_bluesky(name.substr(stop + 1));
}

void find_mentions(const Units& text, std::vector<Entity>& entities) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '@' || !may_come_before(text, at, true)) continue;
    std::size_t end = at + 1;
    const auto is_name = [&](std::size_t i) {
      const char16_t c = text.peek(i);
      return is_ascii_letter(c) || is_ascii_digit(c) || c == '.' || c == '-';
    };
    while (is_name(end)) ++end;
    // A name ends where a word begins or ends.
    while (end > at + 1 && is_ascii_word(text[end - 1]) == is_ascii_word(text.peek(end))) --end;
    const std::string name = narrow(text, at + 1, end);
    if (!has_known_top_domain(name) && !name.ends_with(".test")) continue;
    entities.push_back(entity_at(text, Entity::Kind::mention, at, end,
                                 std::u16string_view(text.text).substr(at + 1, end - at - 1)));
  }
}

/// The end of a domain without a scheme: letters and digits, and a full stop at least; 0: none.
std::size_t bare_domain_end(const Units& text, std::size_t at) {
  const auto is_part = [&](std::size_t i) {
    return is_ascii_letter(text.peek(i)) || is_ascii_digit(text.peek(i));
  };
  if (!is_ascii_letter(text[at])) return 0;
  std::size_t end = at;
  while (is_part(end)) ++end;
  const std::size_t first_label = end;
  while (text.peek(end) == '.' && is_part(end + 1)) {
    ++end;
    while (is_part(end)) ++end;
  }
  return end > first_label ? end : 0;
}

void find_links(const Units& text, std::vector<Entity>& entities) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!may_come_before(text, at, true)) continue;
    const std::size_t scheme = text.has(at, u"https://") ? 8 : text.has(at, u"http://") ? 7 : 0;
    const bool has_scheme =
        scheme > 0 && at + scheme < text.size() && !is_script_space(text[at + scheme]);
    const std::size_t domain = has_scheme ? 0 : bare_domain_end(text, at);
    if (!has_scheme && domain == 0) continue;
    std::size_t end = word_end(text, at);
    const std::size_t behind = end;
    std::string url = narrow(text, at, end);
    // Bluesky looks at the letters alone: "httpd.org" counts as having a scheme, "HTTP://" not.
    if (!url.starts_with("http")) {
      if (has_scheme || !has_known_top_domain(narrow(text, at, domain))) {
        at = behind - 1;
        continue;
      }
      url.insert(0, "https://");
    }
    const auto shorten = [&] {
      url.pop_back();
      --end;
    };
    if (std::string_view(".,;:!?").find(url.back()) != std::string_view::npos) shorten();
    if (url.ends_with(')') && url.find('(') == std::string::npos) shorten();
    entities.push_back({Entity::Kind::url, text.bytes[at], text.bytes[end], std::move(url)});
    at = behind - 1;
  }
}

/// No part of a tag: joiners and other characters without a width.
bool ends_tag(char32_t c) {
  return is_script_space(c) || c == 0xAD || c == 0x2060 || (c >= 0x200A && c <= 0x200D) ||
         c == 0x20E2;
}

bool is_punctuation(char32_t c) {
  const CharacterKind kind = kind_of(c);
  return kind == CharacterKind::punctuation || kind == CharacterKind::connector;
}

void find_tags(const Units& text, std::vector<Entity>& entities) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if ((text[at] != '#' && text[at] != u'\uFF03') || !may_come_before(text, at, false)) continue;
    if (text.peek(at + 1) == 0xFE0F) continue;
    bool has_letter = false;
    std::size_t kept = at + 1;  // behind the last that is no punctuation
    std::size_t end = at + 1;
    while (end < text.size()) {
      const char32_t c = text.code_point(end);
      if (ends_tag(c)) break;
      end += unit_count(c);
      if (is_punctuation(c)) continue;
      kept = end;
      has_letter = has_letter || !is_ascii_digit(c);
    }
    if (!has_letter) continue;
    const std::u16string_view name = std::u16string_view(text.text).substr(at + 1, kept - at - 1);
    at = end - 1;
    const std::size_t sign = static_cast<std::size_t>(name.data() - text.text.data()) - 1;
    if (name.size() > longest_tag &&
        count_graphemes(to_utf8(name), Conjuncts::together) > longest_tag) {
      continue;
    }
    entities.push_back(entity_at(text, Entity::Kind::hashtag, sign, kept, name));
  }
}

void find_cashtags(const Units& text, std::vector<Entity>& entities) {
  static constexpr std::u16string_view behind = u".,;:!?)\"'\u2019";
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '$' || !may_come_before(text, at, true)) continue;
    if (!is_ascii_letter(text.peek(at + 1))) continue;
    std::size_t end = at + 1;
    while (is_ascii_letter(text.peek(end)) || is_ascii_digit(text.peek(end))) ++end;
    const bool may_end = end == text.size() || is_script_space(text[end]) ||
                         behind.find(text[end]) != std::u16string_view::npos;
    if (!may_end || end - at - 1 > longest_ticker) continue;
    std::u16string name = text.text.substr(at, end - at);
    for (char16_t& c : name) {
      if (c >= 'a' && c <= 'z') c = static_cast<char16_t>(c - 0x20);
    }
    entities.push_back(entity_at(text, Entity::Kind::hashtag, at, end, name));
  }
}

}  // namespace

std::vector<Entity> find_bluesky_entities(const Units& text) {
  std::vector<Entity> entities;
  find_mentions(text, entities);
  find_links(text, entities);
  find_tags(text, entities);
  find_cashtags(text, entities);
  std::ranges::stable_sort(entities, {}, &Entity::begin);
  return entities;
}

}  // namespace crier
