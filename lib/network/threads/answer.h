#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "core/model.h"
#include "http/message.h"
#include "network/network.h"

/// What Threads' answers mean for the post and for the account. Pure.
/// Source: developers.facebook.com, Graph API, "Handling errors", and Threads, "Troubleshooting",
/// 2026-08; what is not written there, as it was seen, is said where it is decided.
namespace crier::threads {

enum class Meaning : std::uint8_t {
  fine,        ///< 2xx, and no error in it
  sign_in,     ///< the token is not good any more
  permission,  ///< the app or the token may not do that
  restricted,  ///< a person must look after the account
  throttled,
  not_found_yet,  ///< 24: Threads does not find what it has made a moment ago
  failed,         ///< the server's own trouble: it may have done it all the same
  refused,        ///< as it stands, for good
  elsewhere,      ///< no such place: the server's address is wrong
  unreadable      ///< a refusal that is not Threads' own: a firewall's page
};
/// What may end, or may not: tries of it are counted.
[[nodiscard]] inline bool is_failing(Meaning meaning) {
  return meaning == Meaning::failed || meaning == Meaning::unreadable;
}
/// Numbers decide, then what says that it will pass, then the status.
[[nodiscard]] Meaning meaning_of(const Response& answer);

/// "Threads WHAT (400: its words)".
[[nodiscard]] std::string said(const Response& answer, std::string_view what);

/// What keeps the account from posting, or the server from answering: the post waits. Nothing, for
/// what is fine and what is about this post.
[[nodiscard]] std::optional<Outcome> trouble_of_account(const Context& context,
                                                        const Response& answer);

/// Why something could not be read; nothing for what is fine.
/// Errors: unavailable, throttled, unauthorized.
[[nodiscard]] std::optional<Error> why_unread(const Context& context, const Response& answer);

/// Says whether Threads complains of too many links, in a refusal or in a container's error.
/// Source: Threads, "Create posts: text attachments", since 2025-12-22.
[[nodiscard]] bool is_over_links(const std::string& words);
[[nodiscard]] Outcome too_many_links();

/// The account's own page for readers.
[[nodiscard]] std::string page_of(const AccountFacts& facts);

}  // namespace crier::threads
