#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/random.h"
#include "core/result.h"
#include "core/secret.h"

namespace crier {

/// Reads the key that seals token files: 32 bytes, as hex, as base64url, or as they are.
///
/// Errors: invalid, for a file that is not there, that others can read, or that holds no such key;
/// the message says how to make one. `may_be_group_readable`: systemd hands credentials over so.
[[nodiscard]] Result<Secret> read_token_key(const std::filesystem::path& file,
                                            bool may_be_group_readable);

/// A token file's content, sealed for the account of that name: a JSON object with a member
/// "sealed".
[[nodiscard]] std::string seal_file(const Secret& key, std::string_view account,
                                    std::string_view content, Random& random);

/// The content of a token file, opened if it is sealed. `path` is for messages.
/// Errors: invalid, for a sealed file without a key, or with another one than it was sealed with.
[[nodiscard]] Result<std::string> open_file(const Secret& key, std::string_view account,
                                            std::string content, const std::filesystem::path& path);

}  // namespace crier
