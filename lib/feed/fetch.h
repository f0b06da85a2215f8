#pragma once
#include <chrono>
#include <string>

#include "core/model.h"
#include "http/message.h"

namespace crier {

/// What a server gave to ask again with. Byte for byte as received: some compare them as text.
struct Validators {
  std::string etag, last_modified;
  friend bool operator==(const Validators&, const Validators&) = default;
};

/// What a feed's server said.
struct FeedAnswer {
  bool not_modified = false;
  Validators validators;  ///< to ask with next time
  std::string content_type;
  std::string address;   ///< where the document was in the end
  std::string moved_to;  ///< the new address, if the server says that the old one is done with
  std::chrono::seconds fresh_for{0};  ///< how long it is not to be asked again: its max-age
};

/// The conditional GET for a feed: follows redirects, asks for feed formats, names no cookie and no
/// referrer. `url` itself may be a private address; what it leads to may not.
[[nodiscard]] Request feed_request(const std::string& url, const Validators& known,
                                   std::chrono::seconds timeout, std::size_t max_bytes);

/// How long a server says that its answer holds: max-age, else Expires against Date, less Age
/// (RFC 9111 section 4.2). Believed up to a day; 0 with no-cache or no-store, or if it says nothing
/// that can be understood. s-maxage is for caches that many share, so not for us.
[[nodiscard]] std::chrono::seconds fresh_for(const Headers& headers, SysTime now);

/// Reads status and headers of the answer; the body is the caller's.
/// Errors: unavailable or throttled (try later); rejected, when a person must look: 404, 410, other
/// 4xx.
[[nodiscard]] Result<FeedAnswer> read_feed_answer(const Response& response, const Validators& known,
                                                  SysTime now);

}  // namespace crier
