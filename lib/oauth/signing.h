#pragma once
#include <string>

#include "core/result.h"
#include "http/message.h"
#include "oauth/credentials.h"

// What the authorizers share.
namespace crier {

/// Says nothing if a request may carry these credentials. Errors: invalid, for another origin than
/// theirs, or plain http to another machine.
[[nodiscard]] Result<void> check_destination(const Request& request,
                                             const Credentials& credentials);

/// Errors: unauthorized, for a token that is empty or no header can carry.
[[nodiscard]] Result<void> check_token(const Secret& token, const Credentials& credentials);

/// Gives the request one header of that name, whatever it had before.
void set_header(Request& request, const std::string& name, std::string value);

/// Says whether the access token has ended, or will within a minute (or a tenth of a short life).
[[nodiscard]] bool is_near_end(const Credentials& credentials, SysTime now);

/// What the refusal of a renewal means: a person must sign in again, or it may work later.
[[nodiscard]] Error renewal_refused(Error why, const Response& answer, SysTime now);

}  // namespace crier
