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

/// What is around an item may name whom it likes.
class Own {
 public:
  Own(std::string_view text, const TextRules& rules) {
    for (Entity& entity : find_entities(text, rules.entities)) {
      if (is_sign(entity)) signs_.push_back(std::move(entity));
    }
  }

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
  for (const Entity& entity : find_entities(text, rules.entities)) {
    if (!is_sign(entity) || is_inside(entity, text, link)) continue;
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
  if (!rules.defuses_mentions || text.find_first_of("@$\xEF") == std::string::npos) return text;
  const Own own_signs(own, rules);
  for (int round = 0; round < most_rounds; ++round) {
    const std::vector<std::size_t> found = places(text, own_signs, link, rules);
    if (found.empty()) break;
    for (auto at = found.rbegin(); at != found.rend(); ++at) text.insert(*at, breaker);
  }
  return text;
}

}  // namespace crier
