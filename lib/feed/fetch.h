#pragma once
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
};

/// The conditional GET for a feed: follows redirects, asks for feed formats, names no cookie and no
/// referrer.
[[nodiscard]] Request feed_request(const std::string& url, const Validators& known,
                                   std::chrono::seconds timeout, std::size_t max_bytes);

/// Reads status and headers of the answer; the body is the caller's.
/// Errors: unavailable or throttled (try later); rejected, when a person must look: 404, 410, other
/// 4xx.
[[nodiscard]] Result<FeedAnswer> read_feed_answer(const Response& response, const Validators& known,
                                                  SysTime now);

}  // namespace crier
