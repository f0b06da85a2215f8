#include <algorithm>

#include "core/url.h"
#include "core/utf8.h"
#include "oauth/authorizer.h"
#include "oauth/oauth2.h"

namespace crier {

Result<Request> BearerAuthorizer::sign(Request request, const Credentials& credentials,
                                       SysTime /*now*/, Random& /*random*/) const {
  const std::string origin = origin_of(request.url);
  if (origin.empty() || origin != origin_of(credentials.server)) {
    return fail(ErrorKind::invalid, "the token for {} is not sent to {}",
                loggable(credentials.server), loggable(request.url));
  }
  if (!is_safe_origin(origin)) {
    return fail(ErrorKind::invalid, "a token is not sent over plain http to {}", origin);
  }
  if (!is_visible_ascii(credentials.access_token.reveal())) {
    return fail(ErrorKind::unauthorized,
                "the token for {} is empty or has characters that no token has: sign in again",
                origin);
  }
  std::erase_if(request.headers,
                [](const Header& header) { return ascii_iequals(header.name, "Authorization"); });
  request.headers.push_back({"Authorization", "Bearer " + credentials.access_token.reveal()});
  request.follow_redirects = false;
  return request;
}

}  // namespace crier
