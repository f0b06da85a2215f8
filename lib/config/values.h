#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/result.h"

namespace crier {

/// Reads "30s", "10m", "2h" or "7d", and the same in words: "7 days", "1 week". "5M" is none: it
/// might be minutes or months.
[[nodiscard]] std::optional<std::chrono::seconds> parse_duration(std::string_view text);

/// Reads "500 KB", "20 MB" or "1 GB" as bytes; 1 KB is 1000 bytes.
[[nodiscard]] std::optional<std::size_t> parse_size(std::string_view text);

/// Says whether `text` has the form of a language tag of language and subtags: "en-GB", "cy".
[[nodiscard]] bool is_language(std::string_view text);

/// Says whether `text` has the form of a name in the time zone database: "Europe/London", "UTC".
[[nodiscard]] bool is_timezone(std::string_view text);

/// Says whether `text` can name a feed or an account: 1 to 64 of A-Z a-z 0-9 - _.
[[nodiscard]] bool is_name(std::string_view text);

/// Says whether a setting's name tells that its value is a secret: "access_token", "Password".
[[nodiscard]] bool is_secret_name(std::string_view key);

/// Says whether an address in `text` has a user name before its host: "https://me:word@host".
[[nodiscard]] bool has_user_info(std::string_view text);

/// Reads the address of a server as an origin, with no slash at its end.
/// Errors: invalid, with what to write instead; the text itself is not in the message.
[[nodiscard]] Result<std::string> parse_server(std::string_view text);

/// What two addresses of one page have in common, however they are written: case of the host,
/// http or https, the usual port, a slash at the end, an empty query, a fragment. Empty if it is no
/// http(s) address.
[[nodiscard]] std::string address_key(std::string_view url);

/// Gives the candidate that was most likely meant by `written`; nothing if none is near.
[[nodiscard]] std::optional<std::string> nearest(std::string_view written,
                                                 std::span<const std::string> candidates);

/// Says whether `text` is an http(s) address with a host and nothing that an address cannot hold.
[[nodiscard]] bool is_web_address(std::string_view text);

/// What is wrong with an address that is no web address, to be put behind its key's name.
[[nodiscard]] std::string_view why_no_web_address(std::string_view text);

/// Joins names for a message: "one, two, three", of more than twelve the first twelve and "…".
[[nodiscard]] std::string listed(std::span<const std::string> names);

/// Reads "20", "0.015": digits with at most six after the point, in millionths.
[[nodiscard]] std::optional<std::int64_t> parse_millionths(std::string_view text);

}  // namespace crier
