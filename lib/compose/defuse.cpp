#include "compose/defuse.h"

#include <algorithm>

#include "compose/entities.h"
#include "core/utf8.h"

namespace crier {
namespace {

constexpr std::string_view breaker = "\xE2\x80\x8B";  // U+200B
// What is broken cannot come together again; this is for rules that nobody has thought of.
constexpr int most_rounds = 3;

bool is_sign(const Entity& entity) {
  return entity.kind == Entity::Kind::mention || entity.kind == Entity::Kind::cashtag;
}

bool is_word(char32_t c) {
  const CharacterKind kind = kind_of(c);
  return kind != CharacterKind::punctuation && kind != CharacterKind::other;
}

/// The character before byte `at`; 0 if there is none.
char32_t before(std::string_view text, std::size_t at) {
  if (at == 0) return 0;
  std::size_t begin = at - 1;
  while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0U) == 0x80U) --begin;
  return next_code_point(text, begin);
}

/// Where the name that begins at `from` ends; `from` if none does. "[…]" is a Page's number on
/// Facebook.
std::size_t name_end(std::string_view text, std::size_t from) {
  if (text.substr(from).starts_with('['))
    return std::min(text.find(']', from), text.size() - 1) + 1;
  std::size_t end = from;
  for (std::size_t at = from; at < text.size(); end = at) {
    const bool is_dot = text[at] == '.' && at > from;
    if (const char32_t c = next_code_point(text, at); !is_word(c) && !is_dot) break;
  }
  while (end > from && text[end - 1] == '.') --end;
  return end;
}

/// A word character before the sign makes it an e-mail address to every network.
std::vector<Entity> find_names(std::string_view text) {
  std::vector<Entity> found;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const char32_t c = next_code_point(text, at);
    if ((c != U'@' && c != U'\uFF20') || is_word(before(text, begin))) continue;
    const std::size_t end = name_end(text, at);
    if (end > at)
      found.push_back({Entity::Kind::mention, begin, end, std::string(text.substr(at, end - at))});
  }
  return found;
}

/// What calls an account, and stands in no link.
std::vector<Entity> find_signs(std::string_view text, const TextRules& rules) {
  if (rules.mentions == TextRules::Mentions::entities) {
    std::vector<Entity> found = find_entities(text, rules.entities);
    std::erase_if(found, [](const Entity& entity) { return !is_sign(entity); });
    return found;
  }
  std::vector<Entity> found = find_names(text);
  if (found.empty()) return found;
  // X's way knows bare domains, too.
  for (const Entity& link : find_entities(text, TextRules::Entities::x)) {
    if (link.kind != Entity::Kind::url) continue;
    std::erase_if(found, [&](const Entity& sign) {
      return sign.begin >= link.begin && sign.begin < link.end;
    });
  }
  return found;
}

/// What is around an item may name whom it likes.
class Own {
 public:
  Own(std::string_view text, const TextRules& rules) : signs_(find_signs(text, rules)) {}

  [[nodiscard]] bool has(const Entity& sign) const {
    return std::ranges::any_of(signs_, [&](const Entity& own) {
      return own.kind == sign.kind && ascii_iequals(own.value, sign.value);
    });
  }

 private:
  std::vector<Entity> signs_;
};

bool is_inside(const Entity& entity, std::string_view text, std::string_view link) {
  if (link.empty()) return false;
  for (std::size_t at = text.find(link); at != std::string_view::npos && at < entity.end;
       at = text.find(link, at + 1)) {
    if (entity.begin < at + link.size()) return true;
  }
  return false;
}

/// Where a sign ends that is to be broken, for each.
std::vector<std::size_t> places(std::string_view text, const Own& own, std::string_view link,
                                const TextRules& rules) {
  std::vector<std::size_t> found;
  bool has_cashtag = false;
  for (const Entity& entity : find_signs(text, rules)) {
    if (is_inside(entity, text, link)) continue;
    const bool is_second_cashtag = entity.kind == Entity::Kind::cashtag && has_cashtag;
    if (own.has(entity) && !is_second_cashtag) {
      has_cashtag = has_cashtag || entity.kind == Entity::Kind::cashtag;
      continue;
    }
    std::size_t behind_sign = entity.begin;
    (void)next_code_point(text, behind_sign);
    found.push_back(behind_sign);
  }
  return found;
}

}  // namespace

std::string defused(std::string text, std::string_view own, std::string_view link,
                    const TextRules& rules) {
  if (rules.mentions == TextRules::Mentions::inert ||
      text.find_first_of("@$\xEF") == std::string::npos) {
    return text;
  }
  const Own own_signs(own, rules);
  for (int round = 0; round < most_rounds; ++round) {
    const std::vector<std::size_t> found = places(text, own_signs, link, rules);
    if (found.empty()) break;
    for (auto at = found.rbegin(); at != found.rend(); ++at) text.insert(*at, breaker);
  }
  return text;
}

std::string undefused(std::string text) {
  for (const std::string_view sign : {"@", "\uFF20", "$"}) {
    const std::string broken = std::string(sign) + std::string(breaker);
    for (std::size_t at = text.find(broken); at != std::string::npos; at = text.find(broken, at)) {
      text.erase(at + sign.size(), breaker.size());
    }
  }
  return text;
}

}  // namespace crier
