#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "config/config.h"
#include "core/model.h"
#include "plan/budget.h"
#include "plan/pace.h"

namespace crier {

/// What may keep a post from going out now, in the order in which it is asked.
enum class Gate : std::uint8_t {
  stale,         ///< it is news still
  in_config,     ///< its account is in feeds.toml
  own_wait,      ///< what its last try, or its server, asked for is over
  quota,         ///< its account's server takes more requests
  server_pause,  ///< that server has asked for no pause
  neighbour,     ///< no other post of its account is in doubt
  budget,        ///< the month's budget reaches for it
  pace,          ///< its account does not speak too fast
  feed_limit,    ///< its feed has not had its posts of this run
  page           ///< its page is there, where its feed asks for that
};

/// How many requests a server takes until it counts anew, by its own word.
struct Quota {
  std::size_t left = 0;
  SysTime until{};
};

/// How it stands with everything but the delivery itself.
struct Standing {
  const Account* account = nullptr;     ///< null: feeds.toml has it no more
  const FeedConfig* feed = nullptr;     ///< likewise
  bool clock_is_confirmed = true;       ///< a server agrees with this machine's clock
  std::optional<SysTime> server_pause;  ///< its server wants nothing before then
  std::optional<SysTime> neighbour;     ///< another post is in doubt, and is looked for then
  std::optional<Quota> quota;
  Budget budget;
  std::int64_t spent = 0, price = 0;  ///< of this month, and of this post; millionths
  std::vector<SysTime> posted;        ///< by the account, in the last day, oldest first
  std::size_t in_run = 0;             ///< by the account, in this run
  std::size_t of_feed_in_run = 0;     ///< likewise, of this feed
  std::string page;                   ///< what is wrong with its page: "answers 404"; or empty
};

struct Go {};
/// Later, by itself: no try.
struct Wait {
  Gate gate = Gate::own_wait;
  std::string why;
  std::optional<SysTime> until;  ///< nothing: the next run may take it
  /// All other posts of the account wait, too; not those that are urgent.
  bool is_of_account = false;
};
/// It is no news any more.
struct Refuse {};
using Verdict = std::variant<Go, Wait, Refuse>;

/// Whether a post may go out now: the first gate that is shut says why not. Whether somebody is
/// signed in is no gate: an account says that once, not each of its posts.
///
/// 1. One that may be public already passes whatever limits what is said: it must be looked for.
/// 2. An urgent one passes its neighbour's doubt, the pace and the feed's limit, and may use what
/// is
///    kept back of a budget or of a server's quota. It waits for what its server asks for, and for
///    its own doubt.
/// The table stands in gates.cpp.
[[nodiscard]] Verdict may_go(const Delivery& delivery, const Standing& standing, SysTime now);

[[nodiscard]] std::string_view name_of(Gate gate);
[[nodiscard]] bool urgent_passes(Gate gate);

/// Whether it has waited for longer than its feed's stale_after; of a feed that feeds.toml has no
/// more, than the usual one. One that may be public already never has.
[[nodiscard]] bool is_stale(const Delivery& delivery, const FeedConfig* feed, SysTime now);

/// The order in which posts are sent: what is urgent first; then what may be public already, as
/// newer posts would bury it; each by the date of its item, as the ledger has them.
void put_in_order(std::vector<Delivery>& open, const Config& config);

}  // namespace crier
