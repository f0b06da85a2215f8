#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/model.h"

/// The record of a post, and its key. Pure.
///
/// Source: the lexicons app.bsky.feed.post, app.bsky.richtext.facet, app.bsky.embed.images and
/// app.bsky.embed.external, and the TID specification of atproto.com, read in 2026.
namespace crier::bluesky {

inline constexpr std::string_view collection = "app.bsky.feed.post";

/// A moment as records and keys have it.
struct Moment {
  SysTime second{};
  std::size_t ordinal = 0;  ///< of the post within it: orders what one run posts in one second
};

/// The record's key, a TID: 13 characters that sort by time. `seed` fills the places below the
/// millisecond, so that two machines do not choose the same.
[[nodiscard]] std::string make_tid(const Moment& moment, std::string_view seed);

/// "2026-03-02T09:00:00.003Z"
[[nodiscard]] std::string created_at(const Moment& moment);

/// A picture that has been uploaded.
struct Picture {
  std::string blob;  ///< the JSON object that the server gave, unchanged
  std::string alt;
  int width = 0, height = 0;  ///< pixels; 0: not known
};

/// Writes the record as JSON, with its keys sorted: equal posts give equal bytes.
///
/// A post has one embed: `pictures`, or else its card with `thumb` (`blob` empty: none).
[[nodiscard]] std::string make_record(const Post& post, const std::vector<Picture>& pictures,
                                      const Picture& thumb, const Moment& moment);

}  // namespace crier::bluesky
