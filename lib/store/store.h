#pragma once
#include <functional>
#include <map>
#include <memory>
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
  std::string accounts;   ///< that it was last posted to, with a space after each; or empty
  std::string found_at;   ///< where it was last read with an item in it, as a key
  std::size_t items = 0;  ///< at its last reading that was whole
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

/// Names by which a feed's items are known from now on, or noted again.
struct FeedNames {
  FeedId feed;
  std::vector<std::string> names;
};

/// Nothing is sent for an account before then.
struct AccountPause {
  SysTime until{};
  bool by_server = true;  ///< its server asked for it; else one of its posts is in doubt
  friend bool operator==(const AccountPause&, const AccountPause&) = default;
};

/// What is to stand in the ledger, row by row. Written as a whole, or not at all.
struct Batch {
  std::vector<FeedRename> renames = {};  ///< before all else
  std::vector<FeedState> feeds = {};
  std::vector<FeedNames> names = {};      ///< of feeds that are known by then
  std::vector<Delivery> planned = {};     ///< new: a row of that id must not be there
  std::vector<Delivery> changed = {};     ///< as they are from now on: each must be there
  std::vector<DeliveryId> replaced = {};  ///< taken out: another one has their place
  std::map<AccountId, AccountFacts> facts = {};
  std::map<AccountId, AccountPause> pauses = {};
  /// When a person was told of what the ledger has no delivery for; nothing: it is settled.
  std::map<std::string, std::optional<SysTime>> told = {};
  /// Forget what ended before then, and names that have not been in their feed since then.
  std::optional<SysTime> forget_before = std::nullopt;
  [[nodiscard]] bool is_empty() const {
    return renames.empty() && feeds.empty() && names.empty() && planned.empty() &&
           changed.empty() && replaced.empty() && facts.empty() && pauses.empty() && told.empty() &&
           !forget_before;
  }
};

/// What the ledger knows of an account.
struct AccountState {
  AccountFacts facts;
  std::optional<AccountPause> pause;
};

/// Which deliveries to list.
struct HistoryQuery {
  std::optional<FeedId> feed;
  std::optional<AccountId> account;
  std::optional<Stage> stage;
  std::optional<SysTime> since;  ///< planned then or later
  std::string id_prefix;         ///< the id begins so
  std::size_t limit = 50;        ///< newest first
  bool is_untold = false;        ///< it was refused, and no person was told so yet
};

/// How many deliveries of one feed and account stand at one stage.
struct Tally {
  FeedId feed;
  AccountId account;
  Stage stage = Stage::planned;
  std::size_t count = 0;
  SysTime oldest{};  ///< when the first of them was planned
};

/// The ledger, in the program's words: it keeps rows, and decides nothing. Every write is on disk
/// before it returns. Throws StoreError.
///
/// 1. A feed's validators are written with the deliveries they led to, in one batch (W1).
/// 2. What is to be new and is there, or to be changed and is not, is an error: nothing of its
///    batch is written.
/// 3. Nothing that a run asks grows slower with the length of the history.
/// 4. A name is forgotten no sooner than its item has left the feed.
class Store {
 public:
  virtual ~Store() = default;
  virtual void put(const Batch& batch, SysTime now) = 0;
  [[nodiscard]] virtual std::vector<FeedState> feeds() const = 0;
  /// The day, at 00:00 UTC, on which an item of that feed was last noted under that name.
  [[nodiscard]] virtual std::optional<SysTime> seen_on(const FeedId& feed,
                                                       std::string_view name) const = 0;
  /// While it lives, what is asked is answered from one state of the ledger, and faster. Nobody
  /// else can write meanwhile: for a moment's work, never over a wait.
  [[nodiscard]] virtual std::shared_ptr<void> reading() const = 0;
  /// Every delivery that is planned, preparing or publishing, oldest item first.
  [[nodiscard]] virtual std::vector<Delivery> open() const = 0;
  /// What has not ended: open, held and uncertain.
  [[nodiscard]] virtual std::vector<Tally> tally() const = 0;
  [[nodiscard]] virtual std::optional<Delivery> find(const DeliveryId& id) const = 0;
  /// The latest delivery of that account that has the same text and was not refused: one that a
  /// reader could not tell from it. Spelling of accents (NFC) does not count.
  [[nodiscard]] virtual std::optional<SameWords> said(const AccountId& account,
                                                      std::string_view text) const = 0;
  /// Says whether a delivery of that account was published under that remote id.
  [[nodiscard]] virtual bool has_receipt(const AccountId& account,
                                         const std::string& remote_id) const = 0;
  /// When posts of that account became public, or may have, from `from` to `to`; oldest first.
  [[nodiscard]] virtual std::vector<SysTime> posted_between(const AccountId& account, SysTime from,
                                                            SysTime to) const = 0;
  /// What was paid for posts of that account from `from` to before `to`, in millionths.
  [[nodiscard]] virtual std::int64_t spent(const AccountId& account, SysTime from,
                                           SysTime to) const = 0;
  [[nodiscard]] virtual std::vector<Delivery> history(const HistoryQuery& query) const = 0;
  /// Hands over everything that fits the query, oldest first, however much it is; its limit does
  /// not count.
  virtual void each(const HistoryQuery& query,
                    const std::function<void(const Delivery&)>& take) const = 0;
  [[nodiscard]] virtual AccountState account(const AccountId& id) const = 0;
  /// See Batch::told.
  [[nodiscard]] virtual std::map<std::string, SysTime> told() const = 0;
};

}  // namespace crier
