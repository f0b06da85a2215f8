#pragma once
#include "core/clock.h"
#include "core/random.h"
#include "core/result.h"
#include "http/message.h"
#include "oauth/credentials.h"

namespace crier {

/// Signs requests for one account. Pure: what it needs of the world is handed in.
class Authorizer {
 public:
  virtual ~Authorizer() = default;
  /// Gives the request with what proves who sends it.
  /// Errors: invalid, if the request is not for the origin the credentials belong to.
  [[nodiscard]] virtual Result<Request> sign(Request request, const Credentials& credentials,
                                             SysTime now, Random& random) const = 0;
};

/// RFC 6750: Authorization: Bearer TOKEN.
class BearerAuthorizer final : public Authorizer {
 public:
  [[nodiscard]] Result<Request> sign(Request request, const Credentials& credentials, SysTime now,
                                     Random& random) const override;
};

}  // namespace crier
