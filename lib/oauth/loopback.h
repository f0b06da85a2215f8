#pragma once
#include <chrono>
#include <csignal>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/result.h"

namespace crier {

/// Hears one redirect on 127.0.0.1, for a sign-in (RFC 8252 section 7.3).
///
/// 1. The port is taken when it is made, so that its address can be registered before it listens.
/// 2. It answers only while wait() runs; no thread outlives that call.
/// 3. A request that is not the expected one (another path, another page's guess) is turned away
/// and ends nothing.
class LoopbackListener {
 public:
  /// Takes `preferred_port` if it is free, else any. Errors: unavailable, if there is none at all.
  [[nodiscard]] static Result<std::unique_ptr<LoopbackListener>> open(
      const Clock& clock, std::uint16_t preferred_port = 0);
  ~LoopbackListener();
  LoopbackListener(const LoopbackListener&) = delete;
  LoopbackListener& operator=(const LoopbackListener&) = delete;

  /// "http://127.0.0.1:PORT/callback"
  [[nodiscard]] const std::string& redirect_uri() const;

  /// Waits, once, for a GET of /callback whose path and query `is_expected` accepts, and gives
  /// them. `is_expected` is called on another thread, one call at a time. Errors: unavailable,
  /// after `at_most`; or once `stop`, if there is one, is not 0.
  [[nodiscard]] Result<std::string> wait(std::chrono::seconds at_most,
                                         const volatile std::sig_atomic_t* stop,
                                         const std::function<bool(std::string_view)>& is_expected);

 private:
  struct Server;
  LoopbackListener(const Clock& clock, std::unique_ptr<Server> server);
  const Clock& clock_;
  std::unique_ptr<Server> server_;
};

/// The port of a loopback redirect address; 0 if it is none.
[[nodiscard]] std::uint16_t loopback_port(std::string_view redirect_uri);

}  // namespace crier
