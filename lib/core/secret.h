#pragma once
#include <fmt/format.h>

#include <ostream>
#include <string>
#include <utility>

namespace crier {

/// A string that prints as ***: tokens, client secrets, passwords, codes, verifiers.
/// reveal() is the one way to its text, and easy to grep for.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  [[nodiscard]] const std::string& reveal() const { return value_; }
  [[nodiscard]] bool empty() const { return value_.empty(); }
  friend bool operator==(const Secret&, const Secret&) = default;

 private:
  std::string value_;
};

inline std::ostream& operator<<(std::ostream& out, const Secret&) { return out << "***"; }

}  // namespace crier

template <>
struct fmt::formatter<crier::Secret> : fmt::formatter<std::string_view> {
  template <class Context>
  auto format(const crier::Secret&, Context& context) const {
    return fmt::formatter<std::string_view>::format("***", context);
  }
};
