#pragma once
#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/random.h"
#include "core/result.h"
#include "rehearsal/double.h"
#include "rehearsal/listener.h"

namespace crier::rehearsal {

/// The fault of that name on the command line: 429, 500, timeout-after-accept, expired-token.
[[nodiscard]] std::optional<Fault> fault_named(std::string_view name);
inline constexpr std::array<std::string_view, 4> fault_names{"429", "500", "timeout-after-accept",
                                                             "expired-token"};

/// What has arrived for one account.
struct Arrivals {
  Account account;  ///< as the council has it, not as it is rehearsed
  std::vector<Arrived> posts;
  std::string problem = {};  ///< why nothing more can be said; or empty
};

/// Serves doubles on 127.0.0.1, one for each account and each on a port of its own.
///
/// 1. One mutex stands before all doubles: each request is answered alone.
/// 2. `fault` strikes at the first request that makes a post public, once for each account.
class DoubleServer {
 public:
  /// `clock` and `random` are used on other threads, and outlive this.
  DoubleServer(const Clock& clock, Random& random, Fault fault)
      : clock_(clock), random_(random), fault_(fault) {}
  ~DoubleServer();
  DoubleServer(const DoubleServer&) = delete;
  DoubleServer& operator=(const DoubleServer&) = delete;

  /// Opens a double for the account, and gives its origin.
  /// Errors: invalid, if its network has none; unavailable, if no port is free.
  [[nodiscard]] Result<std::string> open(const Account& account);
  /// The same with a double of another make.
  [[nodiscard]] Result<std::string> open(const Account& account,
                                         std::unique_ptr<Double> (*make)(DoubleWorld));
  /// Signs in at the account's double, which is open.
  [[nodiscard]] Credentials sign_in(const AccountId& account);
  /// Everything that is public by now, in the order in which the accounts were opened.
  [[nodiscard]] std::vector<Arrivals> arrivals() const;
  /// Whose fault has struck.
  [[nodiscard]] std::set<AccountId> struck() const;

 private:
  struct Stall {
    Account account;
    std::unique_ptr<Double> stand_in;
    bool is_due = false;  ///< the fault is still to come
    std::unique_ptr<Listener> listener;
  };
  [[nodiscard]] std::optional<Response> answer(Stall& stall, const Request& request);

  const Clock& clock_;
  Random& random_;
  Fault fault_;
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<Stall>> stalls_;
};

}  // namespace crier::rehearsal
