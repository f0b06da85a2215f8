#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "compose/entities.h"

namespace crier {

/// The values of what a network links in a text, of one kind.
inline std::vector<std::string> values_of(std::string_view text, TextRules::Entities rules,
                                          Entity::Kind kind) {
  std::vector<std::string> values;
  for (const Entity& entity : find_entities(text, rules)) {
    if (entity.kind == kind) values.push_back(entity.value);
  }
  return values;
}

/// All that a network links in a text, as it stands there.
inline std::vector<std::string> linked_words(std::string_view text, TextRules::Entities rules) {
  std::vector<std::string> words;
  for (const Entity& entity : find_entities(text, rules)) {
    words.emplace_back(text.substr(entity.begin, entity.end - entity.begin));
  }
  return words;
}

}  // namespace crier
