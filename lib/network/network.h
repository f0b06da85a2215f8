#pragma once
#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "compose/rules.h"
#include "config/config.h"
#include "core/model.h"
#include "http/message.h"

namespace crier {

/// A request that is harmless to repeat.
struct Prepare {
  Request request;
};
/// The request that makes the post public. At most one on any path.
struct Publish {
  Request request;
};
/// Nothing to do for a while: a server is still at work.
struct Pause {
  std::chrono::seconds wait{1};
};
struct Finish {
  Outcome outcome;
};

/// What to do next, and what must be remembered for it. `notes` replaces the delivery's notes.
struct Turn {
  std::variant<Prepare, Publish, Pause, Finish> step;
  Notes notes;
};

/// How a network lets one sign in.
enum class SignIn : std::uint8_t { none, mastodon };

struct Traits {
  std::string name;
  TextRules text;  ///< where an account's facts say nothing else
  SignIn sign_in = SignIn::none;
  NetworkSchema schema;  ///< its keys in feeds.toml
  /// How long the network needs at most until a post that it took can be found by looking.
  std::chrono::seconds settle_time{0};
  /// How long a second Publish with the same delivery id is known to make no second post; 0: not at
  /// all.
  std::chrono::seconds idempotency_window{0};
};

/// What an adapter may know beside the delivery.
struct Context {
  const Account& account;
  const AccountFacts& facts;
  SysTime now;
  /// Whether another delivery of this account has that remote id: two posts may read the same.
  std::function<bool(const std::string& remote_id)> is_taken = {};
};

/// One network's rules without I/O: told what has happened, says what to do next.
///
/// 1. Notes alone resume every turn: `last` is null at the start, after a Pause and after a
/// restart.
/// 2. No request carries a credential; those with `sign` are signed on their way out.
/// 3. An answer that may mean "it happened" is Uncertain, never Rejected or Deferred.
/// 4. The loop looks (look_for, recognise) before it repeats a Publish.
class Network {
 public:
  virtual ~Network() = default;
  [[nodiscard]] virtual const Traits& traits() const = 0;

  /// What to ask before the first post is written for an account; each harmless, most unsigned.
  [[nodiscard]] virtual std::vector<Request> inquire(const Account& account,
                                                     const AccountFacts& known) const = 0;
  /// Takes one answer to inquire() in. An answer of no use changes nothing.
  [[nodiscard]] virtual AccountFacts learn(AccountFacts known, const Request& asked,
                                           const Response& answer) const = 0;
  /// The rules that posts to this account must fit.
  [[nodiscard]] virtual TextRules rules(const Account& account,
                                        const AccountFacts& facts) const = 0;

  [[nodiscard]] virtual Turn next(const Delivery& delivery, const Context& context,
                                  const Response* last) const = 0;

  /// Asks whether a Publish landed. Nothing: it cannot be asked.
  [[nodiscard]] virtual std::optional<Request> look_for(const Delivery& delivery,
                                                        const Context& context) const = 0;
  /// Reads the answer to look_for: the receipt, or nothing if the post is not there.
  /// Errors: unavailable, throttled, unauthorized, if the answer does not tell.
  [[nodiscard]] virtual Result<std::optional<Receipt>> recognise(const Delivery& delivery,
                                                                 const Context& context,
                                                                 const Response& answer) const = 0;
};

}  // namespace crier
