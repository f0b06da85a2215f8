#pragma once
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "network/network.h"
#include "publish/account_session.h"
#include "publish/deliver.h"

namespace crier {

/// One account's deliveries, one after the other: a state machine that is told of answers and of
/// time.
///
/// At any moment a lane waits for exactly one of three: a transfer, a moment, or nothing more (it
/// is done).
class Lane {
 public:
  Lane(const Account& account, const Network& network, const DeliveryWorld& world);
  void add(std::size_t index, Delivery delivery);

  /// Goes on as far as it can without waiting.
  void advance();
  /// Takes the answer to the transfer that transfer() named.
  void take(Result<Response> result);

  [[nodiscard]] bool is_done() const { return closed_ || (!current_ && waiting_.empty()); }
  [[nodiscard]] std::optional<TransferId> transfer() const { return transfer_; }
  [[nodiscard]] std::optional<Ticks> wakes_at() const { return wakes_at_; }
  [[nodiscard]] const std::optional<Error>& problem() const { return problem_; }
  /// Everything the lane was given, with its position; to be asked once it is done.
  [[nodiscard]] std::vector<std::pair<std::size_t, Delivered>> results();

 private:
  enum class Awaiting { prepared, published, looked };
  struct Job {
    std::size_t index;
    Delivery delivery;
  };

  void begin(Job job);
  void take_turn(const Response* last);
  void prepare(Request request, const Notes& notes);
  void publish(Request request, const Notes& notes);
  void cannot_sign(const Error& why);
  void pause(std::chrono::seconds wait);
  void doubt(const Error& why);
  void look();
  void looked(const Response& response);
  void repeat_or_wait(const Error& why);
  void broke_off(const Error& why);
  void conclude(const Outcome& outcome);
  void defer(Error why);
  [[nodiscard]] Error as_recorded(Error why) const;
  void settle(const Outcome& outcome);
  void close(Error why);
  [[nodiscard]] Context context() const;

  const Account& account_;
  const Network& network_;
  const DeliveryWorld& world_;
  AccountFacts facts_;
  AccountSession session_;
  std::deque<Job> waiting_;
  std::optional<Job> current_;
  std::vector<std::pair<std::size_t, Delivered>> done_;
  std::optional<TransferId> transfer_;
  Awaiting awaiting_ = Awaiting::prepared;
  std::optional<Ticks> wakes_at_;
  bool look_next_ = false;  ///< what to do on waking: look, or take a turn
  int publishes_ = 0;       ///< of the current delivery, in this run
  int pauses_ = 0;
  std::optional<Error> doubt_;
  bool unresolved_ = false;  ///< it may be public already, and nobody has been asked
  bool closed_ = false;
  std::optional<Error> problem_;
};

}  // namespace crier
