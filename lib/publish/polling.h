#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "config/config.h"
#include "core/random.h"
#include "core/result.h"
#include "store/store.h"

namespace crier {

/// How long a feed may fail before a person should hear of it: nights, restarts and blips are
/// shorter.
inline constexpr std::chrono::hours feed_patience{6};

/// A server's Retry-After is believed up to a week.
inline constexpr std::chrono::hours most_retry_after{7 * 24};

/// What a run goes by when it asks feeds. docs/feeds.md says it in words.
struct PollingRules {
  SysTime began{};  ///< the run's first reading of the clock: no request left before it
  std::chrono::seconds min_interval{0};
  bool ask_all = false;  ///< passes over max-age, min_interval and our own back-off
};

/// Until when hosts have asked for no request, by host_of.
using HostWaits = std::map<std::string, SysTime>;

/// "host" or "host:port" of an address, the same for http and https; empty if it is none.
[[nodiscard]] std::string host_of(std::string_view address);

/// What holds of a feed under the address that feeds.toml has now. With another address, only what
/// was read of it, and a person's decisions, do.
[[nodiscard]] FeedState state_for(const FeedState& known, const FeedConfig& feed);

/// Where to ask for a feed: where it moved to, or what feeds.toml says.
[[nodiscard]] const std::string& address_of(const FeedState& state);

/// The hosts that still wait. What was written under a clock that was ahead is void.
[[nodiscard]] HostWaits waiting_hosts(const std::map<FeedId, FeedState>& states, SysTime now);

/// Why a feed is not asked in this run.
struct NotAsked {
  enum class Why : std::uint8_t {
    host_waits,  ///< its host asked for no request yet
    backs_off,   ///< it has failed several times in a row
    is_fresh,    ///< by its max-age, or min_interval
    is_gone      ///< its server said 410
  };
  Why why = Why::is_fresh;
  SysTime until{};  ///< of is_gone: since when
};

/// Nothing if the feed may be asked now.
[[nodiscard]] std::optional<NotAsked> why_not_asked(const FeedState& state, const HostWaits& waits,
                                                    const PollingRules& rules);

/// A feed was had, or has not changed: nothing is wrong with it, and it is fresh for so long.
void note_success(FeedState& state, std::chrono::seconds fresh_for, const PollingRules& rules);

/// A feed could not be had. Counts it, and says how long the feed is to be left alone: as long as
/// its server asks; else by our own back-off.
void note_failure(FeedState& state, const Error& why, SysTime now, const PollingRules& rules,
                  Random& random);

/// A redirect to another host may be a mistake, or somebody else's: it is kept when it has been the
/// same for so long.
inline constexpr std::chrono::hours redirect_patience{7 * 24};

/// What is to be told of a feed's permanent redirect: nothing, that it is asked at its new address
/// from now on, or that it is followed to another host, and not kept yet.
enum class Move : std::uint8_t { none, kept, followed };

/// A feed was found at `moved_to`, the end of permanent redirects (empty: there were none). Never
/// kept over http in place of https, and never where an address has a password: redirects carry
/// none on, and give none.
[[nodiscard]] Move note_move(FeedState& state, const std::string& moved_to, SysTime now);

/// What a person is told to put into feeds.toml: `url = "…"`, but no address's query or password.
[[nodiscard]] std::string url_setting(const std::string& address);

/// What `move` means, as a sentence without a name: `to` is where its server sends crier.
[[nodiscard]] std::string describe(Move move, const std::string& from, const std::string& to);

/// Says whether two addresses have one host, with or without "www.".
[[nodiscard]] bool is_same_site(std::string_view a, std::string_view b);

/// What tells one place where a feed is from another: its address without its query, as some
/// redirects lead to one place with a key that changes every time.
[[nodiscard]] std::string place_of(const std::string& address);

[[nodiscard]] bool was_ever_read(const FeedState& state);

/// Says whether a person should hear that a feed fails: after feed_patience; at once of one that
/// was never read, as its address may well be wrong, unless its server asks for time.
[[nodiscard]] bool has_failed_for_long(const FeedState& state, SysTime now);

/// Most items missing from a feed whose XML is broken are told of for so long; then it is how it
/// is.
inline constexpr std::chrono::hours few_items_patience{7 * 24};

/// A feed was read, with so many items in it. Says whether most of them are missing: those of XML
/// that is not well-formed, and had more when it was last read whole.
[[nodiscard]] bool note_items(FeedState& state, std::size_t items, bool was_mended,
                              const std::string& place, SysTime now);

/// Where a feed moved to there is none (any more): the address in feeds.toml is asked again, and
/// whole, as the validators were the new one's.
void forget_move(FeedState& state);

/// Says whether following redirects led from https to http.
[[nodiscard]] bool is_downgrade(std::string_view from, std::string_view to);

/// Since when a feed has had nothing new, if that is longer than its expect_every.
[[nodiscard]] std::optional<SysTime> silent_since(const FeedState& state, const FeedConfig& feed,
                                                  SysTime now);

}  // namespace crier
