#pragma once
#include <optional>

#include "core/model.h"
#include "http/message.h"

/// What Mastodon's answers mean for the post and for the account. Pure.
namespace crier::mastodon {

/// Reads the answer to POST /api/v1/statuses.
[[nodiscard]] Outcome outcome_of_publish(const Account& account, const Response& answer,
                                         SysTime now);

/// Why a listing of the account's posts could not be read; nothing for a 2xx.
/// Errors: unavailable, throttled, unauthorized.
[[nodiscard]] std::optional<Error> why_unread(
    const Account& account, const Response& answer, SysTime now,
    std::string_view said = "did not list the account's posts");

}  // namespace crier::mastodon
