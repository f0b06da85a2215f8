#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "core/model.h"
#include "http/message.h"
#include "network/network.h"

/// What LinkedIn's answers mean for the post and for the account. Pure.
/// Source: learn.microsoft.com/linkedin, posts-api and error-handling, 2026-09; and what was seen.
namespace crier::linkedin {

/// "LinkedIn WHAT (429: its words; x-li-uuid …)": the number is what LinkedIn's support asks for.
[[nodiscard]] std::string said(const Response& answer, std::string_view what);

/// Says whether LinkedIn refuses the post because it has it already.
[[nodiscard]] bool is_duplicate(const Response& answer);

/// A token that LinkedIn has only just given is refused for some seconds, as if it were revoked.
[[nodiscard]] bool may_be_too_young(const Response& answer);

/// Says whether a picture of the post is what LinkedIn refuses, for good.
[[nodiscard]] bool is_about_a_picture(const Response& answer);
/// A post that comes before LinkedIn is ready with its picture.
[[nodiscard]] bool is_still_at_work(const Response& answer);

/// What keeps the whole account from posting: no sign-in, no right, an old version, a limit, a
/// server that is down; or nothing.
[[nodiscard]] std::optional<Outcome> trouble_of_account(const Context& context,
                                                        const Response& answer);

/// Reads the answer to POST /rest/posts, but for a duplicate.
[[nodiscard]] Outcome outcome_of_publish(const Context& context, const Response& answer);

/// The name of the post that was made; empty if the answer gives none.
[[nodiscard]] std::string id_of_new_post(const Response& answer);

/// Why a post or a list of them could not be read; nothing for a 200.
/// Errors: unavailable, throttled, unauthorized.
[[nodiscard]] std::optional<Error> why_unread(const Context& context, const Response& answer);

/// The post's own page for readers.
[[nodiscard]] std::string page_of(std::string_view urn);

}  // namespace crier::linkedin
