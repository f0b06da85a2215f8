#include "oauth/signing.h"

#include <algorithm>

#include "core/url.h"
#include "core/utf8.h"
#include "oauth/authorizer.h"
#include "oauth/oauth2.h"

namespace crier {

Result<void> check_destination(const Request& request, const Credentials& credentials) {
  const std::string origin = origin_of(request.url);
  const bool is_known =
      origin == origin_of(credentials.server) ||
      (!credentials.upload_server.empty() && origin == origin_of(credentials.upload_server));
  if (origin.empty() || !is_known) {
    return fail(ErrorKind::invalid, "the token for {} is not sent to {}",
                loggable(credentials.server), loggable(request.url));
  }
  if (!is_safe_origin(origin)) {
    return fail(ErrorKind::invalid, "a token is not sent over plain http to {}", origin);
  }
  return {};
}

Result<void> check_token(const Secret& token, const Credentials& credentials) {
  if (is_visible_ascii(token.reveal())) return {};
  return fail(ErrorKind::unauthorized,
              "the token for {} is empty or has characters that no token has: sign in again",
              origin_of(credentials.server));
}

void set_header(Request& request, const std::string& name, std::string value) {
  std::erase_if(request.headers,
                [&](const Header& header) { return ascii_iequals(header.name, name); });
  request.headers.push_back({name, std::move(value)});
}

bool is_near_end(const Credentials& credentials, SysTime now) {
  if (credentials.access_token.empty()) return true;
  if (!credentials.expires_at) return false;
  std::chrono::seconds margin{60};
  if (credentials.obtained_at) {
    margin = std::min(margin, (*credentials.expires_at - *credentials.obtained_at) / 10);
  }
  return now >= *credentials.expires_at - margin;
}

Error renewal_refused(Error why, const Response& answer, SysTime now) {
  if (why.kind == ErrorKind::unavailable || why.kind == ErrorKind::throttled) return why;
  if (const auto complaint = clock_complaint(answer, now)) {
    return {ErrorKind::unauthorized, *complaint};
  }
  return {ErrorKind::unauthorized, "the sign-in has ended, and cannot be renewed (" + why.message +
                                       "): run crier auth login for this account"};
}

}  // namespace crier
