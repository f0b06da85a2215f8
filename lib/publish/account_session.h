#pragma once
#include <functional>
#include <memory>
#include <optional>

#include "core/clock.h"
#include "core/model.h"
#include "core/random.h"
#include "http/client.h"
#include "oauth/authorizer.h"
#include "oauth/token_store.h"

namespace crier {

/// What an account's session needs of the world.
struct SessionWorld {
  TokenStore& tokens;
  const Authorizer& authorizer;
  const Clock& clock;
  Random& random;
  HttpClient& client;
};

/// Sends one account's requests, one at a time. The only place where a request and a token meet.
///
/// 1. Tokens are loaded when the first request needs them, and not before.
/// 2. A request is signed only for the server that its token is for, and then follows no redirect.
/// 3. Tokens that are due are renewed first: under the account's lease, with what is stored then
///    (another process may have renewed them), and the new ones are on disk before their first use
///    (W5).
/// 4. A server that wants a signature made anew (a nonce), or finds the token too old, has done
///    nothing: the request goes out once more. It counts as one request.
/// 5. No answer that is given back holds a secret of the account.
/// 6. A refusal that this machine's wrong clock explains, and a redirect to another host, are told
///    as what they are: nothing happened.
class AccountSession {
 public:
  AccountSession(const Account& account, const SessionWorld& world);

  /// Begins to send; `about_to_leave` is called just before the request itself leaves, once.
  /// Errors: unauthorized, if a person must sign in again; invalid, if the request is for another
  /// server; unavailable, if new tokens cannot be kept. Nothing has left then.
  /// `at_most_once`: a token that is found too old is told, and renewed for the next request only.
  [[nodiscard]] Result<void> start(Request request, std::function<void()> about_to_leave = {},
                                   bool at_most_once = false);
  /// What is waited for.
  [[nodiscard]] std::optional<TransferId> transfer() const { return transfer_; }
  /// Takes what came of transfer(). Gives the end of it, or nothing: then there is another one.
  [[nodiscard]] std::optional<Result<Response>> take(Result<Response> result);
  /// Says of an Error that take() gave: the request did not leave, or was turned away unread.
  [[nodiscard]] bool nothing_happened() const { return nothing_happened_; }

  /// Of that, too: it left, and its server answered without doing it: it sent it on to another
  /// host, or wants one more signature again and again.
  [[nodiscard]] bool was_sent_back() const { return was_sent_back_; }

  /// Whether tokens were renewed for the last request.
  [[nodiscard]] bool has_renewed() const { return renewed_; }

  /// Who is signed in, and where. Errors: unauthorized and invalid, as TokenStore::load.
  [[nodiscard]] Result<const Credentials*> credentials();

  /// Takes the account's secrets out of a text that came from its server.
  void redact(std::string& text) const;

 private:
  enum class Doing { nothing, renewing, sending };

  Result<void> send_signed();
  Result<void> renew();
  Result<void> ask_for_tokens();
  Result<void> absorb(const Response& answer);
  Result<void> send_as_it_is();
  [[nodiscard]] bool is_good_still() const;
  std::optional<Result<Response>> take_answer(Response answer);
  std::optional<Result<Response>> go_on(const Result<void>& begun);
  void leave(Request request);
  void redact(Response& response) const;
  [[nodiscard]] Error signed_out() const;

  const Account& account_;
  SessionWorld world_;
  std::optional<Credentials> credentials_;
  bool unsaved_ = false;  ///< renewed, and not on disk: they are not used until they are
  Request request_;       ///< as it was given, unsigned
  std::function<void()> about_to_leave_;
  Request asked_;  ///< the renewal's request that is under way
  std::unique_ptr<Lease> lease_;
  std::optional<TransferId> transfer_;
  Doing doing_ = Doing::nothing;
  int rounds_ = 0;               ///< of this renewal
  bool renewal_failed_ = false;  ///< with a token that is good still: it is not tried again
  bool signed_again_ = false, renewed_ = false, nothing_happened_ = false;
  bool was_sent_back_ = false, at_most_once_ = false;
  bool has_ended_ = false;  ///< the token, by its server's word
};

/// Sends one request of an account and waits for its end. For where there is only one thing to do.
/// Errors: of both steps.
[[nodiscard]] Result<Response> fetch(AccountSession& session, HttpClient& client, Request request);

}  // namespace crier
