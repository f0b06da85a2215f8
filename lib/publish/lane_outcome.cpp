#include <algorithm>
#include <utility>

#include "http/backoff.h"
#include "publish/lane.h"

// What became of a post: in doubt and looked for, settled, or left for later.
namespace crier {
namespace {

using std::chrono::seconds;

/// A server may still be at work on a request whose answer did not come: before this time has
/// passed, that a post is not there yet does not mean that it will not be.
constexpr seconds late_arrival{60};
/// Between two looks for a post that is not shown yet.
constexpr seconds between_looks{20};
/// While a post is in doubt the account's others wait, so it is looked for soon again.
constexpr seconds longest_doubt{15 * 60};
/// A post that is in doubt for longer is left to a person, and the others go on.
constexpr seconds most_doubt{24 * 3600};
/// Where nobody can be asked each doubt goes to a person: the account then waits, twice as long
/// with each that is new, so that an outage of hours does not use up the queue.
constexpr seconds longest_rest{3600};
constexpr std::size_t most_doublings = 6;
/// No server's word keeps a post back for longer at a time.
constexpr seconds longest_wait{24 * 3600};
/// When so many posts in a row have failed, it is the server that fails, and the rest waits.
constexpr int most_failures_in_a_row = 4;

const Error& error_of(const Outcome& outcome) {
  static const Error none{};
  return std::visit(Overloaded{[](const Receipt&) -> const Error& { return none; },
                               [](const auto& other) -> const Error& { return other.why; }},
                    outcome);
}

/// A sign-in that is good and may not read: nobody can be asked.
bool lets_nobody_look(const Error& why, const Response& response) {
  return why.kind == ErrorKind::unavailable && response.status >= 400 && response.status < 500 &&
         response.status != 408 && response.status != 425;
}

/// Whether that answer to a Publish settles that the post is not public. Of these statuses nobody
/// knows who gave them, and when: a proxy, a firewall that reads answers (a web page, too), or the
/// server itself at a step after the post was made. What it says of the post otherwise is clear.
bool is_clear(const Outcome& outcome, const Response& answer) {
  if (const auto* deferred = std::get_if<Deferred>(&outcome)) {
    if (deferred->why.kind == ErrorKind::rejected) return true;
  } else if (!std::holds_alternative<Rejected>(outcome)) {
    return true;
  }
  switch (answer.status) {
    case 401:
    case 403:
    case 404:
    case 410:
    case 429: return false;
    default: return answer.status >= 400 && !is_web_page(answer.body);
  }
}

}  // namespace

/// It may have happened: look once the network has had time to show it.
void Lane::doubt(const Error& why) {
  doubt_ = why;
  unresolved_ = true;
  was_sent_ = true;
  on_waking_ = OnWaking::look;
  wakes_at_ = world_.clock.ticks() + network_.traits().settle_time;
}

/// What an answer to a Publish led to.
void Lane::heed(const Outcome& outcome, const Response& answer) {
  if (is_clear(outcome, answer)) {
    conclude(outcome);
  } else {
    look_first(outcome);
  }
}

/// It was refused with an answer that may be wrong about it: look, then act on the answer.
void Lane::look_first(const Outcome& answered) {
  if (!network_.look_for(current_->delivery, context())) {
    conclude(answered);
    return;
  }
  answered_ = answered;
  unresolved_ = true;
  on_waking_ = OnWaking::look;
  wakes_at_ = world_.clock.ticks() + network_.traits().settle_time;
}

/// It is not public, or nobody can be asked.
void Lane::act_on_answer() {
  unresolved_ = false;
  Outcome answered = *std::exchange(answered_, std::nullopt);
  auto* waits = std::get_if<Deferred>(&answered);
  if (waits != nullptr && waits->why.kind == ErrorKind::unauthorized && session_.has_renewed()) {
    // The token had ended, and was renewed to look: nobody need sign in.
    if (!std::exchange(is_sent_again_, true)) {
      publishes_ = 0;
      take_turn(nullptr);
      return;
    }
    waits->why = {ErrorKind::unavailable, waits->why.message + "; crier has renewed it since"};
  }
  conclude(answered);
}

void Lane::look() {
  if (auto request = network_.look_for(current_->delivery, context())) {
    send(Awaiting::looked, *std::move(request), {});
    return;
  }
  if (answered_) {
    act_on_answer();
    return;
  }
  const auto& first = current_->delivery.publishing_at;
  const SysTime now = world_.clock.now();
  const seconds window = network_.drops_repeats_for(account_);
  if (first && now >= *first && now - *first < window) {
    repeat_or_wait(*doubt_, false);
    return;
  }
  Error why{ErrorKind::uncertain, fmt::format("it may have been posted, and {} cannot be asked: {}",
                                              network_.traits().title, doubt_->message)};
  settle(Uncertain{why});
  const seconds rest = rest_after_doubt();
  pause_account(now + std::clamp<seconds>(doubt_->retry_after.value_or(rest), rest, longest_wait),
                false);
  close(std::move(why));
}

/// For how long the account's posts wait after one that nobody can tell of.
seconds Lane::rest_after_doubt() const {
  HistoryQuery query;
  query.account = account_.id;
  query.stage = Stage::uncertain;
  query.limit = most_doublings + 1;
  seconds rest = late_arrival;
  bool is_first = true;
  for (const Delivery& delivery : world_.store.history(query)) {
    const bool is_recent =
        delivery.sent_at && std::chrono::abs(world_.clock.now() - *delivery.sent_at) < most_doubt;
    if (is_recent && !std::exchange(is_first, false)) rest *= 2;
  }
  return std::min(rest, longest_rest);
}

void Lane::looked(const Response& response) {
  auto found = network_.recognise(current_->delivery, context(), response);
  if (!found) {
    not_told(std::move(found).error(), response);
    return;
  }
  if (*found) {
    is_there(**found);
    return;
  }
  if (is_hidden_still()) {
    on_waking_ = OnWaking::look;
    wakes_at_ = world_.clock.ticks() + between_looks;
    return;
  }
  if (!answered_) {
    unresolved_ = false;
    repeat_or_wait(*doubt_, true);
  } else if (is_set(world_.stop)) {
    defer(Error{ErrorKind::uncertain, error_of(*answered_).message});
  } else {
    act_on_answer();
  }
}

void Lane::is_there(const Receipt& receipt) {
  unresolved_ = false;
  const auto answered = std::exchange(answered_, std::nullopt);
  settle(receipt);
  // The pause that its server asked for is kept all the same.
  const auto* waits = answered ? std::get_if<Deferred>(&*answered) : nullptr;
  if (waits == nullptr || waits->why.kind != ErrorKind::throttled) return;
  pause_account(waits->until, true);
  close(waits->why);
}

/// It stays `publishing`, and is looked for again once somebody has signed in.
void Lane::stay_in_doubt(Error why) {
  if (answered_) why = error_of(*answered_);
  const SysTime now = world_.clock.now();
  const Deferred waits{why, now};
  change(life::Answered{waits, now, true});
  finished(waits, {});
  close(std::move(why));
}

/// The look had an answer that does not say whether the post is there.
void Lane::not_told(Error why, const Response& response) {
  session_.redact(why.message);
  if (why.kind == ErrorKind::unauthorized) {
    stay_in_doubt(std::move(why));
    return;
  }
  if (answered_ && lets_nobody_look(why, response)) {
    act_on_answer();
    return;
  }
  // A count of requests ends when it ends; all else is tried again while the post is in doubt.
  if (why.kind != ErrorKind::throttled && why.retry_after) {
    why.retry_after = std::min(*why.retry_after, longest_rest);
  }
  const auto* waits = answered_ ? std::get_if<Deferred>(&*answered_) : nullptr;
  const seconds asked = waits != nullptr ? waits->until - world_.clock.now() : seconds{0};
  if (asked > seconds{0}) why.retry_after = std::max(asked, why.retry_after.value_or(asked));
  defer(Error{ErrorKind::uncertain,
              (answered_ ? error_of(*answered_).message + "; " : std::string()) +
                  "it may have been posted, and the server does not tell: " + why.message,
              why.retry_after});
}

/// The network may have the post and not show it yet.
bool Lane::is_hidden_still() const {
  const auto& sent = current_->delivery.sent_at;
  if (!sent || is_set(world_.stop)) return false;
  return std::chrono::abs(world_.clock.now() - *sent) < network_.traits().visible_within;
}

/// The post is not there. It is sent again if it can no longer be on its way.
void Lane::repeat_or_wait(const Error& why, bool was_looked_for) {
  const auto& sent = current_->delivery.sent_at;
  const bool at_rest = network_.traits().settle_time == seconds{0} || !sent ||
                       std::chrono::abs(world_.clock.now() - *sent) >=
                           std::max(late_arrival, network_.traits().visible_within);
  if (at_rest && publishes_ == 0) {
    take_turn(nullptr);
  } else {
    defer(Error{ErrorKind::uncertain, why.message,
                std::clamp<seconds>(why.retry_after.value_or(late_arrival), late_arrival,
                                    longest_rest)},
          was_looked_for && !why.retry_after);
  }
}

void Lane::conclude(const Outcome& outcome) {
  std::visit(Overloaded{
                 [&](const Receipt&) { settle(outcome); },
                 [&](const Rejected& rejected) {
                   if (!was_sent_) {
                     settle(outcome);
                     return;
                   }
                   const char* what = publishes_ > 0
                                          ? "it was sent before without an answer, and may be "
                                            "public; sent again it was refused: "
                                          : "it may be public already: ";
                   settle(Uncertain{Error{ErrorKind::uncertain, what + rejected.why.message}});
                 },
                 [&](const Deferred& deferred) { put_off(deferred); },
                 [&](const Uncertain& uncertain) { doubt(uncertain.why); },
             },
             outcome);
}

void Lane::put_off(const Deferred& deferred) {
  Error why = deferred.why;
  const SysTime now = world_.clock.now();
  if (why.kind == ErrorKind::unauthorized || why.kind == ErrorKind::invalid) {
    settle(Deferred{as_recorded(why), now});
    close(std::move(why));
    return;
  }
  // The network has said itself that it is not there.
  if (why.kind == ErrorKind::rejected) unresolved_ = false;
  const seconds asked = deferred.until - now;
  if (asked > seconds{0}) why.retry_after = std::max(asked, why.retry_after.value_or(asked));
  const bool is_of_this_post =
      why.kind == ErrorKind::unavailable || why.kind == ErrorKind::rejected;
  const bool server_answers = has_learned_ && is_of_this_post && !why.retry_after;
  defer(std::move(why), server_answers);
}

/// A later refusal does not undo an earlier Publish that had no answer: it may arrive late.
Error Lane::as_recorded(Error why) const {
  if (unresolved_ || was_sent_) why.kind = ErrorKind::uncertain;
  return why;
}

/// A post that fails again, before a server that answers otherwise, does not hold the others.
bool Lane::others_go_on(bool server_answers) const {
  const bool fails_again = current_->delivery.attempts > 0 || failed_in_a_row_ > 0;
  return server_answers && fails_again && failed_in_a_row_ + 1 < most_failures_in_a_row;
}

/// `server_answers`: what failed is this post, as far as anybody can tell.
void Lane::defer(Error why, bool server_answers) {
  const SysTime now = world_.clock.now();
  const Error recorded = as_recorded(why);
  const bool in_doubt = recorded.kind == ErrorKind::uncertain;
  const Delivery& delivery = current_->delivery;
  // A refusal in between ends one try and not the doubt: then what is known of the try before
  // counts.
  const SysTime first =
      delivery.publishing_at.value_or(delivery.sent_at.value_or(delivery.planned_at));
  const bool goes_on = others_go_on(server_answers);
  if (goes_on) ++failed_in_a_row_;
  if (in_doubt && std::chrono::abs(now - first) >= most_doubt) {
    settle(Uncertain{recorded});
    if (!goes_on) close(std::move(why));
    return;
  }
  const seconds longest = in_doubt ? longest_doubt : longest_wait;
  // What the server asks for is kept even where we would look again soon.
  const seconds asked = std::min(why.retry_after.value_or(seconds{0}), longest_wait);
  const seconds own =
      std::min(wait_before_try(current_->delivery.attempts + 1, why, world_.random), longest);
  const seconds wait = std::max(own, asked);
  settle(Deferred{recorded, now + wait});
  if (goes_on) return;
  // A server that wants a pause wants it from all. And newer posts would bury one that is in doubt.
  // But what the network has said is not there buries nothing.
  const bool keeps_others = in_doubt && why.kind != ErrorKind::rejected;
  const bool by_server = why.kind == ErrorKind::throttled;
  if (keeps_others || by_server) pause_account(now + wait, by_server);
  close(std::move(why));
}

void Lane::settle(const Outcome& outcome) {
  change(life::Answered{outcome, world_.clock.now()});  // W4
  if (current_->delivery.stage == Stage::published) failed_in_a_row_ = 0;
  finished(outcome, {});
}

void Lane::finished(std::optional<Outcome> outcome, std::string why_not) {
  done_.emplace_back(current_->index, Delivered{std::move(current_->delivery), std::move(outcome),
                                                std::move(why_not), std::exchange(warnings_, {})});
  current_.reset();
}

/// What is urgent passes a neighbour's doubt.
void Lane::close(Error why) {
  const bool is_doubt = why.kind == ErrorKind::uncertain;
  problem_ = std::move(why);
  if (current_) finished(std::nullopt, problem_->message);
  const FeedConfig* next =
      waiting_.empty() ? nullptr : world_.config.feed(waiting_.front().delivery.feed);
  closed_ = !(is_doubt && next != nullptr && next->urgent);
}

std::vector<std::pair<std::size_t, Delivered>> Lane::results() {
  const std::string why = problem_ ? problem_->message : "stopped before its turn came";
  // What was said of one post is no word about those behind it.
  const bool is_about_one =
      problem_ && !is_set(world_.stop) &&
      (problem_->kind == ErrorKind::uncertain || problem_->kind == ErrorKind::unavailable);
  const std::string of_others =
      is_about_one ? "its turn has not come; of the post before it: " + why : why;
  for (Job& job : waiting_)
    done_.emplace_back(job.index, Delivered{std::move(job.delivery), std::nullopt, of_others});
  waiting_.clear();
  if (current_) finished(std::nullopt, why);
  return std::move(done_);
}

}  // namespace crier
