#include <algorithm>

#include "compose/entity_finders.h"
#include "compose/url_scan.h"
#include "core/utf8.h"

// Source: Mastodon's app/lib/extractor.rb, MENTION_RE and USERNAME_RE in app/models/account.rb,
// HASHTAG_RE in app/models/concerns/tag/naming.rb, config/initializers/twitter_regex.rb, read on
// 2026-11-24. It finds links with X's library. Whom it calls:
// app/services/process_mentions_service.rb puts MENTION_RE alone on the whole text.

namespace crier {
namespace {

constexpr std::size_t longest_host = 253;

bool is_letter(char32_t c) {
  const CharacterKind kind = kind_of(c);
  return kind == CharacterKind::letter || kind == CharacterKind::letter_number ||
         kind == CharacterKind::mark;
}

bool is_word(char32_t c) {
  if (c < 0x80) return is_ascii_word(c);
  const CharacterKind kind = kind_of(c);
  return is_letter(c) || kind == CharacterKind::digit || kind == CharacterKind::connector;
}

/// Low line, middle dot, katakana middle dot, zero-width non-joiner: they may stand inside a tag.
bool is_separator(char32_t c) { return c == '_' || c == 0xB7 || c == 0x30FB || c == 0x200C; }

/// The end of parts that are joined by full stops and hyphens; `from` if there is none.
template <class IsPart>
std::size_t joined_end(const Units& text, std::size_t from, IsPart is_part) {
  std::size_t end = from;
  for (std::size_t at = from; at < text.size();) {
    const char32_t c = text.code_point(at);
    if (is_part(c)) {
      end = at += unit_count(c);
    } else if ((c == '.' || c == '-') && end > from) {
      ++at;
    } else {
      break;
    }
  }
  return end;
}

char32_t before(const Units& text, std::size_t at) {
  if (at == 0) return ' ';
  return text.code_point(at >= 2 && text.is_low(at - 1) ? at - 2 : at - 1);
}

enum class Names : std::uint8_t { called, linked };

void find_mentions(const Units& text, Names wanted, std::vector<Entity>& entities) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '@') continue;
    const char32_t left = before(text, at);
    if (left == '=' || left == '/' || is_word(left)) continue;
    std::size_t end = joined_end(text, at + 1, is_ascii_word);
    if (end == at + 1) continue;
    std::size_t host = 0;
    if (text.peek(end) == '@') {
      const std::size_t host_end = joined_end(text, end + 1, is_word);
      if (host_end > end + 1) {
        host = host_end - end - 1;
        end = host_end;
      }
    }
    if (wanted == Names::called || (!spoils_mention(text, end) && host <= longest_host)) {
      entities.push_back(entity_at(text, Entity::Kind::mention, at, end,
                                   std::u16string_view(text.text).substr(at + 1, end - at - 1)));
    }
    at = end - 1;
  }
}

/// The end of the tag whose name begins at `from`; `from` if none does.
std::size_t tag_end(const Units& text, std::size_t from) {
  if (from >= text.size() || !is_word(text.code_point(from))) return from;
  std::size_t words_end = from, last_word_end = from;  // of words only; with separators between
  bool has_letter = false, has_inner_letter = false, is_pending = false;
  for (std::size_t at = from; at < text.size();) {
    const char32_t c = text.code_point(at);
    const bool is_part = is_word(c);
    if (!is_part && !is_separator(c)) break;
    if (is_part) {
      // What was pending stands between the first character and this one.
      has_inner_letter = has_inner_letter || is_pending;
      last_word_end = at + unit_count(c);
    }
    if (is_part && words_end == at) {
      words_end = at + unit_count(c);
      has_letter = has_letter || is_letter(c);
    }
    is_pending = is_pending || (at > from && (is_letter(c) || is_separator(c)));
    at += unit_count(c);
  }
  if (has_inner_letter) return last_word_end;
  return has_letter ? words_end : from;
}

void find_tags(const Units& text, std::vector<Entity>& entities) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '#' && text[at] != u'\uFF03') continue;
    if (!is_white_space(before(text, at))) continue;
    std::size_t end = tag_end(text, at + 1);
    if (end == at + 1) continue;
    const std::size_t behind = end;
    if (text.has(end, u"://")) {
      for (const std::u16string_view scheme : {u"https", u"http"}) {
        if (end < at + 2 + scheme.size()) continue;
        if (text.text.compare(end - scheme.size(), scheme.size(), scheme) != 0) continue;
        end -= scheme.size();
        break;
      }
    }
    entities.push_back(entity_at(text, Entity::Kind::hashtag, at, end,
                                 std::u16string_view(text.text).substr(at + 1, end - at - 1)));
    at = behind - 1;
  }
}

std::vector<Entity> found(const Units& text, bool with_tags) {
  std::vector<Entity> entities;
  for (const UrlSpan& url : scan_urls(text, UrlStyle::mastodon)) {
    entities.push_back(entity_at(text, Entity::Kind::url, url.begin, url.end, url.value));
  }
  if (with_tags) find_tags(text, entities);
  find_mentions(text, Names::linked, entities);
  drop_overlapping(entities);
  return entities;
}

}  // namespace

std::vector<Entity> find_mastodon_entities(const Units& text) { return found(text, true); }

std::vector<Entity> find_mastodon_calls(const Units& text) {
  std::vector<Entity> entities;
  find_mentions(text, Names::called, entities);
  return entities;
}

std::vector<Entity> find_mastodon_short_ones(const Units& text) { return found(text, false); }

}  // namespace crier
