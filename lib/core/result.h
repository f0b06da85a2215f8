#pragma once
#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace crier {

/// Sorted by what the caller must do, not by what went wrong.
enum class ErrorKind : std::uint8_t {
  invalid,       ///< the operator's input is wrong: say what to change
  unavailable,   ///< nothing was sent, or nothing was done: try later
  throttled,     ///< told to wait: try again after `retry_after`
  unauthorized,  ///< sign in again
  rejected,      ///< understood and refused: never as it stands
  uncertain,     ///< it may have happened: look before sending again
};

/// What went wrong, in words for the person who reads the log: what, where, what to do.
/// Holds no secret, no URL query and no more than 200 bytes of a server's answer.
struct Error {
  ErrorKind kind = ErrorKind::invalid;
  std::string message;
  std::optional<std::chrono::seconds> retry_after = std::nullopt;
};

template <class T>
using Result = tl::expected<T, Error>;

using Failure = tl::unexpected<Error>;

/// Makes the failed half of a Result from a kind and a message.
template <class... Args>
[[nodiscard]] Failure fail(ErrorKind kind, fmt::format_string<Args...> format, Args&&... args) {
  return Failure(Error{kind, fmt::format(format, std::forward<Args>(args)...)});
}

/// Passes an error on with words before its message: "reading feeds.toml: …".
template <class... Args>
[[nodiscard]] Failure fail(Error cause, fmt::format_string<Args...> format, Args&&... args) {
  cause.message = fmt::format(format, std::forward<Args>(args)...) + ": " + cause.message;
  return Failure(std::move(cause));
}

/// The kind in one word, as it stands in JSON and in the ledger.
[[nodiscard]] constexpr const char* name_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid: return "invalid";
    case ErrorKind::unavailable: return "unavailable";
    case ErrorKind::throttled: return "throttled";
    case ErrorKind::unauthorized: return "unauthorized";
    case ErrorKind::rejected: return "rejected";
    case ErrorKind::uncertain: return "uncertain";
  }
  return "invalid";
}

/// Joins lambdas into one visitor for std::visit.
template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

}  // namespace crier

/// Ends the program when our own promise is broken. Never for input.
#define CRIER_ENSURE(condition, why)                                                              \
  do {                                                                                            \
    if (!(condition)) {                                                                           \
      (void)std::fprintf(stderr, "crier: internal error: %s (%s:%d)\n", why, __FILE__, __LINE__); \
      std::abort();                                                                               \
    }                                                                                             \
  } while (false)
