#include "publish/lane.h"

#include "http/backoff.h"

namespace crier {
namespace {

using std::chrono::seconds;

/// A longer pause than this is a matter for the next run.
constexpr seconds longest_pause{30};
constexpr int most_pauses = 40;
/// A server may still be at work on a request whose answer did not come: before this time has
/// passed, that a post is not there yet does not mean that it will not be.
constexpr seconds late_arrival{60};
constexpr seconds publish_timeout{60};
/// While a post is in doubt the account's others wait, so it is looked for soon again.
constexpr seconds longest_doubt{15 * 60};
/// A post that is in doubt for longer is left to a person, and the others go on.
constexpr seconds most_doubt{24 * 3600};
/// No server's word keeps a post back for longer at a time.
constexpr seconds longest_wait{7 * 24 * 3600};

}  // namespace

Lane::Lane(const Account& account, const Network& network, const DeliveryWorld& world)
    : account_(account),
      network_(network),
      world_(world),
      facts_(world.store.facts(account.id)),
      session_(account, world.tokens, world.authorizer, world.clock, world.random) {
  if (const auto until = world.store.held_until(account.id, world.clock.now())) {
    close(Error{
        ErrorKind::throttled,
        fmt::format("posts wait until {}: its server asked for a pause, or one of them is in doubt",
                    to_iso8601(*until))});
  }
}

void Lane::add(std::size_t index, Delivery delivery) {
  waiting_.push_back({index, std::move(delivery)});
}

Context Lane::context() const {
  return {account_, facts_, world_.clock.now(),
          [this](const std::string& id) { return world_.store.has_receipt(account_.id, id); }};
}

void Lane::advance() {
  while (!closed_ && !transfer_) {
    if (wakes_at_) {
      if (world_.clock.ticks() < *wakes_at_) return;
      wakes_at_.reset();
      if (look_next_) {
        look_next_ = false;
        look();
      } else {
        take_turn(nullptr);
      }
      continue;
    }
    if (current_ || waiting_.empty() || is_set(world_.stop)) return;
    Job job = std::move(waiting_.front());
    waiting_.pop_front();
    begin(std::move(job));
  }
}

void Lane::begin(Job job) {
  current_ = std::move(job);
  publishes_ = 0;
  pauses_ = 0;
  doubt_.reset();
  unresolved_ = false;
  // A run died, or gave up waiting, between sending and knowing.
  if (current_->delivery.stage == Stage::publishing) {
    doubt(Error{ErrorKind::uncertain, "an earlier run ended before the server's answer came"});
  } else {
    take_turn(nullptr);
  }
}

void Lane::take_turn(const Response* last) {
  const Turn turn = network_.next(current_->delivery, context(), last);
  current_->delivery.notes = turn.notes;
  std::visit(Overloaded{
                 [&](const Prepare& step) { prepare(step.request, turn.notes); },
                 [&](const Publish& step) { publish(step.request, turn.notes); },
                 [&](const Pause& step) { pause(step.wait); },
                 [&](const Finish& step) { conclude(step.outcome); },
             },
             turn.step);
}

void Lane::publish(Request request, const Notes& notes) {
  if (is_set(world_.stop)) {
    close(Error{ErrorKind::unavailable, "stopped before this was sent"});
    return;
  }
  // What was learned on the way may be just what the look was missing.
  if (unresolved_ && network_.look_for(current_->delivery, context())) {
    look();
    return;
  }
  // Signed before it is recorded: a post that cannot be signed does not leave, so nothing is in
  // doubt.
  auto signed_request = session_.sign(std::move(request));
  if (!signed_request) {
    cannot_sign(std::move(signed_request).error());
    return;
  }
  const SysTime now = world_.clock.now();
  world_.store.record(current_->delivery.id, Stage::publishing, notes, now);  // W3
  Delivery& delivery = current_->delivery;
  delivery.stage = Stage::publishing;
  if (!delivery.publishing_at) delivery.publishing_at = now;
  delivery.sent_at = now;
  ++publishes_;
  signed_request->timeout = std::max(signed_request->timeout, publish_timeout);
  awaiting_ = Awaiting::published;
  transfer_ = world_.client.start(*std::move(signed_request));
}

void Lane::prepare(Request request, const Notes& notes) {
  auto signed_request = session_.sign(std::move(request));
  if (!signed_request) {
    cannot_sign(std::move(signed_request).error());
    return;
  }
  // What may be public already stays so in the ledger: a run that dies here must not forget to
  // look.
  const Stage stage = unresolved_ ? Stage::publishing : Stage::preparing;
  world_.store.record(current_->delivery.id, stage, notes, world_.clock.now());  // W2
  current_->delivery.stage = stage;
  awaiting_ = Awaiting::prepared;
  transfer_ = world_.client.start(*std::move(signed_request));
}

/// Nothing left: the post waits, with the reason, and so does the rest of the lane.
void Lane::cannot_sign(const Error& why) {
  settle(Deferred{as_recorded(why), world_.clock.now()});
  close(why);
}

void Lane::pause(seconds wait) {
  if (wait > longest_pause || ++pauses_ > most_pauses) {
    defer(Error{ErrorKind::unavailable, "the server is still at work on this post", wait});
    return;
  }
  wakes_at_ = world_.clock.ticks() + std::max(wait, seconds{1});
}

void Lane::take(Result<Response> result) {
  transfer_.reset();
  if (!result) {
    broke_off(result.error());
    return;
  }
  session_.redact(*result);
  if (awaiting_ == Awaiting::looked) {
    looked(*result);
  } else {
    take_turn(&*result);
  }
}

void Lane::broke_off(const Error& why) {
  switch (awaiting_) {
    case Awaiting::published:
      // An answer that is too large, too, came from a server that may have acted.
      if (why.kind == ErrorKind::unavailable) {
        defer(why);
      } else {
        doubt(why);
      }
      return;
    case Awaiting::looked:
      defer(Error{ErrorKind::uncertain,
                  "it may have been posted, and the server cannot be asked now: " + why.message,
                  why.retry_after});
      return;
    case Awaiting::prepared:
      defer(Error{ErrorKind::unavailable, why.message, why.retry_after});
      return;
  }
}

/// It may have happened: look once the network has had time to show it.
void Lane::doubt(const Error& why) {
  doubt_ = why;
  unresolved_ = true;
  look_next_ = true;
  wakes_at_ = world_.clock.ticks() + network_.traits().settle_time;
}

void Lane::look() {
  if (auto request = network_.look_for(current_->delivery, context())) {
    auto signed_request = session_.sign(*std::move(request));
    if (!signed_request) {
      close(std::move(signed_request).error());  // stays in doubt: looked for once signed in
      return;
    }
    awaiting_ = Awaiting::looked;
    transfer_ = world_.client.start(*std::move(signed_request));
    return;
  }
  const auto& first = current_->delivery.publishing_at;
  const SysTime now = world_.clock.now();
  const seconds window = network_.traits().idempotency_window;
  if (first && now >= *first && now - *first < window) {
    repeat_or_wait(*doubt_);
    return;
  }
  settle(Uncertain{
      Error{ErrorKind::uncertain, fmt::format("it may have been posted, and {} cannot be asked: {}",
                                              account_.network, doubt_->message)}});
}

void Lane::looked(const Response& response) {
  auto found = network_.recognise(current_->delivery, context(), response);
  if (!found) {
    Error why = std::move(found).error();
    if (why.kind == ErrorKind::unauthorized) {
      close(std::move(why));  // stays `publishing`: looked for again once signed in
      return;
    }
    defer(Error{ErrorKind::uncertain,
                "it may have been posted, and the server does not tell: " + why.message,
                why.retry_after});
    return;
  }
  unresolved_ = false;
  if (*found) {
    settle(**found);
  } else {
    repeat_or_wait(*doubt_);
  }
}

/// The post is not there. It is sent again if it can no longer be on its way.
void Lane::repeat_or_wait(const Error& why) {
  const auto& sent = current_->delivery.sent_at;
  const bool at_rest = network_.traits().settle_time == seconds{0} || !sent ||
                       std::chrono::abs(world_.clock.now() - *sent) >= late_arrival;
  if (at_rest && publishes_ == 0) {
    take_turn(nullptr);
  } else {
    defer(Error{ErrorKind::uncertain, why.message,
                std::max(late_arrival, why.retry_after.value_or(late_arrival))});
  }
}

void Lane::conclude(const Outcome& outcome) {
  std::visit(Overloaded{
                 [&](const Receipt&) { settle(outcome); },
                 [&](const Rejected&) { settle(outcome); },
                 [&](const Deferred& deferred) {
                   if (deferred.why.kind == ErrorKind::unauthorized ||
                       deferred.why.kind == ErrorKind::invalid) {
                     settle(Deferred{as_recorded(deferred.why), world_.clock.now()});
                     close(deferred.why);
                   } else {
                     Error why = deferred.why;
                     const auto asked = deferred.until - world_.clock.now();
                     if (asked > seconds{0})
                       why.retry_after = std::max(asked, why.retry_after.value_or(asked));
                     defer(std::move(why));
                   }
                 },
                 [&](const Uncertain& uncertain) { doubt(uncertain.why); },
             },
             outcome);
}

/// A later refusal does not undo an earlier Publish that nobody could be asked about.
Error Lane::as_recorded(Error why) const {
  if (unresolved_) why.kind = ErrorKind::uncertain;
  return why;
}

void Lane::defer(Error why) {
  const SysTime now = world_.clock.now();
  const Error recorded = as_recorded(why);
  const bool in_doubt = recorded.kind == ErrorKind::uncertain;
  const auto& first = current_->delivery.publishing_at;
  if (in_doubt && first && std::chrono::abs(now - *first) >= most_doubt) {
    settle(Uncertain{recorded});
    close(std::move(why));
    return;
  }
  const seconds longest = in_doubt ? longest_doubt : longest_wait;
  const seconds wait =
      std::min(wait_before_try(current_->delivery.attempts + 1, why, world_.random), longest);
  settle(Deferred{recorded, now + wait});
  // A server that wants a pause wants it from all. And newer posts would bury one that is in doubt.
  if (in_doubt || why.kind == ErrorKind::throttled) world_.store.hold(account_.id, now + wait);
  close(std::move(why));
}

void Lane::settle(const Outcome& outcome) {
  Delivery& delivery = current_->delivery;
  world_.store.settle(delivery.id, outcome, world_.clock.now());  // W4
  std::visit(Overloaded{
                 [&](const Receipt& receipt) {
                   delivery.stage = Stage::published;
                   delivery.remote_id = receipt.remote_id;
                   delivery.url = receipt.url;
                   delivery.error.reset();
                 },
                 [&](const Rejected& rejected) {
                   delivery.stage = Stage::rejected;
                   delivery.error = rejected.why;
                 },
                 [&](const Deferred& deferred) {
                   delivery.stage = deferred.why.kind == ErrorKind::uncertain ? Stage::publishing
                                                                              : Stage::planned;
                   delivery.not_before = deferred.until;
                   delivery.error = deferred.why;
                 },
                 [&](const Uncertain& uncertain) {
                   delivery.stage = Stage::uncertain;
                   delivery.error = uncertain.why;
                 },
             },
             outcome);
  done_.emplace_back(current_->index, Delivered{std::move(current_->delivery), outcome, {}});
  current_.reset();
}

void Lane::close(Error why) {
  problem_ = std::move(why);
  closed_ = true;
  if (!current_) return;
  done_.emplace_back(current_->index,
                     Delivered{std::move(current_->delivery), std::nullopt, problem_->message});
  current_.reset();
}

std::vector<std::pair<std::size_t, Delivered>> Lane::results() {
  const std::string why = problem_ ? problem_->message : "stopped before its turn came";
  for (Job& job : waiting_)
    done_.emplace_back(job.index, Delivered{std::move(job.delivery), std::nullopt, why});
  waiting_.clear();
  if (current_) {
    done_.emplace_back(current_->index,
                       Delivered{std::move(current_->delivery), std::nullopt, why});
    current_.reset();
  }
  return std::move(done_);
}

}  // namespace crier
