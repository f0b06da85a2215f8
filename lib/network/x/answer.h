#pragma once
#include <optional>
#include <string_view>

#include "core/model.h"
#include "http/message.h"
#include "network/network.h"

/// What X's answers mean for the post and for the account. Pure.
/// Source: docs.x.com, x-api/fundamentals/response-codes-and-errors, 2026-08, and what was seen.
namespace crier::x {

/// Says whether X refuses the words because it has them already.
[[nodiscard]] bool is_duplicate(const Response& answer);
/// A post that is refused for what is attached to it.
[[nodiscard]] bool is_about_media(const Response& answer);

/// What keeps the whole account from posting: no money, no right, a limit, a server that is down;
/// or nothing.
[[nodiscard]] std::optional<Outcome> trouble_of_account(const Context& context,
                                                        const Response& answer);

/// Reads the answer to POST /2/tweets.
[[nodiscard]] Outcome outcome_of_publish(const Context& context, const Response& answer);

/// Why a list of posts could not be read; nothing for a 200.
/// Errors: unavailable, throttled, unauthorized.
[[nodiscard]] std::optional<Error> why_unread(const Context& context, const Response& answer);

/// The post's own page for readers.
[[nodiscard]] std::string page_of(const AccountFacts& facts, std::string_view id);

}  // namespace crier::x
