#pragma once
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/model.h"

namespace crier {

/// What a network lets its accounts say in feeds.toml. `config` knows no network; it is told.
struct NetworkSchema {
  std::string network;
  bool needs_server = false;
  std::vector<Setting> settings;
};

enum class FirstRun : std::uint8_t { skip, latest };

struct FeedConfig {
  FeedId id;
  std::string url;  ///< http(s) address; or an absolute path
  bool is_path = false;
  std::string prefix;
  std::string text_template;  ///< Mustache; never empty
  std::string base_url;       ///< what relative links hang on; empty: the feed's own address
  std::string language;       ///< BCP 47; empty: what the feed says
  FirstRun first_run = FirstRun::skip;
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
