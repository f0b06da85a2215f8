#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/clock.h"
#include "core/random.h"
#include "core/result.h"
#include "http/message.h"
#include "oauth/credentials.h"

namespace crier {

// Signing in without a browser and without I/O: each step says what to do next and takes what came
// of it.

/// Send it, give the Response to answered(), or what went wrong to unanswered().
struct Ask {
  Request request;
};
/// Show it to the person, give what comes back to redirected().
struct Browse {
  std::string url;
  bool shows_code = false;  ///< its page shows a code to type in, and leads nowhere
};
/// Ask the person, give the line to told().
struct Prompt {
  std::string what;  ///< "API key"
  bool is_hidden = false;
  std::vector<std::string> choices = {};  ///< shown before it, numbered from 1
};
/// Look the name's TXT records up in the DNS, give them to told(), one a line; or nothing.
struct LookUp {
  std::string name;
};
struct SignedIn {
  Credentials credentials;
};
using SignInStep = std::variant<Ask, Browse, Prompt, LookUp, SignedIn>;

/// One account's way in.
///
/// Errors (of all): invalid, where the configuration or what was typed is wrong; rejected and
/// unauthorized, where the server or the person refuses; unavailable and throttled, where it may
/// work later. After an error the sign-in is over, but for `invalid` from redirected() and told():
/// then the person may try again.
class SignInFlow {
 public:
  virtual ~SignInFlow() = default;
  [[nodiscard]] virtual Result<SignInStep> begin() = 0;
  [[nodiscard]] virtual Result<SignInStep> answered(const Response& response, SysTime now) = 0;
  /// The request of an Ask had no answer.
  [[nodiscard]] virtual Result<SignInStep> unanswered(const Error& why) { return Failure(why); }
  /// Takes what came to the redirect address, or what a person pasted: the whole address, or a code
  /// that a page showed.
  [[nodiscard]] virtual Result<SignInStep> redirected(std::string_view text) = 0;
  [[nodiscard]] virtual Result<SignInStep> told(std::string_view /*text*/) {
    return fail(ErrorKind::rejected, "this sign-in had asked nothing");
  }
  /// Says whether a request to the redirect address is the answer that is waited for.
  [[nodiscard]] virtual bool is_expected(std::string_view /*target*/) const { return false; }
};

}  // namespace crier
