#pragma once
#include <array>
#include <string_view>

namespace crier {

/// The ledger's schema, step by step; its version (PRAGMA user_version) is how many have been
/// taken. Steps are only ever added, at the end; one that has been released is never changed.
[[nodiscard]] const std::array<std::string_view, 6>& migrations();

}  // namespace crier
