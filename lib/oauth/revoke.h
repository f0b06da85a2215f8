#pragma once
#include <optional>

#include "core/clock.h"
#include "core/random.h"
#include "http/message.h"
#include "oauth/credentials.h"

namespace crier {

/// The request that gives an account's tokens back: RFC 7009, or a Bluesky session's own. Nothing
/// if there is no place for it (OAuth 1.0a), or only one on another origin than the sign-in's.
/// A token that is bound to a key goes with a proof: where the answer wants_dpop_nonce, its nonce
/// is put into `credentials`, and the request made again.
[[nodiscard]] std::optional<Request> revocation_request(const Credentials& credentials, SysTime now,
                                                        Random& random);

}  // namespace crier
