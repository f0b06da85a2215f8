#include "core/url.h"
#include "oauth/authorizer.h"
#include "oauth/crypto.h"
#include "oauth/signing.h"

namespace crier {
namespace {

constexpr std::string_view key_prefix = "whsec_";

/// The bytes that a webhook's key stands for: base64 behind "whsec_"; else the text itself.
Secret key_of(const Secret& written) {
  const std::string& text = written.reveal();
  if (!text.starts_with(key_prefix)) return written;
  return Secret(base64_decode(std::string_view(text).substr(key_prefix.size())).value_or(text));
}

}  // namespace

Result<Request> AddressAuthorizer::sign(Request request, const Credentials& credentials,
                                        SysTime now, Random& /*random*/) const {
  if (auto safe = check_destination(request, credentials); !safe) return Failure(safe.error());
  if (auto good = check_token(credentials.access_token, credentials); !good) {
    return Failure(good.error());
  }
  const std::string origin = origin_of(request.url);
  const std::string rest =
      request.url.substr(std::min(request.url.find('/', origin.size()), request.url.size()));
  request.url = origin + credentials.access_token.reveal() + (rest == "/" ? "" : rest);
  const auto id = find_header(request.headers, "webhook-id");
  if (id && !credentials.client_secret.empty()) {
    const std::string time = std::to_string(
        std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count());
    const std::string text = std::string(*id) + "." + time + "." + request.body;
    set_header(request, "webhook-timestamp", time);
    set_header(request, "webhook-signature",
               "v1," + base64(hmac_sha256(key_of(credentials.client_secret), text)));
  }
  request.follow_redirects = false;
  return request;
}

}  // namespace crier
