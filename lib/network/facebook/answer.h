#pragma once
#include <optional>

#include "core/model.h"
#include "http/message.h"
#include "network/network.h"

/// What the Graph API's answers mean for the post and for the account. Pure.
/// Source: developers.facebook.com/docs/graph-api/guides/error-handling, 2026-08; subcodes as
/// others have met them (github.com/gitroomhq/postiz-app, facebook.provider.ts, 2026).
namespace crier::facebook {

enum class Meaning : std::uint8_t {
  fine,
  at_a_loss,        ///< the server failed; what was asked for may have been done
  throttled,        ///< too many calls, or posts too quickly: heals alone
  signed_out,       ///< the token is not good any more
  not_allowed,      ///< the app or the person may not do this on the Page
  page_is_gone,     ///< the Page is not there, or not visible with this token
  account_blocked,  ///< Facebook wants something of the Page's owner first
  wrong_secret,     ///< the proof does not go with the token: another app's secret
  wrong_version,    ///< no such version, or no such place
  duplicate,        ///< it says that it has this post
  link_unread,      ///< the linked page could not be read for its card
  link_refused,     ///< it will not link there
  picture_refused,
  post_refused,  ///< as it stands, and for good
  no_graph       ///< a refusal that is not in Graph's words: something stands between
};

/// Sorts an answer: by code and subcode, then by is_transient, then by the status.
[[nodiscard]] Meaning meaning_of(const Response& answer);

/// Of an answer to a request that makes something: a server that failed may have made it before.
[[nodiscard]] Meaning meaning_of_work(const Response& answer);

/// Half an answer, a page, or an error of Graph's without its number: what it is about, nobody
/// knows.
[[nodiscard]] bool is_unreadable(const Response& answer);

/// What keeps the whole account from posting, or nothing.
[[nodiscard]] std::optional<Outcome> trouble_of_account(const Context& context,
                                                        const Response& answer);

/// Reads the answer to POST /{page}/feed.
[[nodiscard]] Outcome outcome_of_publish(const Context& context, const Response& answer);

/// Why a list of posts could not be read; nothing for a 200.
/// Errors: unavailable, throttled, unauthorized.
[[nodiscard]] std::optional<Error> why_unread(const Context& context, const Response& answer);

/// "Facebook WHAT (400, code 100/33: its words; fbtrace_id A1b)"
[[nodiscard]] std::string said(const Response& answer, std::string_view what);

}  // namespace crier::facebook
