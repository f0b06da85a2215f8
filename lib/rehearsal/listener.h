#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/result.h"
#include "http/message.h"

namespace crier::rehearsal {

/// One port of 127.0.0.1, and the threads that answer there.
///
/// 1. It hears nobody but this machine, and answers no request that was meant for another name: a
///    website that points a name of its own at this machine gets nothing.
/// 2. Requests come as a double takes them: with an absolute address, the parts of a form in their
///    order.
class Listener {
 public:
  /// Called on many threads at once. Nothing: the connection is closed without an answer.
  using Answer = std::function<std::optional<Response>(const Request& request)>;

  /// Takes `preferred`, or one of the ports after it, or any that is free; 0: any.
  /// Errors: unavailable.
  [[nodiscard]] static Result<std::unique_ptr<Listener>> open(std::uint16_t preferred = 0);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// "http://127.0.0.1:8701"
  [[nodiscard]] const std::string& origin() const;
  /// Answers from now on, until this is destroyed. Once.
  void serve(Answer answer);

 private:
  struct Server;
  explicit Listener(std::unique_ptr<Server> server);
  std::unique_ptr<Server> server_;
};

}  // namespace crier::rehearsal
