#include "publish/account_session.h"

#include "core/url.h"

namespace crier {

AccountSession::AccountSession(const Account& account, const TokenStore& tokens,
                               const Authorizer& authorizer, const Clock& clock, Random& random)
    : account_(account), tokens_(tokens), authorizer_(authorizer), clock_(clock), random_(random) {}

Result<const Credentials*> AccountSession::credentials() {
  if (!credentials_) {
    auto loaded = tokens_.load(account_.id);
    if (!loaded) return Failure(std::move(loaded).error());
    credentials_ = *std::move(loaded);
  }
  return &*credentials_;
}

void AccountSession::redact(Response& response) const {
  if (!credentials_ || credentials_->access_token.empty()) return;
  const std::string& token = credentials_->access_token.reveal();
  const auto clean = [&](std::string& text) {
    for (std::size_t at = text.find(token); at != std::string::npos; at = text.find(token, at)) {
      text.replace(at, token.size(), "***");
    }
  };
  clean(response.body);
  for (Header& header : response.headers) clean(header.value);
}

Result<Request> AccountSession::sign(Request request) {
  if (!request.sign) return request;
  if (origin_of(request.url) != origin_of(account_.server)) {
    return fail(ErrorKind::invalid, "account {}: a signed request may go to {} only, not to {}",
                account_.id.value, account_.server, origin_of(request.url));
  }
  const auto known = credentials();
  if (!known) return Failure(known.error());
  request.follow_redirects = false;
  return authorizer_.sign(std::move(request), **known, clock_.now(), random_);
}

}  // namespace crier
