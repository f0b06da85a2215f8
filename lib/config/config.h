#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/model.h"

namespace crier {

/// What a network lets its accounts say in feeds.toml. `config` knows no network; it is told.
struct NetworkSchema {
  /// `optional`: found out by the network itself, unless the account names one.
  enum class Server : std::uint8_t { none, required, optional };
  std::string network;
  Server server = Server::none;
  std::vector<Setting> settings;
  Pace usual_pace = {};           ///< where an account says nothing else
  std::string usual_server = {};  ///< where it is optional and an account says nothing else
};

enum class FirstRun : std::uint8_t { skip, latest };
/// What to do with an item of which nobody can tell from the feed whether it is news.
enum class OnSuspect : std::uint8_t { hold, post };

/// What tells one item of a feed from another. `alerts`: what it says, and when; its guid and link
/// are used again, as by warnings and closures that share a page.
enum class ItemIdentity : std::uint8_t { usual, alerts };

/// Which of an item's own pictures are attached to its post: none, those with a description, all.
enum class AttachImages : std::uint8_t { none, described, all };

/// When a known feed has so many new items at once that it must be a mistake.
///
/// Source of the defaults: within 30 minutes, 7 of 8 feeds never had more than half of their items
/// new and 10 or more of them; a move that mints new guids makes all of them new. docs/design.md,
/// "The fuse", has the figures.
struct FuseLimits {
  int percent = 50;        ///< blows when more of the feed's items than this look new; 0: never
  std::size_t items = 10;  ///< and at least so many
};

struct FeedConfig {
  FeedId id;
  std::string url;  ///< http(s) address; or an absolute path
  bool is_path = false;
  std::string prefix;
  std::string text_template;  ///< Mustache; never empty
  std::string base_url;       ///< what relative links hang on; empty: the feed's own address
  std::string language;       ///< BCP 47; empty: what the feed says
  FirstRun first_run = FirstRun::skip;
  OnSuspect on_suspect = OnSuspect::hold;
  ItemIdentity identity = ItemIdentity::usual;
  FuseLimits fuse = {};
  AttachImages images = AttachImages::described;
  /// Hold a post until its page answers 200. Nothing: not said, which is yes in a CI pipeline.
  std::optional<bool> require_page;
  /// First in every queue, past its account's pace; may spend what a budget or a quota keeps back.
  bool urgent = false;
  std::size_t max_per_run = 0;                      ///< to each account; 0: no such limit
  std::chrono::seconds stale_after{7 * 24 * 3600};  ///< what has waited longer is not news any more
  std::chrono::seconds expect_every{0};  ///< without a new item for longer, say so; 0: never
  std::vector<std::string> mentions;     ///< whom its posts may call: "@police"
  std::vector<AccountId> accounts;
  int line = 0;  ///< where the feed begins in the file
};

/// What feeds.toml says, checked. Every account that a feed names exists; names and addresses are
/// unique.
struct Config {
  std::filesystem::path file;   ///< absolute
  std::filesystem::path state;  ///< the ledger; absolute
  std::string timezone = "Europe/London";
  bool require_ledger = false;
  std::string contact;                   ///< a web address for who is asked too often; or empty
  std::chrono::seconds min_interval{0};  ///< ask no feed again sooner; 0: in every run
  std::chrono::seconds keep_history{0};  ///< forget what was settled longer ago; 0: never
  std::chrono::seconds warn_before{14 * 24 * 3600};  ///< of a sign-in that is about to end
  std::filesystem::path token_key;  ///< seals the token files; empty: they are not sealed
  /// What feeds lead to may be fetched from them, and public posts may link to them.
  bool allow_private_addresses = false;
  /// The accounts are at stand-ins (crier rehearse): tokens lie beside the file, and come from
  /// nowhere else.
  bool is_rehearsal = false;
  bool in_ci = false;  ///< set by the program, not by the file
  std::size_t max_connections = 64;
  std::size_t max_connections_per_host = 2;
  std::chrono::seconds timeout{30};
  std::size_t max_feed_bytes = 0;  ///< set by load()
  std::vector<Account> accounts;   ///< in the file's order
  std::vector<FeedConfig> feeds;   ///< in the file's order

  [[nodiscard]] const Account* account(const AccountId& id) const;
  [[nodiscard]] const FeedConfig* feed(const FeedId& id) const;
};

}  // namespace crier
