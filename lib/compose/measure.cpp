#include "compose/measure.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>

#include "compose/emoji.h"
#include "compose/entity_finders.h"
#include "compose/url_scan.h"
#include "core/utf8.h"

namespace crier {
namespace {

/// What X's own counter takes each character for.
/// Source: twitter-text, config/v3.json: ranges of weight 100 of 100, the rest 200.
struct LightRange {
  char16_t first = 0, last = 0;
};
constexpr std::array<LightRange, 4> light{{{0, 4351}, {8192, 8205}, {8208, 8223}, {8242, 8247}}};
constexpr std::size_t light_weight = 1, heavy_weight = 2;
constexpr std::size_t x_link_weight = 23;

std::size_t weight_of(char16_t unit) {
  const bool is_light = std::ranges::any_of(
      light, [unit](const LightRange& range) { return unit >= range.first && unit <= range.last; });
  return is_light ? light_weight : heavy_weight;
}

bool is_refused_by_x(char16_t unit) { return unit == 0xFFFE || unit == 0xFEFF || unit == 0xFFFF; }

struct Weighed {
  std::size_t length = 0;
  bool is_accepted = true;  ///< by X: it holds no character that X refuses
};

Weighed weigh(std::string_view text, std::size_t link_weight) {
  const Units units = to_units(to_nfc(text));
  std::unordered_map<std::size_t, std::size_t> links;  // where one begins: how many units it takes
  for (const UrlSpan& url : scan_urls(units, UrlStyle::x)) links[url.begin] = url.value.size();
  Weighed weighed;
  // Emoji are told apart from the start of the text, whatever links stand between them.
  std::size_t emoji_end = 0;
  std::size_t next = 0;
  for (std::size_t at = 0; at < units.size(); ++at) {
    std::size_t emoji = 0;
    if (at >= emoji_end) {
      emoji = emoji_length(units, at);
      if (emoji > 0) emoji_end = at + emoji;
    }
    if (at < next) continue;
    const auto link = links.find(at);
    if (link != links.end()) {
      weighed.length += link_weight;
      next = at + std::max<std::size_t>(link->second, 1);
    } else if (emoji > 0) {
      weighed.length += heavy_weight;
      next = at + emoji;
    } else {
      next = at + unit_count(units.code_point(at));
      weighed.length += weight_of(units[next - 1]);
    }
    if (is_refused_by_x(units[next - 1])) weighed.is_accepted = false;
  }
  return weighed;
}

/// The text as Mastodon counts it: as many "x" in each link's place as it weighs, so that its
/// neighbours form the same grapheme clusters; "@user" for "@user@host".
/// Source: Mastodon's app/validators/status_length_validator.rb.
std::string countable(std::string_view text, const TextRules& rules) {
  std::string out;
  std::size_t done = 0;
  for (const Entity& entity : find_mastodon_short_ones(to_units(text))) {
    const bool is_link = entity.kind == Entity::Kind::url;
    if (is_link ? !rules.link_weight : !rules.remote_mentions_short) continue;
    out += text.substr(done, entity.begin - done);
    if (is_link) {
      out.append(*rules.link_weight, 'x');
    } else {
      out += '@';
      out += std::string_view(entity.value).substr(0, entity.value.find('@'));
    }
    done = entity.end;
  }
  out += text.substr(done);
  return out;
}

/// Source: developers.facebook.com, Threads, "Posts": an emoji counts as its UTF-8 bytes, 2026-04.
std::size_t count_emoji_by_bytes(std::string_view text) {
  const Units units = to_units(text);
  std::size_t length = 0;
  for (std::size_t at = 0; at < units.size();) {
    const std::size_t emoji = emoji_length(units, at);
    if (emoji > 0) {
      length += units.bytes[at + emoji] - units.bytes[at];
      at += emoji;
    } else {
      ++length;
      at += unit_count(units.code_point(at));
    }
  }
  return length;
}

std::size_t count_escaped(std::string_view text, std::string_view escaped) {
  if (escaped.empty()) return 0;
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [&](char c) { return escaped.find(c) != std::string_view::npos; }));
}

std::size_t count(std::string_view text, const TextRules& rules) {
  switch (rules.unit) {
    case TextRules::Unit::graphemes:
      return count_graphemes(text,
                             rules.conjuncts_are_one ? Conjuncts::together : Conjuncts::apart);
    case TextRules::Unit::code_points: return count_code_points(text);
    case TextRules::Unit::bytes: return text.size();
    case TextRules::Unit::utf16: return to_units(text).size();
    case TextRules::Unit::code_points_emoji_bytes: return count_emoji_by_bytes(text);
    case TextRules::Unit::weighted: break;
  }
  return weigh(text, rules.link_weight.value_or(x_link_weight)).length;
}

}  // namespace

std::size_t measure(std::string_view text, const TextRules& rules) {
  const bool has_short_ones =
      rules.unit != TextRules::Unit::weighted &&
      ((rules.link_weight && text.find("://") != std::string_view::npos) ||
       (rules.remote_mentions_short && text.find('@') != std::string_view::npos));
  return (has_short_ones ? count(countable(text, rules), rules) : count(text, rules)) +
         count_escaped(text, rules.escaped);
}

bool fits(std::string_view text, const TextRules& rules) {
  if (rules.max_bytes != 0 && text.size() > rules.max_bytes) return false;
  if (rules.unit != TextRules::Unit::weighted) return measure(text, rules) <= rules.limit;
  const Weighed weighed = weigh(text, rules.link_weight.value_or(x_link_weight));
  return weighed.is_accepted && weighed.length <= rules.limit;
}

}  // namespace crier
