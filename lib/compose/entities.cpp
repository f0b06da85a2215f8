#include "compose/entities.h"

#include <algorithm>

#include "compose/entity_finders.h"
#include "compose/x_tables.h"

namespace crier {

std::vector<Entity> find_entities(std::string_view text, TextRules::Entities rules) {
  if (text.find_first_of(".:#@$\xEF") == std::string_view::npos) return {};  // 0xEF: wide # and @
  switch (rules) {
    case TextRules::Entities::none: break;
    case TextRules::Entities::mastodon: return find_mastodon_entities(to_units(text));
    case TextRules::Entities::bluesky: return find_bluesky_entities(to_units(text));
    case TextRules::Entities::x: return find_x_entities(to_units(text));
  }
  return {};
}

void drop_overlapping(std::vector<Entity>& entities) {
  std::ranges::stable_sort(entities, {}, &Entity::begin);
  std::size_t end = 0;
  std::erase_if(entities, [&end, is_first = true](const Entity& entity) mutable {
    if (!is_first && entity.begin < end) return true;
    is_first = false;
    end = entity.end;
    return false;
  });
}

Entity entity_at(const Units& text, Entity::Kind kind, std::size_t begin, std::size_t end,
                 std::u16string_view value) {
  return {kind, text.bytes[begin], text.bytes[end], to_utf8(value)};
}

bool spoils_mention(const Units& text, std::size_t at) {
  const char16_t after = text.peek(at);
  return after == '@' || after == u'\uFF20' || contains(x_tables::accents(), after) ||
         text.has(at, u"://");
}

}  // namespace crier
