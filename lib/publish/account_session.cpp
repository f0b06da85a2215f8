#include "publish/account_session.h"

#include "core/url.h"

namespace crier {
namespace {

/// What a renewal may take: once with the nonce that came, or in the other way that is left.
constexpr int most_rounds = 2;

/// What to say of an answer that sends a signed request on to another host. Nothing was done there,
/// and the account's token stays here.
std::optional<Error> leads_away(const Request& request, const Response& answer,
                                bool is_secret_address) {
  if (answer.status < 300 || answer.status >= 400) return std::nullopt;
  // "See the outcome there" (RFC 9110 section 15.4.4): the request itself was taken, in all
  // likelihood. What that means is for the adapter to say.
  const bool was_taken = answer.status == 302 || answer.status == 303;
  if (was_taken && request.method != Method::get && is_secret_address) return std::nullopt;
  const auto location = find_header(answer.headers, "Location");
  const auto target = location ? resolve_link(request.url, *location) : std::nullopt;
  const std::string from = origin_of(request.url);
  const std::string to = target ? origin_of(*target) : std::string();
  if (to.empty() || to == from) return std::nullopt;
  // Only these two say that it is for good (RFC 9110 section 15.4).
  const bool is_for_good = answer.status == 301 || answer.status == 308;
  const std::string refusal = fmt::format(
      "{} sends crier on to {} ({}), and a signed request goes nowhere but where its "
      "account signed in",
      from, to, answer.status);
  if (!is_for_good) {
    return Error{ErrorKind::unavailable,
                 refusal +
                     ". The login page of a network may be in between: if this goes on, ask "
                     "whoever looks after yours"};
  }
  return Error{ErrorKind::invalid,
               fmt::format("{}. If the account has moved there, {}sign in again", refusal,
                           is_secret_address ? std::string()
                                             : fmt::format("write server = \"{}\" and ", to))};
}

/// Says whether a refusal may be one of the signature's time: these kinds have it in them.
bool may_be_about_time(const Credentials& credentials, const Response& answer) {
  if (credentials.kind == "oauth1") return answer.status == 401;
  return credentials.kind == "dpop" && (answer.status == 401 || answer.status == 400) &&
         (answer.body.find("invalid_dpop_proof") != std::string::npos ||
          find_header(answer.headers, "WWW-Authenticate").value_or("").find("invalid_dpop_proof") !=
              std::string_view::npos);
}

}  // namespace

AccountSession::AccountSession(const Account& account, const SessionWorld& world)
    : account_(account), world_(world) {}

Result<const Credentials*> AccountSession::credentials() {
  if (!credentials_) {
    auto loaded = world_.tokens.load(account_.id);
    if (!loaded) return Failure(std::move(loaded).error());
    credentials_ = *std::move(loaded);
  }
  return &*credentials_;
}

void AccountSession::redact(std::string& text) const {
  if (credentials_) crier::redact(*credentials_, text);
}

void AccountSession::redact(Response& response) const {
  if (credentials_) crier::redact(*credentials_, response);
}

Error AccountSession::signed_out() const {
  return {ErrorKind::unauthorized, fmt::format("{} is signed out: run crier auth login {}",
                                               account_.id.value, account_.id.value)};
}

Result<void> AccountSession::start(Request request, std::function<void()> about_to_leave,
                                   bool at_most_once) {
  CRIER_ENSURE(!transfer_, "an account's requests go out one at a time");
  request_ = std::move(request);
  about_to_leave_ = std::move(about_to_leave);
  at_most_once_ = at_most_once;
  signed_again_ = renewed_ = nothing_happened_ = was_sent_back_ = false;
  if (!request_.sign) {
    leave(request_);
    return {};
  }
  const auto known = credentials();
  if (!known) return Failure(known.error());
  const std::string origin = origin_of(request_.url);
  // The account may have been moved to another server in feeds.toml since it signed in.
  const bool is_elsewhere =
      !account_.server.empty() && origin_of(account_.server) != origin_of((*known)->server);
  const bool is_its_own =
      origin == origin_of((*known)->server) ||
      (!(*known)->upload_server.empty() && origin == origin_of((*known)->upload_server));
  if (is_elsewhere || !is_its_own) {
    return fail(ErrorKind::invalid, "account {}: a signed request may go to {} only, not to {}{}",
                account_.id.value, origin_of((*known)->server), origin,
                is_elsewhere ? ", and feeds.toml names " + account_.server +
                                   ": run crier auth login " + account_.id.value
                             : "");
  }
  if (unsaved_) {
    if (auto saved = world_.tokens.save(account_.id, *credentials_); !saved) return saved;
    unsaved_ = false;
  }
  const bool has_ended = std::exchange(has_ended_, false);
  if (!renewal_failed_ && (has_ended || world_.authorizer.is_due(**known, world_.clock.now()))) {
    renewed_ = true;
    auto begun = renew();
    return begun || !is_good_still() ? begun : send_as_it_is();
  }
  return send_signed();
}

bool AccountSession::is_good_still() const {
  return world_.authorizer.is_good(*credentials_, world_.clock.now());
}

void AccountSession::leave(Request request) {
  if (about_to_leave_) std::exchange(about_to_leave_, nullptr)();
  doing_ = Doing::sending;
  transfer_ = world_.client.start(std::move(request));
}

Result<void> AccountSession::send_signed() {
  Request request = request_;
  request.follow_redirects = false;
  auto ready =
      world_.authorizer.sign(std::move(request), *credentials_, world_.clock.now(), world_.random);
  if (!ready) return Failure(std::move(ready).error());
  leave(*std::move(ready));
  return {};
}

/// Renews under the lease, unless another process has done so since these tokens were read.
Result<void> AccountSession::renew() {
  auto lease = world_.tokens.lease(account_.id);
  if (!lease) return Failure(std::move(lease).error());
  auto stored = world_.tokens.load(account_.id);
  if (!stored) return Failure(std::move(stored).error());
  const bool is_new = stored->access_token.reveal() != credentials_->access_token.reveal();
  stored->nonces = credentials_->nonces;
  credentials_ = *std::move(stored);
  if (is_new && !world_.authorizer.is_due(*credentials_, world_.clock.now())) return send_signed();
  lease_ = *std::move(lease);
  rounds_ = 0;
  auto asked = ask_for_tokens();
  if (!asked) lease_.reset();
  return asked;
}

Result<void> AccountSession::ask_for_tokens() {
  auto request = world_.authorizer.renew(*credentials_, world_.clock.now(), world_.random);
  if (!request) return Failure(signed_out());
  const std::string origin = origin_of(request->url);
  if (origin != origin_of(issuer_of(*credentials_)) && origin != origin_of(credentials_->server)) {
    return fail(ErrorKind::invalid, "account {}: its tokens are not renewed at {}",
                account_.id.value, origin);
  }
  request->follow_redirects = false;
  asked_ = *request;
  doing_ = Doing::renewing;
  transfer_ = world_.client.start(*std::move(request));
  return {};
}

/// One answer to a renewal: asks again, or keeps the new tokens and sends what was to be sent.
Result<void> AccountSession::absorb(const Response& answer) {
  const Credentials before = *credentials_;
  auto renewed = world_.authorizer.absorb(before, asked_, answer, world_.clock.now());
  if (!renewed) {
    // The answer itself cannot be cleaned before it is read: its tokens may be the known ones.
    Error why = std::move(renewed).error();
    redact(why.message);
    if (is_good_still()) return send_as_it_is();
    return Failure(std::move(why));
  }
  credentials_ = *std::move(renewed);
  // The same token may have been given a longer life (Meta).
  const bool is_new = credentials_->access_token != before.access_token ||
                      credentials_->refresh_token != before.refresh_token ||
                      credentials_->expires_at != before.expires_at;
  if (credentials_->access_token.empty() || !is_new) {
    if (++rounds_ >= most_rounds) {
      if (is_good_still()) return send_as_it_is();
      return fail(ErrorKind::unavailable, "{} gave no new token for {} when it was asked",
                  origin_of(asked_.url), account_.id.value);
    }
    return ask_for_tokens();
  }
  // On disk before it is used: the old token is dead from now on. (W5)
  if (auto saved = world_.tokens.save(account_.id, *credentials_); !saved) {
    unsaved_ = true;
    return saved;
  }
  lease_.reset();
  return send_signed();
}

/// With the tokens that are there: they are good, and will be renewed in another run.
Result<void> AccountSession::send_as_it_is() {
  renewal_failed_ = true;
  lease_.reset();
  return send_signed();
}

/// What `begun` led to: another transfer, or an end.
std::optional<Result<Response>> AccountSession::go_on(const Result<void>& begun) {
  if (begun) return std::nullopt;
  lease_.reset();
  doing_ = Doing::nothing;
  nothing_happened_ = true;
  return Result<Response>(Failure(begun.error()));
}

std::optional<Result<Response>> AccountSession::take(Result<Response> result) {
  transfer_.reset();
  if (std::exchange(doing_, Doing::nothing) == Doing::sending) {
    if (!result) {
      // Where the token is in the address, so it may be in what is said of it.
      redact(result.error().message);
      return result;
    }
    return take_answer(*std::move(result));
  }
  if (!result) {
    redact(result.error().message);
    if (is_good_still()) return go_on(send_as_it_is());
    // Of the request itself nothing has left, whatever became of the renewal.
    return go_on(fail(Error{ErrorKind::unavailable, result.error().message},
                      "renewing the sign-in of {}", account_.id.value));
  }
  return go_on(absorb(*result));
}

std::optional<Result<Response>> AccountSession::take_answer(Response answer) {
  if (!request_.sign) {
    redact(answer);
    return Result<Response>(std::move(answer));
  }
  const auto verdict = world_.authorizer.heed(*credentials_, request_, answer);
  redact(answer);
  switch (verdict) {
    case Authorizer::Verdict::fine:
      if (auto why = leads_away(request_, answer,
                                account_.server.empty() && credentials_->kind == "address")) {
        was_sent_back_ = true;
        return go_on(Failure(*std::move(why)));
      }
      if (auto complaint = clock_complaint(answer, world_.clock.now());
          complaint && may_be_about_time(*credentials_, answer)) {
        return go_on(Failure(Error{ErrorKind::unauthorized, *std::move(complaint)}));
      }
      break;
    case Authorizer::Verdict::sign_again:
      if (std::exchange(signed_again_, true)) {
        was_sent_back_ = true;
        return go_on(fail(ErrorKind::unavailable, "{} keeps asking for another signature",
                          origin_of(request_.url)));
      }
      return go_on(send_signed());
    case Authorizer::Verdict::renew:
      has_ended_ = at_most_once_;
      if (at_most_once_ || std::exchange(renewed_, true)) break;
      return go_on(renew());
  }
  return Result<Response>(std::move(answer));
}

Result<Response> fetch(AccountSession& session, HttpClient& client, Request request) {
  if (auto begun = session.start(std::move(request)); !begun) return Failure(begun.error());
  while (true) {
    for (Completion& completion : client.wait(std::chrono::milliseconds{250})) {
      if (completion.id != session.transfer()) continue;
      if (auto end = session.take(std::move(completion.result))) return *std::move(end);
      break;  // ids of other transfers are nobody's here
    }
  }
}

}  // namespace crier
