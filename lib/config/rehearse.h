#pragma once
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "config/config.h"
#include "core/result.h"

namespace crier {

/// What a rehearsal puts in the place of an account's network.
struct StandIn {
  std::string origin;          ///< of a server on this machine; or empty
  std::filesystem::path path;  ///< of the file that an outbox writes to; or empty
};

/// What stands at the start of a feeds.toml that a rehearsal has written.
inline constexpr std::string_view rehearsal_mark = "# Written by crier rehearse. ";

/// A feeds.toml, and where crier's own templates are installed (empty: nowhere).
struct RehearsedFile {
  std::filesystem::path file;
  std::filesystem::path templates = {};
};

/// Writes the feeds.toml of a rehearsal: `text`, which stands in `real` and has been checked, with
/// every account at its stand-in.
///
/// 1. An account without one is taken out, and a feed that then has no account, too: no address of
///    a real network is left for an account.
/// 2. Files are named by whole paths; the ledger is `ledger`, in the rehearsal's own folder.
/// 3. `rehearsal = true` keeps tokens of the environment, and sign-ins that are kept elsewhere, out
///    of it.
/// Errors: invalid, if nothing is left to rehearse.
[[nodiscard]] Result<std::string> write_rehearsal(std::string_view text, const RehearsedFile& real,
                                                  std::span<const NetworkSchema> networks,
                                                  const std::map<AccountId, StandIn>& stand_ins,
                                                  const std::filesystem::path& ledger);

}  // namespace crier
