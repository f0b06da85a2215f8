#pragma once
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "delivery/life.h"
#include "http/backoff.h"
#include "network/network.h"
#include "publish/account_session.h"
#include "publish/deliver.h"
#include "publish/turns.h"

namespace crier {

/// One account's deliveries, one after the other: a state machine that is told of answers and of
/// time.
///
/// At any moment a lane waits for exactly one of three: a transfer, a moment, or nothing more (it
/// is done).
class Lane {
 public:
  Lane(const Account& account, const Network& network, Turns& turns, const DeliveryWorld& world);
  void add(std::size_t index, Delivery delivery);

  /// Goes on as far as it can without waiting.
  void advance();
  /// Takes what came of the transfer that transfer() named.
  void take(Result<Response> answer);

  [[nodiscard]] bool is_done() const { return closed_ || (!current_ && waiting_.empty()); }
  [[nodiscard]] std::optional<TransferId> transfer() const {
    return picture_ ? picture_ : session_.transfer();
  }
  [[nodiscard]] std::optional<Ticks> wakes_at() const { return wakes_at_; }
  /// What it waits for now; nothing if it is done.
  [[nodiscard]] std::optional<Waiting> waits_for() const;
  /// How many of its deliveries nothing more will happen to.
  [[nodiscard]] std::size_t settled() const {
    return done_.size() + (closed_ ? waiting_.size() : 0);
  }
  [[nodiscard]] const std::optional<Error>& problem() const {
    return problem_ ? problem_ : over_budget_;
  }
  /// Everything the lane was given, with its position; to be asked once it is done.
  [[nodiscard]] std::vector<std::pair<std::size_t, Delivered>> results();

 private:
  enum class Awaiting { prepared, published, looked };
  struct Job {
    std::size_t index;
    Delivery delivery;
  };

  [[nodiscard]] bool may_begin_next();
  void wait_for_turn(const Wait& wait);
  void leave_next(const Wait& wait);
  void change(const life::Event& event);
  void begin(Job job);
  /// `is_an_answer`: `last` is what a server said, and no picture.
  void take_turn(const Response* last, bool is_an_answer = false);
  void keep_notes(const Turn& turn);
  void take_secrets_out(Turn& turn) const;
  void get_image();
  void take_image(const Result<Response>& fetched);
  void warn(const std::string& warning);
  void prepare(Request request, const Notes& notes);
  void publish(Request request, const Notes& notes);
  void send(Awaiting what, Request request, std::function<void()> about_to_leave);
  void did_not_leave(Error why);
  void take_back_try();
  void read(const Response& answer);
  void pause(std::chrono::seconds wait);
  void doubt(const Error& why);
  void look();
  void heed(const Outcome& outcome, const Response& answer);
  void look_first(const Outcome& answered);
  void act_on_answer();
  void looked(const Response& response);
  void is_there(const Receipt& receipt);
  void not_told(Error why, const Response& response);
  void stay_in_doubt(Error why);
  [[nodiscard]] std::chrono::seconds rest_after_doubt() const;
  void repeat_or_wait(const Error& why, bool was_looked_for);
  [[nodiscard]] bool is_hidden_still() const;
  void finished(std::optional<Outcome> outcome, std::string why_not);
  void heed_count(const RateLimit& limit);
  void pause_account(SysTime until, bool by_server);
  void broke_off(const Error& why);
  void conclude(const Outcome& outcome);
  void put_off(const Deferred& deferred);
  void defer(Error why, bool server_answers = false);
  [[nodiscard]] bool others_go_on(bool server_answers) const;
  [[nodiscard]] Error as_recorded(Error why) const;
  void settle(const Outcome& outcome);
  void close(Error why);
  [[nodiscard]] Context context() const;

  const Account& account_;
  const Network& network_;
  Turns& turns_;
  const DeliveryWorld& world_;
  AccountFacts facts_;
  AccountSession session_;
  std::deque<Job> waiting_;
  std::size_t posted_in_run_ = 0;
  std::optional<Job> current_;
  std::vector<std::pair<std::size_t, Delivered>> done_;
  Awaiting awaiting_ = Awaiting::prepared;
  Ticks asked_at_;  ///< when the transfer that is under way began
  std::optional<Ticks> wakes_at_;
  enum class OnWaking { take_turn, get_image, look, begin_next };
  OnWaking on_waking_ = OnWaking::take_turn;
  std::optional<TransferId> picture_;  ///< under way, unsigned, for `wanted_`
  GetImage wanted_;
  int picture_tries_ = 0;              ///< of `wanted_`
  Notes notes_before_;                 ///< what was known before the turn that is under way
  bool has_learned_ = false;           ///< that turn came of a server's answer
  bool is_get_ = false;                ///< what is under way asks, and sends nothing
  std::vector<std::string> warnings_;  ///< about the current delivery
  int publishes_ = 0;                  ///< of the current delivery, in this run
  bool is_sent_again_ = false;         ///< with a token that was renewed after the first try
  int pauses_ = 0;
  std::optional<Error> doubt_;
  /// Said of a Publish that may be public all the same: acted on once the account was looked at.
  std::optional<Outcome> answered_;
  int failed_in_a_row_ = 0;  ///< posts that the others went past
  bool unresolved_ = false;  ///< it may be public already, and nobody has been asked
  bool was_sent_ = false;    ///< without an answer; that it is not there yet proves little
  bool closed_ = false;
  std::optional<Error> problem_;
  std::optional<Error> over_budget_;  ///< why some of its posts wait, while others go out
};

}  // namespace crier
