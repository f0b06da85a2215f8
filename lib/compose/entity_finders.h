#pragma once
#include <vector>

#include "compose/entities.h"
#include "compose/units.h"

namespace crier {

// One finder for each network, each in a file of its own.
[[nodiscard]] std::vector<Entity> find_x_entities(const Units& text);
[[nodiscard]] std::vector<Entity> find_bluesky_entities(const Units& text);
[[nodiscard]] std::vector<Entity> find_mastodon_entities(const Units& text);

/// What Mastodon counts short: links and mentions, but no hashtags.
[[nodiscard]] std::vector<Entity> find_mastodon_short_ones(const Units& text);

/// All by which Mastodon calls an account: it looks for names in the whole text, so in links, too,
/// and where it links none for what stands behind the name.
[[nodiscard]] std::vector<Entity> find_mastodon_calls(const Units& text);

/// Puts what was found in order and drops each that begins inside the one before it.
void drop_overlapping(std::vector<Entity>& entities);

/// The entity at units [begin, end).
[[nodiscard]] Entity entity_at(const Units& text, Entity::Kind kind, std::size_t begin,
                               std::size_t end, std::u16string_view value);

/// Says whether X lets no mention end before `at`: an accented letter, "://" or another "@" follow.
[[nodiscard]] bool spoils_mention(const Units& text, std::size_t at);

}  // namespace crier
