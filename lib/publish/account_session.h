#pragma once
#include <optional>

#include "core/clock.h"
#include "core/model.h"
#include "core/random.h"
#include "http/message.h"
#include "network/network.h"
#include "oauth/authorizer.h"
#include "oauth/token_store.h"

namespace crier {

/// Signs for one account. The only place where a request and a token meet.
///
/// 1. Tokens are loaded when the first request needs them, and not before.
/// 2. A request is signed only for the account's own server, and then follows no redirect.
class AccountSession {
 public:
  AccountSession(const Account& account, const TokenStore& tokens, const Authorizer& authorizer,
                 const Clock& clock, Random& random);
  /// The request as it may leave: signed if it asks for that, untouched otherwise.
  /// Errors: unauthorized, if the account is signed out; invalid, if the request is for another
  /// server.
  [[nodiscard]] Result<Request> sign(Request request);
  /// Takes the token out of an answer: some servers repeat what they were sent, and errors quote
  /// answers.
  void redact(Response& response) const;
  /// Who is signed in, and where. Errors: as sign().
  [[nodiscard]] Result<const Credentials*> credentials();

 private:
  const Account& account_;
  const TokenStore& tokens_;
  const Authorizer& authorizer_;
  const Clock& clock_;
  Random& random_;
  std::optional<Credentials> credentials_;
};

}  // namespace crier
