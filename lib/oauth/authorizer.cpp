#include "oauth/authorizer.h"

namespace crier {
namespace {

/// For credentials that a newer crier has written.
class UnknownAuthorizer final : public Authorizer {
 public:
  [[nodiscard]] Result<Request> sign(Request /*request*/, const Credentials& credentials,
                                     SysTime /*now*/, Random& /*random*/) const override {
    return fail(ErrorKind::invalid,
                "{}: this sign-in is of a kind that this crier does not know: sign in again, or "
                "use the newer crier that wrote it",
                credentials.source.empty() ? "token" : credentials.source);
  }
};

const Authorizer& authorizer_of(const Credentials& credentials) {
  static const BearerAuthorizer bearer;
  static const OAuth1Authorizer oauth1;
  static const DpopAuthorizer dpop;
  static const SessionAuthorizer session;
  static const GraphAuthorizer graph;
  static const AddressAuthorizer address;
  static const UnknownAuthorizer unknown;
  if (credentials.kind == "bearer") return bearer;
  if (credentials.kind == "oauth1") return oauth1;
  if (credentials.kind == "dpop") return dpop;
  if (credentials.kind == "session") return session;
  if (credentials.kind == "graph") return graph;
  if (credentials.kind == "address") return address;
  return unknown;
}

}  // namespace

bool Authorizer::is_due(const Credentials& /*credentials*/, SysTime /*now*/) const { return false; }

bool Authorizer::is_good(const Credentials& /*credentials*/, SysTime /*now*/) const {
  return false;
}

std::optional<Request> Authorizer::renew(const Credentials& /*credentials*/, SysTime /*now*/,
                                         Random& /*random*/) const {
  return std::nullopt;
}

Result<Credentials> Authorizer::absorb(Credentials old, const Request& /*sent*/,
                                       const Response& /*answer*/, SysTime /*now*/) const {
  return old;
}

Authorizer::Verdict Authorizer::heed(Credentials& /*credentials*/, const Request& /*sent*/,
                                     const Response& /*answer*/) const {
  return Verdict::fine;
}

Result<Request> KindAuthorizer::sign(Request request, const Credentials& credentials, SysTime now,
                                     Random& random) const {
  return authorizer_of(credentials).sign(std::move(request), credentials, now, random);
}

bool KindAuthorizer::is_due(const Credentials& credentials, SysTime now) const {
  return authorizer_of(credentials).is_due(credentials, now);
}

bool KindAuthorizer::is_good(const Credentials& credentials, SysTime now) const {
  return authorizer_of(credentials).is_good(credentials, now);
}

std::optional<Request> KindAuthorizer::renew(const Credentials& credentials, SysTime now,
                                             Random& random) const {
  return authorizer_of(credentials).renew(credentials, now, random);
}

Result<Credentials> KindAuthorizer::absorb(Credentials old, const Request& sent,
                                           const Response& answer, SysTime now) const {
  const Authorizer& authorizer = authorizer_of(old);
  return authorizer.absorb(std::move(old), sent, answer, now);
}

Authorizer::Verdict KindAuthorizer::heed(Credentials& credentials, const Request& sent,
                                         const Response& answer) const {
  return authorizer_of(credentials).heed(credentials, sent, answer);
}

std::optional<std::string> clock_complaint(const Response& answer, SysTime now) {
  constexpr std::chrono::seconds tolerance{120};
  const auto date = parse_http_date(find_header(answer.headers, "Date").value_or(""));
  if (!date || std::chrono::abs(now - *date) <= tolerance) return std::nullopt;
  const auto off = std::chrono::round<std::chrono::minutes>(std::chrono::abs(now - *date));
  return fmt::format(
      "this machine's clock is {} minutes {} the server's, and signatures made with it are "
      "refused: set the clock (timedatectl set-ntp true), then run crier again",
      off.count(), now > *date ? "ahead of" : "behind");
}

}  // namespace crier
