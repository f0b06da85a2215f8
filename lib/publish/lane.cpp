#include "publish/lane.h"

#include <algorithm>
#include <utility>

#include "http/backoff.h"
#include "publish/picture.h"

namespace crier {
namespace {

using std::chrono::seconds;

constexpr int most_pauses = 40;
constexpr seconds publish_timeout{60};
/// A website that stumbles is asked for its picture again, before the post goes out without.
constexpr int most_picture_tries = 3;
constexpr seconds between_picture_tries{2};
/// Servers count requests by minutes, hours, or a day; what is longer is a mistake.
constexpr seconds longest_count{24 * 3600};

}  // namespace

Lane::Lane(const Account& account, const Network& network, Turns& turns, const DeliveryWorld& world)
    : account_(account),
      network_(network),
      turns_(turns),
      world_(world),
      facts_(world.store.account(account.id).facts),
      session_(account, session_world(world)) {}

void Lane::add(std::size_t index, Delivery delivery) {
  waiting_.push_back({index, std::move(delivery)});
}

Context Lane::context() const {
  return {account_, facts_, world_.clock.now(),
          [this](const std::string& id) { return world_.store.has_receipt(account_.id, id); },
          posted_in_run_};
}

void Lane::advance() {
  while (!closed_ && !transfer()) {
    if (wakes_at_) {
      if (world_.clock.ticks() < *wakes_at_) return;
      wakes_at_.reset();
      switch (on_waking_) {
        case OnWaking::take_turn: take_turn(nullptr); break;
        case OnWaking::get_image: get_image(); break;
        case OnWaking::look: look(); break;
        case OnWaking::begin_next: break;
      }
      continue;
    }
    if (current_ || waiting_.empty() || is_set(world_.stop)) return;
    if (!may_begin_next()) continue;
    Job job = std::move(waiting_.front());
    waiting_.pop_front();
    begin(std::move(job));
  }
}

std::optional<Waiting> Lane::waits_for() const {
  if (is_done()) return std::nullopt;
  Waiting wait{account_.id, network_.traits().title};
  const Ticks now = world_.clock.ticks();
  if (transfer()) {
    wait.time = std::chrono::floor<seconds>(now - asked_at_);
    return wait;
  }
  if (!wakes_at_) return std::nullopt;
  wait.time = std::chrono::ceil<seconds>(*wakes_at_ - now);
  switch (on_waking_) {
    case OnWaking::take_turn: wait.what = Waiting::For::network; break;
    case OnWaking::get_image: wait.what = Waiting::For::picture; break;
    case OnWaking::look: wait.what = Waiting::For::look; break;
    case OnWaking::begin_next: wait.what = Waiting::For::turn; break;
  }
  return wait;
}

bool Lane::may_begin_next() {
  const Verdict verdict = turns_.may_go(waiting_.front().delivery, world_.clock.now());
  if (std::holds_alternative<Go>(verdict)) return true;
  const auto* wait = std::get_if<Wait>(&verdict);
  if (wait == nullptr) {
    leave_next({Gate::stale, "it has waited for longer than stale_after", {}, false});
  } else if (wait->is_of_account) {
    wait_for_turn(*wait);
  } else {
    leave_next(*wait);
  }
  return false;
}

/// Sleeps over a short wait for the account's own pace, and leaves all else to a later run.
void Lane::wait_for_turn(const Wait& wait) {
  const SysTime now = world_.clock.now();
  if (wait.gate == Gate::pace && wait.until && *wait.until - now <= longest_pause) {
    wakes_at_ = world_.clock.ticks() + (*wait.until - now);
    on_waking_ = OnWaking::begin_next;
    return;
  }
  Error why{ErrorKind::throttled, wait.why};
  if (wait.gate == Gate::pace) {
    why.message += wait.until ? fmt::format(": the next goes out after {}", to_iso8601(*wait.until))
                              : ": the next goes out in a later run";
  }
  close(std::move(why));
}

/// What waits for a reason of its own does not hold the others: one that is cheaper, or of another
/// feed, may still go.
void Lane::leave_next(const Wait& wait) {
  Job job = std::move(waiting_.front());
  waiting_.pop_front();
  if (wait.gate == Gate::budget) {
    over_budget_ = Error{ErrorKind::throttled, wait.why};
    // Written down once, not in every run. It may be paid for sooner than in the next month, if
    // somebody raises the budget: so no moment is set.
    if (!job.delivery.error || job.delivery.error->message != wait.why) {
      const SysTime now = world_.clock.now();
      job.delivery = life::apply(std::move(job.delivery), life::Waits{*over_budget_, now});
      world_.store.put({.changed = {job.delivery}}, now);
    }
  }
  done_.emplace_back(job.index, Delivered{std::move(job.delivery), std::nullopt, wait.why});
}

/// On disk before anything else happens.
void Lane::change(const life::Event& event) {
  current_->delivery = life::apply(std::move(current_->delivery), event);
  world_.store.put({.changed = {current_->delivery}}, world_.clock.now());
}

void Lane::begin(Job job) {
  current_ = std::move(job);
  notes_before_ = current_->delivery.notes;
  publishes_ = 0;
  is_sent_again_ = false;
  pauses_ = 0;
  doubt_.reset();
  answered_.reset();
  unresolved_ = false;
  was_sent_ = false;
  // Who is signed out can do nothing, and what a network would make of that is of no use to
  // anybody.
  Result<const Credentials*> known = nullptr;
  if (network_.traits().sign_in != SignIn::none) known = session_.credentials();
  if (!known) {
    awaiting_ =
        current_->delivery.stage == Stage::publishing ? Awaiting::looked : Awaiting::prepared;
    did_not_leave(known.error());
    return;
  }
  // A run died, or gave up waiting, between sending and knowing.
  if (current_->delivery.stage == Stage::publishing) {
    doubt(Error{ErrorKind::uncertain, "an earlier run ended before the server's answer came"});
  } else {
    take_turn(nullptr);
  }
}

void Lane::take_turn(const Response* last, bool is_an_answer) {
  has_learned_ = is_an_answer;
  Turn turn = network_.next(current_->delivery, context(), last);
  take_secrets_out(turn);
  const bool has_news = current_->delivery.notes != turn.notes;
  notes_before_ = std::exchange(current_->delivery.notes, turn.notes);
  if (has_news && std::holds_alternative<Finish>(turn.step)) keep_notes(turn);
  if (!turn.warning.empty()) warn(turn.warning);
  std::visit(Overloaded{
                 [&](const Prepare& step) { prepare(step.request, turn.notes); },
                 [&](const Publish& step) { publish(step.request, turn.notes); },
                 [&](const Pause& step) { pause(step.wait); },
                 [&](const GetImage& step) {
                   wanted_ = step;
                   picture_tries_ = 0;
                   get_image();
                 },
                 [&](const Finish& step) {
                   const bool is_of_publish = is_an_answer && awaiting_ == Awaiting::published;
                   if (is_of_publish) {
                     heed(step.outcome, *last);
                   } else {
                     conclude(step.outcome);
                   }
                 },
             },
             turn.step);
}

/// A server may say a secret back in other letters (JSON's escapes), which the adapter has undone.
void Lane::take_secrets_out(Turn& turn) const {
  session_.redact(turn.warning);
  auto* finish = std::get_if<Finish>(&turn.step);
  if (finish == nullptr) return;
  std::visit(
      Overloaded{[](Receipt&) {}, [this](auto& other) { session_.redact(other.why.message); }},
      finish->outcome);
}

/// What an answer has taught the adapter for its next try must outlive this run.
void Lane::keep_notes(const Turn& turn) {
  const auto& outcome = std::get<Finish>(turn.step).outcome;
  const bool is_over =
      std::holds_alternative<Receipt>(outcome) || std::holds_alternative<Rejected>(outcome);
  if (is_over) return;
  change(life::Learned{turn.notes});
}

/// A person is told once of each thing, however often it is tried.
void Lane::warn(const std::string& warning) {
  if (std::ranges::find(warnings_, warning) == warnings_.end()) warnings_.push_back(warning);
}

/// Begins to fetch a picture: outside the account's session, so that no token can be near.
void Lane::get_image() {
  ++picture_tries_;
  asked_at_ = world_.clock.ticks();
  picture_ = world_.client.start(picture_request(wanted_, world_.config));
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
  request.timeout = std::max(request.timeout, publish_timeout);
  // Recorded when it is signed and about to leave: a post that cannot be signed is not in doubt.
  send(Awaiting::published, std::move(request), [this, notes] {
    const SysTime now = world_.clock.now();
    const auto price = network_.price(current_->delivery.post, account_);
    change(life::Leaving{notes, price ? price->millionths : 0, now});  // W3
    if (++publishes_ == 1 && !is_sent_again_) {
      turns_.leaves(current_->delivery);
      ++posted_in_run_;
    }
  });
}

void Lane::prepare(Request request, const Notes& notes) {
  // After a Publish it only asks what became of the post; if nobody answers, that is a doubt.
  if (publishes_ > 0) unresolved_ = true;
  send(Awaiting::prepared, std::move(request), [this, notes] {
    change(life::Prepared{notes, world_.clock.now()});
  });  // W2
}

void Lane::send(Awaiting what, Request request, std::function<void()> about_to_leave) {
  awaiting_ = what;
  asked_at_ = world_.clock.ticks();
  is_get_ = request.method == Method::get;
  // A post that was refused may be public all the same: first the account is looked at.
  const bool at_most_once = what == Awaiting::published &&
                            network_.drops_repeats_for(account_) == seconds{0} &&
                            network_.look_for(current_->delivery, context()).has_value();
  auto begun = session_.start(std::move(request), std::move(about_to_leave), at_most_once);
  if (!begun) did_not_leave(std::move(begun).error());
}

void Lane::take_image(const Result<Response>& fetched) {
  picture_.reset();
  if (may_come_yet(fetched) && is_set(world_.stop)) {
    close(Error{ErrorKind::unavailable, "stopped before its picture had come"});
    return;
  }
  if (may_come_yet(fetched) && picture_tries_ < most_picture_tries) {
    wakes_at_ = world_.clock.ticks() + between_picture_tries;
    on_waking_ = OnWaking::get_image;
    return;
  }
  const Response picture = fit_picture(wanted_, fetched, world_.images);
  if (picture.status != 200 && is_set(world_.stop)) {
    close(Error{ErrorKind::unavailable, "stopped before its picture was ready"});
    return;
  }
  if (picture.status != 200) warn(picture.body);
  take_turn(&picture);
}

/// A try that never left is none: an adapter that counts its tries must not count that one. Only
/// where the turn came of no answer: what a server has said stays. And of a GET nobody says whether
/// it left.
void Lane::take_back_try() {
  Delivery& delivery = current_->delivery;
  if (is_get_ || has_learned_ || publishes_ > 0) return;
  if (delivery.notes != notes_before_) change(life::Learned{notes_before_});
}

/// Nothing left, or it was turned away unread: the post waits, with the reason.
void Lane::did_not_leave(Error why) {
  const bool is_ours = why.kind == ErrorKind::unauthorized || why.kind == ErrorKind::invalid;
  // Of the account's doing, or this machine's clock's: no failing of what was sent. A server that
  // sends only pictures elsewhere must not keep the words back.
  if (awaiting_ == Awaiting::prepared && !session_.was_sent_back()) take_back_try();
  if (!is_ours) {
    defer(std::move(why));
  } else if (awaiting_ == Awaiting::looked) {
    stay_in_doubt(std::move(why));
  } else {
    const Error recorded = as_recorded(why);
    const SysTime now = world_.clock.now();
    change(life::NotSent{recorded, now});
    finished(Deferred{recorded, now}, {});
    close(std::move(why));  // and so does the rest of the lane
  }
}

void Lane::pause(seconds wait) {
  if (wait > longest_pause || ++pauses_ > most_pauses) {
    defer(Error{ErrorKind::unavailable, "the server is still at work on this post", wait});
    return;
  }
  wakes_at_ = world_.clock.ticks() + std::max(wait, seconds{1});
  on_waking_ = OnWaking::take_turn;
}

void Lane::take(Result<Response> answer) {
  if (picture_) {
    take_image(answer);
    return;
  }
  auto result = session_.take(std::move(answer));
  if (!result) return;  // it goes on by itself
  if (!*result) {
    if (session_.nothing_happened() && awaiting_ == Awaiting::published && publishes_ > 0) {
      // It left, and was sent on, or turned away: that is said by an answer, too.
      look_first(Deferred{std::move(*result).error(), world_.clock.now()});
    } else if (session_.nothing_happened()) {
      did_not_leave(std::move(*result).error());
    } else {
      broke_off(result->error());
    }
    return;
  }
  read(**result);
}

void Lane::read(const Response& answer) {
  if (const auto limit = rate_limit(answer.headers, world_.clock.now())) heed_count(*limit);
  if (awaiting_ == Awaiting::looked) {
    looked(answer);
  } else {
    take_turn(&answer, true);
  }
}

/// The server counts our requests. Where none is left, what is under way may end, but nothing new
/// begins before it counts anew.
void Lane::heed_count(const RateLimit& limit) {
  const SysTime until = world_.clock.now() + std::min(limit.until_reset, longest_count);
  turns_.heed(account_.id, {limit.left, until});
  if (limit.left == 0) pause_account(until, true);
}

/// A shorter pause does not end a longer one.
void Lane::pause_account(SysTime until, bool by_server) {
  const SysTime now = world_.clock.now();
  AccountPause pause{until, by_server};
  if (const auto known = world_.store.account(account_.id).pause;
      known && must_wait(known->until, now)) {
    pause = {std::max(known->until, until), known->by_server || by_server};
    if (pause == *known) return;
  }
  Batch batch;
  batch.pauses[account_.id] = pause;
  world_.store.put(batch, now);
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
      if (why.kind == ErrorKind::unavailable) take_back_try();
      defer(Error{ErrorKind::unavailable, why.message, why.retry_after});
      return;
  }
}

}  // namespace crier
