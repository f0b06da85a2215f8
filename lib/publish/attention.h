#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "publish/turns.h"
#include "store/store.h"

namespace crier {

/// Something that a person must know of, or decide.
struct Finding {
  std::string code;      ///< stable, in docs/json.md: "feed-failing"
  std::string subject;   ///< "feed jobs", "account town-hall", "post 7de5ca99"
  std::string sentence;  ///< without the subject and the full stop
  std::string command;   ///< what settles it; or empty
  std::optional<SysTime> since;
  std::optional<DeliveryId> delivery;  ///< of a post that has ended: told once
};

struct AttentionQuestion {
  const Config& config;
  const Store& store;
  SysTime now;
  FindNetwork network;
  /// Why nobody is signed in; nothing: somebody is. Asked of accounts that feeds name.
  std::function<std::optional<Error>(const Account&)> sign_in = {};
};

/// All that waits for a person, by the ledger, feeds.toml and the sign-ins. What mends itself is
/// not there. The exit codes of `publish` and `status` come from it, and from nothing else.
[[nodiscard]] std::vector<Finding> attention(const AttentionQuestion& question);

/// Whether a feed that fails, or is silent, will not mend itself, or has not for hours.
[[nodiscard]] bool needs_person(const FeedState& state, const FeedConfig& feed, SysTime now);

/// How long a post may fail to go out before a person should hear of it.
inline constexpr std::chrono::hours post_patience{6};

}  // namespace crier
