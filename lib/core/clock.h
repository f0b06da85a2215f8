#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace crier {

using SysTime = std::chrono::sys_seconds;             ///< UTC: the ledger, tokens, signatures
using Ticks = std::chrono::steady_clock::time_point;  ///< never steps back: timeouts

class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual SysTime now() const = 0;
  [[nodiscard]] virtual Ticks ticks() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] SysTime now() const override;
  [[nodiscard]] Ticks ticks() const override;
};

/// Writes "2026-03-02T09:00:00Z".
[[nodiscard]] std::string to_iso8601(SysTime time);

/// Reads what to_iso8601 writes, and nothing else.
[[nodiscard]] std::optional<SysTime> from_iso8601(std::string_view text);

}  // namespace crier
