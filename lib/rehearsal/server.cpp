#include "rehearsal/server.h"

#include <algorithm>

#include "rehearsal/doubles.h"

namespace crier::rehearsal {

std::optional<Fault> fault_named(std::string_view name) {
  if (name == "429") return Fault::too_many_requests;
  if (name == "500") return Fault::server_error;
  if (name == "timeout-after-accept") return Fault::timeout_after_accept;
  if (name == "expired-token") return Fault::expired_token;
  return std::nullopt;
}

DoubleServer::~DoubleServer() {
  // Threads first: they use what goes next.
  for (const auto& stall : stalls_) stall->listener.reset();
}

Result<std::string> DoubleServer::open(const Account& account) {
  const auto stand = std::ranges::find(stands(), account.network, &Stand::network);
  if (stand == stands().end()) {
    return fail(ErrorKind::invalid, "there is no stand-in for {} yet", account.network);
  }
  return open(account, stand->make);
}

Result<std::string> DoubleServer::open(const Account& account,
                                       std::unique_ptr<Double> (*make)(DoubleWorld)) {
  auto listener = Listener::open();
  if (!listener) return Failure(listener.error());
  auto stall = std::make_unique<Stall>();
  stall->account = account;
  stall->is_due = fault_ != Fault::none;
  stall->listener = std::move(*listener);
  const std::string origin = stall->listener->origin();
  stall->stand_in = make(DoubleWorld{clock_, random_, origin});
  Stall* const opened = stall.get();
  {
    const std::lock_guard lock(mutex_);
    stalls_.push_back(std::move(stall));
  }
  opened->listener->serve(
      [this, opened](const Request& request) { return answer(*opened, request); });
  return origin;
}

std::optional<Response> DoubleServer::answer(Stall& stall, const Request& request) {
  const std::lock_guard lock(mutex_);
  Double& stand_in = *stall.stand_in;
  if (!stall.is_due || !stand_in.publishes(request)) return stand_in.answer(request);
  if (fault_ == Fault::timeout_after_accept) {
    // What is refused at first, for want of a nonce, was not accepted.
    Response answer = stand_in.answer(request);
    stall.is_due = answer.status >= 300;
    return stall.is_due ? std::optional(std::move(answer)) : std::nullopt;
  }
  stall.is_due = false;
  switch (fault_) {
    case Fault::none:
    case Fault::timeout_after_accept: break;
    case Fault::too_many_requests: {
      constexpr std::chrono::seconds wait{2};
      Response answer = stand_in.too_many_requests(wait);
      answer.headers.push_back({"Retry-After", std::to_string(wait.count())});
      return answer;
    }
    case Fault::server_error: return stand_in.server_error();
    case Fault::expired_token: stand_in.expire_tokens(); break;
  }
  return stand_in.answer(request);
}

Credentials DoubleServer::sign_in(const AccountId& account) {
  const std::lock_guard lock(mutex_);
  const auto stall =
      std::ranges::find_if(stalls_, [&](const auto& each) { return each->account.id == account; });
  CRIER_ENSURE(stall != stalls_.end(), "signing in needs an open double");
  return (*stall)->stand_in->sign_in((*stall)->account);
}

std::vector<Arrivals> DoubleServer::arrivals() const {
  const std::lock_guard lock(mutex_);
  std::vector<Arrivals> all;
  for (const auto& stall : stalls_) all.push_back({stall->account, stall->stand_in->arrived()});
  return all;
}

std::set<AccountId> DoubleServer::struck() const {
  const std::lock_guard lock(mutex_);
  std::set<AccountId> all;
  for (const auto& stall : stalls_) {
    if (fault_ != Fault::none && !stall->is_due) all.insert(stall->account.id);
  }
  return all;
}

}  // namespace crier::rehearsal
