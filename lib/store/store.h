#pragma once
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/model.h"

namespace crier {

/// The ledger cannot be read or written: the run ends. Caught by main alone.
class StoreError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What the ledger knows of a feed.
struct FeedState {
  FeedId id;
  std::string ids_of;               ///< the name in the ids of its deliveries; empty: its own
  std::string url;                  ///< as feeds.toml has it; all else belongs to it
  std::string moved_to;             ///< where it is for good, by its server's word; or empty
  std::string etag, last_modified;  ///< byte for byte as received
  std::string redirects_to;         ///< likewise, on another host, and so not kept yet; or empty
  std::optional<SysTime> redirects_since;
  std::string found_at;              ///< where it was last read with an item in it, as a key
  std::size_t items = 0;             ///< at its last reading that was whole
  std::optional<SysTime> shrunk_at;  ///< since when most of them are missing where XML is broken
  std::optional<SysTime> empty_at;   ///< when it was read first, if it was empty then
  std::optional<SysTime> seeded_at;  ///< when its items were first taken as history
  std::optional<SysTime> failing_since;
  int failures = 0;                   ///< in a row
  std::optional<ErrorKind> failure;   ///< of what kind the last one was
  std::optional<SysTime> not_before;  ///< its host asked for no request before then
  std::optional<SysTime> next_at;     ///< by our own rules, or its max-age, no request before then
  std::optional<SysTime> waits_from;  ///< when the two above were set: a clock set back voids them
  std::optional<SysTime> gone_at;     ///< the server said 410: not asked until a person says so
  std::optional<SysTime> read_on;     ///< the day of its last full reading, at 00:00 UTC
  std::optional<SysTime> news_at;     ///< when it last had an item that was not known
  std::optional<SysTime> fuse_at;     ///< when most of it looked new at once: a person must decide
  friend bool operator==(const FeedState&, const FeedState&) = default;
};

/// A name whose item is still in its feed is noted again when it was last noted longer ago.
inline constexpr std::chrono::hours noted_again_after{30 * 24};

/// A feed's name in feeds.toml is another one now.
struct FeedRename {
  FeedId from, to;
  friend bool operator==(const FeedRename&, const FeedRename&) = default;
};

/// What one feed's fetch led to. Written as a whole, or not at all.
struct FeedPlan {
  FeedState state;
  std::vector<std::string> names;  ///< every name to be known, or noted again, from now on
  /// `published` ones too, where they were found out about later (`crier history rebuild`).
  std::vector<Delivery> deliveries;
  std::vector<DeliveryId> replaced = {};  ///< held ones that a newer version takes the place of
};

/// Which deliveries to list.
struct HistoryQuery {
  std::optional<FeedId> feed;
  std::optional<AccountId> account;
  std::optional<Stage> stage;
  std::optional<SysTime> since;  ///< planned then or later
  std::string id_prefix;         ///< the id begins so
  std::size_t limit = 50;        ///< newest first
};

/// How many deliveries of one feed and account stand at one stage.
struct Tally {
  FeedId feed;
  AccountId account;
  Stage stage = Stage::planned;
  std::size_t count = 0;
  SysTime oldest{};  ///< when the first of them was planned
};

/// The ledger, in the program's words. Every write is on disk before it returns. Throws StoreError.
///
/// 1. A feed's validators are written with the deliveries they led to, in one transaction (W1).
/// 2. A delivery's id is the same however often it is planned; planning it twice changes nothing,
///    unless it was refused: then it is tried anew.
/// 3. Nothing that a run asks grows slower with the length of the history.
/// 4. A name is forgotten no sooner than its item has left the feed.
class Store {
 public:
  virtual ~Store() = default;
  [[nodiscard]] virtual std::vector<FeedState> feeds() const = 0;
  /// The day, at 00:00 UTC, on which an item of that feed was last noted under that name.
  [[nodiscard]] virtual std::optional<SysTime> seen_on(const FeedId& feed,
                                                       std::string_view name) const = 0;
  virtual void commit_plan(const std::vector<FeedPlan>& plans, SysTime now) = 0;  // W1
  /// Gives feeds and their deliveries other names, all at once, so that two may change theirs. No
  /// feed that keeps its name may be called `to`. The ids of their deliveries stay.
  virtual void rename(const std::vector<FeedRename>& renames) = 0;
  /// Every delivery that is planned, preparing or publishing, oldest item first.
  [[nodiscard]] virtual std::vector<Delivery> open() const = 0;
  /// What has not ended: open, held and uncertain.
  [[nodiscard]] virtual std::vector<Tally> tally() const = 0;
  /// Says whether that delivery was planned, and has not been refused.
  [[nodiscard]] virtual bool has_delivery(const DeliveryId& id) const = 0;
  /// The latest delivery of that account that has the same text and was not refused: one that a
  /// reader could not tell from it. Spelling of accents (NFC) does not count.
  [[nodiscard]] virtual std::optional<SameWords> said(const AccountId& account,
                                                      std::string_view text) const = 0;
  virtual void record(const DeliveryId& id, Stage stage, const Notes& notes,
                      SysTime at) = 0;                                                // W2, W3
  virtual void settle(const DeliveryId& id, const Outcome& outcome, SysTime at) = 0;  // W4
  /// Says whether a delivery of that account was published under that remote id.
  [[nodiscard]] virtual bool has_receipt(const AccountId& account,
                                         const std::string& remote_id) const = 0;
  /// When posts of that account became public, or may have, from `from` to `to`; oldest first.
  [[nodiscard]] virtual std::vector<SysTime> posted_between(const AccountId& account, SysTime from,
                                                            SysTime to) const = 0;
  /// Counts what a post costs, in millionths, as spent at `at`: written before it leaves, in place
  /// of what was counted for it before. One that is then refused, or never left, counts no more.
  virtual void spend(const DeliveryId& id, std::int64_t millionths, SysTime at) = 0;
  /// What was spent for posts of that account from `from` to before `to`.
  [[nodiscard]] virtual std::int64_t spent(const AccountId& account, SysTime from,
                                           SysTime to) const = 0;
  [[nodiscard]] virtual std::vector<Delivery> history(const HistoryQuery& query) const = 0;
  /// Hands over everything that fits the query, oldest first, however much it is; its limit does
  /// not count.
  virtual void each(const HistoryQuery& query,
                    const std::function<void(const Delivery&)>& take) const = 0;

  /// Writes what stands of deliveries that were planned: stage, notes, receipt, error, and when it
  /// was settled. All of them, or none.
  virtual void put(const std::vector<Delivery>& deliveries) = 0;

  // Where the last post that was held of a feed is settled or decided about, its fuse is whole
  // again.

  /// A person says: send it as if it had never been tried. It counts as planned at `at`.
  virtual void reopen(const DeliveryId& id, SysTime at) = 0;
  /// A person says: leave it out for good.
  virtual void drop(const DeliveryId& id, const std::string& why, SysTime at) = 0;
  /// A person says of a feed: what is held of it is news (send it), or known (leave it out). Gives
  /// how many deliveries that were.
  virtual std::size_t release(const FeedId& feed, SysTime at) = 0;
  virtual std::size_t adopt(const FeedId& feed, const std::string& why, SysTime at) = 0;
  /// Forgets deliveries that were settled before then, and names that have not been in their feed
  /// since then.
  virtual void prune(SysTime before) = 0;

  [[nodiscard]] virtual AccountFacts facts(const AccountId& account) const = 0;
  virtual void keep_facts(const AccountId& account, const AccountFacts& facts) = 0;
  /// Until when an account's server has asked for no more; nothing if it has not.
  [[nodiscard]] virtual std::optional<SysTime> paused_until(const AccountId& account) const = 0;
  virtual void pause(const AccountId& account, SysTime until) = 0;
};

}  // namespace crier
