#include "network/bluesky/record.h"

#include <algorithm>

#include "compose/entities.h"
#include "core/hash.h"
#include "core/utf8.h"
#include "network/json.h"

namespace crier::bluesky {
namespace {

constexpr std::uint64_t most_ordinal = 999;
/// Of a tag. Source: the lexicon app.bsky.richtext.facet.
constexpr std::size_t most_tag_bytes = 640;
constexpr std::size_t most_tag_graphemes = 64;

std::uint64_t milliseconds_of(const Moment& moment) {
  const auto second = static_cast<std::uint64_t>(moment.second.time_since_epoch().count());
  return second * 1000 + std::min<std::uint64_t>(moment.ordinal, most_ordinal);
}

Json facet(std::size_t begin, std::size_t end, Json feature) {
  return {{"index", {{"byteStart", begin}, {"byteEnd", end}}},
          {"features", Json::array({std::move(feature)})}};
}

Json link_facet(std::size_t begin, std::size_t end, const std::string& url) {
  return facet(begin, end, {{"$type", "app.bsky.richtext.facet#link"}, {"uri", url}});
}

/// What a reader can press. Positions count bytes of UTF-8.
Json facets_of(const Post& post) {
  const std::string& text = post.text;
  // The item's own link is one whatever stands in it or around it.
  const std::size_t own = post.link.empty() ? std::string::npos : text.rfind(post.link);
  const std::size_t own_end = own == std::string::npos ? own : own + post.link.size();
  Json facets = Json::array();
  bool is_own_done = own == std::string::npos;
  std::size_t done = 0;  // facets may not overlap
  for (const Entity& entity : find_entities(text, TextRules::Entities::bluesky)) {
    if (!is_own_done && entity.end > own) {
      facets.push_back(link_facet(own, own_end, post.link));
      is_own_done = true;
    }
    if (own != std::string::npos && entity.begin < own_end && entity.end > own) continue;
    if (entity.begin < done) continue;
    if (entity.kind == Entity::Kind::url) {
      facets.push_back(link_facet(entity.begin, entity.end, entity.value));
      done = entity.end;
    } else if (entity.kind == Entity::Kind::hashtag && entity.value.size() <= most_tag_bytes &&
               count_graphemes(entity.value) <= most_tag_graphemes) {
      facets.push_back(facet(entity.begin, entity.end,
                             {{"$type", "app.bsky.richtext.facet#tag"}, {"tag", entity.value}}));
      done = entity.end;
    }
  }
  if (!is_own_done) facets.push_back(link_facet(own, own_end, post.link));
  return facets;
}

/// A tag that is none makes the whole record invalid, so in doubt there is none.
bool is_language(std::string_view tag) {
  const std::string_view primary = tag.substr(0, tag.find('-'));
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto is_part = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; };
  return primary.size() >= 2 && primary.size() <= 3 && tag.size() <= 35 && !tag.ends_with('-') &&
         tag.find("--") == std::string_view::npos && std::ranges::all_of(primary, is_letter) &&
         std::ranges::all_of(tag, is_part);
}

Json embed_of(const Post& post, const std::vector<Picture>& pictures, const Picture& thumb) {
  if (!pictures.empty()) {
    Json images = Json::array();
    for (const Picture& picture : pictures) {
      Json image = {{"alt", picture.alt}, {"image", parse_json(picture.blob)}};
      if (picture.width > 0 && picture.height > 0) {
        image["aspectRatio"] = {{"width", picture.width}, {"height", picture.height}};
      }
      images.push_back(std::move(image));
    }
    return {{"$type", "app.bsky.embed.images"}, {"images", std::move(images)}};
  }
  if (post.card.url.empty()) return {};
  Json external = {
      {"uri", post.card.url}, {"title", post.card.title}, {"description", post.card.description}};
  if (!thumb.blob.empty()) external["thumb"] = parse_json(thumb.blob);
  return {{"$type", "app.bsky.embed.external"}, {"external", std::move(external)}};
}

}  // namespace

std::string make_tid(const Moment& moment, std::string_view seed) {
  constexpr std::string_view alphabet = "234567abcdefghijklmnopqrstuvwxyz";
  const std::uint64_t chance = hash64(seed, 0);
  const std::uint64_t microseconds = milliseconds_of(moment) * 1000 + chance % 1000;
  std::uint64_t bits = (microseconds << 10U) | ((chance >> 32U) & 0x3FFU);
  std::string tid(13, '2');
  for (std::size_t at = tid.size(); at-- > 0; bits >>= 5U) tid[at] = alphabet[bits & 0x1FU];
  return tid;
}

std::string created_at(const Moment& moment) {
  std::string text = to_iso8601(moment.second);
  text.pop_back();
  return text + fmt::format(".{:03}Z", milliseconds_of(moment) % 1000);
}

std::string make_record(const Post& post, const std::vector<Picture>& pictures,
                        const Picture& thumb, const Moment& moment) {
  Json record = {{"$type", collection}, {"text", post.text}, {"createdAt", created_at(moment)}};
  if (is_language(post.language)) record["langs"] = Json::array({post.language});
  if (Json facets = facets_of(post); !facets.empty()) record["facets"] = std::move(facets);
  if (Json embed = embed_of(post, pictures, thumb); !embed.is_null()) {
    record["embed"] = std::move(embed);
  }
  return write_json(record);
}

}  // namespace crier::bluesky
