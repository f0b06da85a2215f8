#pragma once
#include <string>

#include "core/result.h"
#include "oauth/credentials.h"

namespace crier {

/// Reads what a person or a pipeline hands over as an account's token, for `network`.
///
/// mastodon, linkedin, threads: a token. x: four texts joined by colons (API key, its secret,
/// access token, its secret), or an OAuth 2.0 token alone. facebook: a Page's token, or app id, app
/// secret and Page's token joined by colons. telegram: the bot's token. webhook: the whole address,
/// or a key, "@" and the address ("whsec_…@https://…"). `server`: the account's; a webhook's own
/// address wins over it. Errors: invalid, with what it must be; nothing of `given` is in the
/// message.
[[nodiscard]] Result<Credentials> read_given_token(const std::string& network,
                                                   const std::string& server, const Secret& given);

/// Where LinkedIn takes pictures for `server`: on another host than the API. Empty: on the same, as
/// where a test stands in for it.
/// Source: learn.microsoft.com/linkedin, images-api: uploadUrl is on www.linkedin.com, 2026-08.
[[nodiscard]] std::string linkedin_upload_server(const std::string& server);

/// Gives the credentials of a bot of Telegram ("123456:ABC…").
[[nodiscard]] Result<Credentials> telegram_credentials(const std::string& server,
                                                       const Secret& token);

/// Gives the credentials of a webhook: its address with all that is secret in it, and its key, if
/// it has one.
[[nodiscard]] Result<Credentials> webhook_credentials(const Secret& address, const Secret& key);

}  // namespace crier
