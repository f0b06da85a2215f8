#include <optional>

#include "compose/entity_finders.h"
#include "compose/url_scan.h"
#include "compose/x_tables.h"

// Source: npm twitter-text 3.1.0 finds the same in the same texts (tests/oracles/compare).

namespace crier {
namespace {

constexpr std::size_t longest_name = 20;  // of an account
constexpr std::size_t longest_list = 24;  // of a list, behind its first letter
constexpr std::size_t longest_ticker = 6;

bool is_at_sign(char16_t c) { return c == '@' || c == u'\uFF20'; }
bool is_hash_sign(char16_t c) { return c == '#' || c == u'\uFF03'; }
bool is_letter_of_tag(char32_t c) { return contains(x_tables::letters(), c); }
bool is_in_tag(char32_t c) { return is_letter_of_tag(c) || contains(x_tables::others(), c); }

/// One that was found, in units, and whether it counts: what does not, still takes its place.
struct Found {
  std::size_t begin = 0, end = 0;
  bool counts = true;
};

/// Goes through a text as a regular expression does that is asked for one match after the other:
/// `match_at` is asked whether there is one that begins at a unit.
template <class MatchAt, class Keep>
void go_through(const Units& text, MatchAt match_at, Keep keep) {
  for (std::size_t at = 0; at < text.size();) {
    const std::optional<Found> found = match_at(at);
    if (found && found->counts) keep(*found);
    at = found ? found->end : at + 1;
  }
}

std::optional<Found> mention_from(const Units& text, std::size_t sign) {
  if (!is_at_sign(text.peek(sign))) return std::nullopt;
  std::size_t end = sign + 1;
  while (end <= sign + longest_name && is_ascii_word(text.peek(end))) ++end;
  if (end == sign + 1) return std::nullopt;
  if (text.peek(end) == '/' && is_ascii_letter(text.peek(end + 1))) {
    const std::size_t list = end + 2;
    end = list;
    while (end < list + longest_list && (is_ascii_word(text.peek(end)) || text.peek(end) == '-')) {
      ++end;
    }
  }
  return Found{sign, end, !spoils_mention(text, end)};
}

std::optional<Found> mention_behind_rt(const Units& text, std::size_t at) {
  if (!text.has(at, u"rt")) return std::nullopt;
  return mention_from(text, text.peek(at + 2) == ':' ? at + 3 : at + 2);
}

std::optional<Found> mention_at(const Units& text, std::size_t at) {
  static constexpr std::u16string_view not_before = u"!#$%&*@\uFF20", not_before_rt = u"_+~.-";
  const char16_t before = text[at];
  if (at == 0) {
    if (auto found = mention_from(text, 0)) return found;
  }
  if (!is_ascii_word(before) && not_before.find(before) == std::u16string_view::npos) {
    if (auto found = mention_from(text, at + 1)) return found;
  }
  if (at == 0) {
    if (auto found = mention_behind_rt(text, 0)) return found;
  }
  const bool may_come_before_rt = !is_ascii_letter(before) && !is_ascii_digit(before) &&
                                  not_before_rt.find(before) == std::u16string_view::npos;
  return may_come_before_rt ? mention_behind_rt(text, at + 1) : std::nullopt;
}

std::optional<Found> hashtag_from(const Units& text, std::size_t sign) {
  if (!is_hash_sign(text.peek(sign))) return std::nullopt;
  const char16_t after = text.peek(sign + 1);
  if (after == 0xFE0F || after == 0x20E3) return std::nullopt;
  bool has_letter = false;
  std::size_t end = sign + 1;
  while (end < text.size()) {
    const char32_t c = text.code_point(end);
    const bool is_letter = is_letter_of_tag(c);
    if (!is_letter && !is_in_tag(c)) break;
    has_letter = has_letter || is_letter;
    end += unit_count(c);
  }
  if (!has_letter) return std::nullopt;
  return Found{sign, end, !is_hash_sign(text.peek(end)) && !text.has(end, u"://")};
}

std::optional<Found> hashtag_at(const Units& text, std::size_t at) {
  if (at == 0) {
    if (auto found = hashtag_from(text, 0)) return found;
  }
  if (text.is_low(at) || is_ascii_letter_or_digit(text[at])) return std::nullopt;
  const char32_t before = text.code_point(at);
  const std::size_t sign = at + unit_count(before);
  if (!is_hash_sign(text.peek(sign))) return std::nullopt;
  const bool is_style_mark = before == 0xFE0E || before == 0xFE0F;
  if (!is_style_mark && (before == '&' || is_in_tag(before))) return std::nullopt;
  return hashtag_from(text, sign);
}

bool may_follow_ticker(const Units& text, std::size_t at) {
  static constexpr std::u16string_view signs = u"!'#%&()*+,\\-./:;<=>?@[]^_{|}~$";
  if (at >= text.size()) return true;
  return is_script_space(text[at]) || signs.find(text[at]) != std::u16string_view::npos;
}

std::optional<Found> cashtag_from(const Units& text, std::size_t sign) {
  if (text.peek(sign) != '$') return std::nullopt;
  std::size_t end = sign + 1;
  while (end <= sign + longest_ticker && is_ascii_letter(text.peek(end))) ++end;
  if (end == sign + 1) return std::nullopt;
  if (text.peek(end) == '.' || text.peek(end) == '_') {
    std::size_t suffix = end + 1;
    while (suffix <= end + 2 && is_ascii_letter(text.peek(suffix))) ++suffix;
    if (suffix > end + 1 && may_follow_ticker(text, suffix)) return Found{sign, suffix};
  }
  return may_follow_ticker(text, end) ? std::optional(Found{sign, end}) : std::nullopt;
}

std::optional<Found> cashtag_at(const Units& text, std::size_t at) {
  if (at == 0) {
    if (auto found = cashtag_from(text, 0)) return found;
  }
  return contains(x_tables::blanks(), text[at]) ? cashtag_from(text, at + 1) : std::nullopt;
}

}  // namespace

std::vector<Entity> find_x_entities(const Units& text) {
  std::vector<Entity> entities;
  for (const UrlSpan& url : scan_urls(text, UrlStyle::x)) {
    entities.push_back(entity_at(text, Entity::Kind::url, url.begin, url.end, url.value));
  }
  const auto keep_as = [&](Entity::Kind kind) {
    return [&entities, &text, kind](const Found& found) {
      const std::u16string_view all = text.text;
      entities.push_back(entity_at(text, kind, found.begin, found.end,
                                   all.substr(found.begin + 1, found.end - found.begin - 1)));
    };
  };
  const auto match_with = [&](auto match) {
    return [&text, match](std::size_t at) { return match(text, at); };
  };
  const auto has_any = [&](std::u16string_view signs) {
    return text.text.find_first_of(signs) != std::u16string::npos;
  };
  if (has_any(u"@\uFF20")) go_through(text, match_with(mention_at), keep_as(Entity::Kind::mention));
  if (has_any(u"#\uFF03")) go_through(text, match_with(hashtag_at), keep_as(Entity::Kind::hashtag));
  if (has_any(u"$")) go_through(text, match_with(cashtag_at), keep_as(Entity::Kind::cashtag));
  drop_overlapping(entities);
  return entities;
}

}  // namespace crier
