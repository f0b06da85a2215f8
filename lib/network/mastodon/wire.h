#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model.h"

/// JSON in and out for Mastodon's client API. Pure; every field of an answer is checked for its
/// type, and what does not fit is as good as absent.
namespace crier::mastodon {

/// The body of POST /api/v1/statuses. Empty members are left out: some servers refuse null.
struct NewStatus {
  std::string status, language, visibility, spoiler_text;
  std::vector<std::string> media;
};
[[nodiscard]] std::string write_status(const NewStatus& status);

/// A status as the server shows it.
struct Status {
  std::string id;
  std::string url;      ///< its public page; or empty
  std::string content;  ///< HTML
  std::optional<SysTime> created_at;
  bool is_reply = false;
  bool is_boost = false;  ///< `content` is another account's
};

/// Reads one status; nothing if the body is no JSON object with a usable id.
[[nodiscard]] std::optional<Status> read_status(std::string_view body);

/// Reads a list of statuses, leaving out entries without an id; nothing if the body is no JSON
/// list.
[[nodiscard]] std::optional<std::vector<Status>> read_statuses(std::string_view body);

struct InstanceLimits {
  std::optional<std::size_t> max_characters, characters_reserved_per_url;
  std::optional<std::size_t> max_pictures, image_size_limit, image_matrix_limit;
};

/// Reads /api/v2/instance or /api/v1/instance.
[[nodiscard]] InstanceLimits read_limits(std::string_view body);

struct AccountName {
  std::string id, acct;
};

/// Reads /api/v1/accounts/verify_credentials.
[[nodiscard]] std::optional<AccountName> read_account(std::string_view body);

/// The server's own words for what went wrong; nothing if the body holds no JSON `error`.
[[nodiscard]] std::optional<std::string> read_error(std::string_view body);

/// Reads "2026-03-02T09:00:00.123456Z" and the like, with an offset in place of Z too. The fraction
/// is cut off.
[[nodiscard]] std::optional<SysTime> read_timestamp(std::string_view text);

/// What stands before the first hyphen of a BCP 47 tag, in lower case, if it is two or three
/// letters; else empty. Mastodon falls back to the account's language when it does not know the
/// code.
[[nodiscard]] std::string primary_language(std::string_view tag);

}  // namespace crier::mastodon
