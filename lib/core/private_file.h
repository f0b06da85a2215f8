#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace crier {

// Small notes of crier's own, beside the sign-ins: what is lost with one is known again later.

/// The text of such a file; nothing if it is not there, is a link, or is longer than 64 KiB.
[[nodiscard]] std::optional<std::string> read_private_file(const std::filesystem::path& file);

/// Puts `text` into the file, which nobody else can read (0600), as a whole or not at all; makes
/// its folder (0700). Not synced: after a power cut the old text may be there. False: it cannot be.
bool write_private_file(const std::filesystem::path& file, std::string_view text);

}  // namespace crier
