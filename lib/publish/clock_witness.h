#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "http/client.h"

namespace crier {

/// HttpClient that hears, beside what it is asked for, what time servers say it is.
///
/// One server whose Date (RFC 9110 section 6.6.1), with the Age of a kept answer, is within a day
/// of this machine's clock confirms it. A clock that nobody confirms may be years off: on its word
/// alone nothing is done that cannot be taken back.
class ClockWitness final : public HttpClient {
 public:
  ClockWitness(HttpClient& inner, const Clock& clock) : inner_(inner), clock_(clock) {}
  TransferId start(Request request) override { return inner_.start(std::move(request)); }
  std::vector<Completion> wait(std::chrono::milliseconds at_most) override;
  void cancel(TransferId id) override { inner_.cancel(id); }

  [[nodiscard]] bool confirms() const { return confirms_; }
  /// A sentence, if all servers that said what time it is meant another day; else empty.
  [[nodiscard]] std::string contradiction() const;

 private:
  struct Word {
    std::string origin;
    SysTime says, ours;
  };
  void hear(const Response& answer);

  HttpClient& inner_;
  const Clock& clock_;
  bool confirms_ = false;
  std::optional<Word> other_;  ///< the first that meant another day
};

}  // namespace crier
