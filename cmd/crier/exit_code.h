#pragma once

namespace crier::exit_code {

inline constexpr int ok = 0;  ///< nothing needs a person; what is deferred goes by itself
inline constexpr int needs_person =
    1;                             ///< a post refused, an account signed out, a feed that is gone
inline constexpr int usage = 2;    ///< the command line or feeds.toml is wrong
inline constexpr int broken = 70;  ///< the ledger cannot be used, or crier broke its own promise
inline constexpr int busy = 75;    ///< another run holds the ledger

}  // namespace crier::exit_code
