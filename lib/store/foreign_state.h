#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace crier {

/// Whose memory a file holds.
enum class StateFormat : std::uint8_t {
  list,        ///< one id or link a line; blank lines and those that begin with # do not count
  feed2toot,   ///< its cache file: one id a line
  feediverse,  ///< ~/.feediverse: the time of its last run, and no ids
  rss2email,   ///< rss2email.json: the ids of every feed
  bsky_rss     ///< db.txt: a time and a link a line; or last.txt: the time of the last item
};

/// The formats as the command line names them. Read from the programs' sources in 2026: feed2toot
/// 0.17, feediverse 0.4, rss2email 3.13 and 3.14, bsky.rss 2.
struct StateFormatName {
  StateFormat format;
  std::string_view name;
};
inline constexpr std::array<StateFormatName, 4> foreign_programs{
    {{StateFormat::feed2toot, "feed2toot"},
     {StateFormat::feediverse, "feediverse"},
     {StateFormat::rss2email, "rss2email"},
     {StateFormat::bsky_rss, "bsky.rss"}}};

/// What another program knows of one feed.
struct ForeignState {
  std::vector<std::string> ids;  ///< guids or links: bytes, trimmed, none empty
  std::string until;  ///< if not empty: a date as the file has it; every item up to it is known
};

/// Which feed of the file is meant.
struct ForeignFeed {
  std::string name, url;  ///< either will do
};

/// A line longer than this is no id.
inline constexpr std::size_t longest_id = 64U << 10;
/// More than any website has had items. A million ids take some 150 MiB while they are read, and 18
/// to 20 MB in the ledger.
inline constexpr std::size_t most_ids = 10'000'000;

/// Reads the memory of another program. Pure.
/// Errors: invalid, if `bytes` do not fit the format, or hold nothing of that feed: what is wrong
/// and where. No message quotes the file but for names of feeds: it may hold passwords.
[[nodiscard]] Result<ForeignState> read_foreign_state(std::string_view bytes, StateFormat format,
                                                      const ForeignFeed& feed);

}  // namespace crier
