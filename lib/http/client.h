#pragma once
#include <chrono>
#include <cstdint>
#include <vector>

#include "core/result.h"
#include "http/message.h"

namespace crier {

using TransferId = std::uint64_t;

/// A transfer that has ended. A 404 is a Response.
/// Errors: unavailable, if no byte of the request can have been acted on; uncertain, if it may have
/// been; invalid, for an address that cannot be asked or an answer over the limit of a GET.
struct Completion {
  TransferId id = 0;
  Result<Response> result;
  bool timed_out = false;  ///< it took all the time that its request allows
};

/// Many requests at once, on one thread.
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  /// Queues a request; never blocks.
  virtual TransferId start(Request request) = 0;
  /// Gives what has ended, waiting for the first for `at_most`. The run's only wait.
  virtual std::vector<Completion> wait(std::chrono::milliseconds at_most) = 0;
  /// Forgets a transfer: it gives no Completion.
  virtual void cancel(TransferId id) = 0;
};

/// Sends one request and waits for its end. For the places that have only one thing to do.
[[nodiscard]] Result<Response> fetch(HttpClient& client, Request request);

}  // namespace crier
