#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/result.h"

namespace crier {

enum class Method : std::uint8_t { get, post, put, patch, del };
[[nodiscard]] const char* name_of(Method method);

struct Header {
  std::string name, value;
  friend bool operator==(const Header&, const Header&) = default;
};
using Headers = std::vector<Header>;

/// The first header of that name, whatever its case; nothing if there is none.
[[nodiscard]] std::optional<std::string_view> find_header(const Headers& headers,
                                                          std::string_view name);

/// One part of a multipart/form-data body.
struct Part {
  std::string name, content;
  std::string filename, type;  ///< both empty for a plain field
};

/// A request as a value. Adapters build it without credentials; account_session signs it.
struct Request {
  Method method = Method::get;
  std::string url;
  Headers headers;
  std::string body;         ///< sent as it is, with the Content-Type from `headers`
  std::vector<Part> parts;  ///< if not empty: multipart/form-data in place of `body`
  bool sign = false;        ///< to be signed for the account before it leaves
  bool fresh_connection =
      false;  ///< on a connection of its own: what breaks then did not break before
  /// Never to a private, loopback or link-local address, wherever names and redirects lead.
  bool public_only = false;
  /// With public_only: an address that the operator has named. Its host and port may be private,
  /// and the operator's proxy may be asked, which looks names up by itself: then only what can be
  /// told from the name counts. Empty: there is none.
  std::string named_by_operator;
  bool follow_redirects = false;     ///< http and https only, at most 5 hops; never with `sign`
  std::chrono::seconds timeout{30};  ///< for the whole transfer
  std::size_t max_response_bytes = 4U << 20;  ///< before decompression, and after it
  bool may_be_cut = false;  ///< what goes beyond that is left away, and is no error
};

struct Response {
  int status = 0;
  Headers headers;
  std::string body;       ///< decompressed
  std::string final_url;  ///< where redirects led; the request's own URL if there was none
  std::string moved_to;   ///< where a chain of only 301 and 308 led; empty otherwise
  std::string remark =
      {};  ///< a sentence on a body that is packed otherwise than it says; or empty
};

/// Sorts a status by what the caller must do; nothing for 2xx.
///
/// 401: unauthorized. 429: throttled. 408, 425 and 5xx: unavailable. Other: rejected.
/// `retry_after` is filled from Retry-After, and for a 429 without one from the rate-limit headers.
[[nodiscard]] std::optional<Error> classify(const Response& response, SysTime now);

/// Whether a server that answers so may have done its work all the same, whatever its words say;
/// and so, whether another answer may come for the asking.
[[nodiscard]] inline bool may_have_happened(const Response& answer) {
  const int status = answer.status;
  return status >= 500 || status == 408 || status == 425 || status < 200;
}

/// Reads a Retry-After value: seconds or an HTTP date (RFC 9110 section 10.2.3); and what servers
/// send in its place: seconds with a fraction, an ISO 8601 time, a Unix time in seconds or
/// milliseconds. Nothing if it is none of these; never negative; at most a year.
[[nodiscard]] std::optional<std::chrono::seconds> parse_retry_after(std::string_view value,
                                                                    SysTime now);

/// Reads an IMF-fixdate, RFC 850 or asctime date (RFC 9110 section 5.6.7).
[[nodiscard]] std::optional<SysTime> parse_http_date(std::string_view value);

/// Reads an ISO 8601 time with its zone, "2026-03-02T09:00:00.5+01:00"; a fraction is rounded up.
[[nodiscard]] std::optional<SysTime> parse_iso_time(std::string_view value);

/// Whether a body is a page that is made for eyes, as proxies, firewalls and gateways answer with.
[[nodiscard]] bool is_web_page(std::string_view body);

/// The start of an answer's body, fit for an error message: one line, at most 200 bytes, no control
/// characters. Of a web page, its title.
[[nodiscard]] std::string excerpt(std::string_view body);

}  // namespace crier
