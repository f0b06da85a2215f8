// Clocks that are wrong, and put right again, while posts are open, in doubt or waiting: nothing is
// repeated, nothing is lost, and no server is asked without end.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>

#include "death/report.h"
#include "support/quiet.h"

namespace crier {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr hours day{24};

/// What the account's posts are going through when the clock jumps.
enum class State : std::uint8_t { well, open, in_doubt, throttled, paced };

struct Jump {
  std::string name;
  seconds by;
};

struct Case {
  Jump jump;
  State state;
  bool wrong_first;  ///< the clock is wrong from the start, and is put right; or the other way
};

const char* name_of(State state) {
  switch (state) {
    case State::well: return "well";
    case State::open: return "open";
    case State::in_doubt: return "in_doubt";
    case State::throttled: return "throttled";
    case State::paced: return "paced";
  }
  return "";
}

std::string name_of_case(const testing::TestParamInfo<Case>& info) {
  return info.param.jump.name + "_" + name_of(info.param.state) +
         (info.param.wrong_first ? "_wrong_first" : "_right_first");
}

std::vector<Case> all_cases() {
  std::vector<Case> all;
  for (const Jump& jump : {Jump{"back_a_day", -day}, Jump{"back_a_month", -30 * day},
                           Jump{"forward_a_day", day}, Jump{"forward_a_month", 30 * day}}) {
    for (const State state :
         {State::well, State::open, State::in_doubt, State::throttled, State::paced}) {
      for (const bool wrong_first : {false, true}) all.push_back({jump, state, wrong_first});
    }
  }
  return all;
}

/// Cannot see what an account has posted, while it is blind: the server fails whoever looks.
class BlindClient final : public HttpClient {
 public:
  explicit BlindClient(HttpClient& to) : to_(to) {}
  bool is_blind = false;
  TransferId start(Request request) override {
    if (is_blind && request.url.find("/statuses?") != std::string::npos) {
      request.url = "https://social.example.gov.uk/out-of-order";
    }
    return to_.start(std::move(request));
  }
  std::vector<Completion> wait(std::chrono::milliseconds at_most) override {
    return to_.wait(at_most);
  }
  void cancel(TransferId id) override { to_.cancel(id); }

 private:
  HttpClient& to_;
};

/// A newsroom whose own clock may be wrong, before a server whose clock is right.
class WrongClock : public testing::TestWithParam<Case> {
 protected:
  WrongClock() : server(room.site, truth) {
    room.config.feeds[0].accounts = {{"town-hall"}};
    server.honours_key = false;
    room.site.on("GET https://social.example.gov.uk/out-of-order",
                 [](const Request&) -> Result<Response> { return FakeSite::respond(503, ""); });
    room.site.time = &truth;
    if (GetParam().wrong_first) put_wrong();
    room.add_item("Gritter driver");
    room.run();
  }

  static void TearDownTestSuite() { DeathReport::get().add("clocks that are wrong", count); }

  void put_wrong() { room.clock.set(truth.now() + GetParam().jump.by); }
  void put_right() { room.clock.set(truth.now()); }
  void pass(seconds time) {
    room.clock.advance(time);
    truth.advance(time);
  }
  void add_three() {
    for (const char* title : {"Librarian", "Lifeguard", "Planning officer"}) room.add_item(title);
  }

  /// Brings the account into its state.
  void arrange() {
    switch (GetParam().state) {
      case State::well: break;
      case State::open:
        server.before = [](const Request&) -> std::optional<Result<Response>> {
          return Result<Response>(fail(ErrorKind::unavailable, "no connection"));
        };
        break;
      case State::in_doubt:
        server.after = [](const Request&) -> std::optional<Result<Response>> {
          return Result<Response>(fail(ErrorKind::uncertain, "the connection closed"));
        };
        // Nor does looking help, in this run.
        look_fails = true;
        break;
      case State::throttled:
        server.before = [](const Request&) -> std::optional<Result<Response>> {
          return Result<Response>(FakeSite::respond(429, R"({"error":"Too many"})"));
        };
        break;
      case State::paced: room.config.accounts[0].pace = {1, 0, 0, minutes{5}}; break;
    }
    add_three();
    run_watched();
    server.before = nullptr;
    server.after = nullptr;
    look_fails = false;
  }

  /// One run; however wrong the clock, it is over after a few requests.
  void run_watched() {
    room.site.asked.clear();
    SqliteStore store(room.config.state, SqliteStore::Access::write);
    SiteClient far(room.site, room.clock);
    BlindClient client(far);
    client.is_blind = look_fails;
    room.run(store, client);
    EXPECT_LE(room.site.asked.size(), 20U) << "a storm";
  }

  Newsroom room;
  FakeClock truth;
  FakeMastodon server;
  bool look_fails = false;
  inline static Count count;
};

TEST_P(WrongClock, RepeatsNothingAndLosesNothing) {
  arrange();
  if (GetParam().wrong_first) {
    put_right();
  } else {
    put_wrong();
  }
  room.add_item("Registrar");
  for (int i = 0; i < 4; ++i) {
    run_watched();
    pass(minutes{11});
  }
  put_right();
  for (int i = 0; i < 20 && (i == 0 || room.open_deliveries() > 0); ++i) {
    run_watched();
    pass(i < 10 ? minutes{11} : minutes{7 * 60});
  }

  ++count.tales;
  std::map<std::string, int> times;
  for (const auto& status : server.statuses) ++times[status.text];
  count.posts += server.statuses.size();
  for (const auto& [text, n] : times) {
    EXPECT_EQ(n, 1) << text;
    count.duplicates += static_cast<std::size_t>(n - 1);
  }
  // What was planned under a clock that was a month behind has waited for a month by the right one,
  // and is refused, aloud. A clock that no server confirms refuses nothing.
  HistoryQuery refused;
  refused.stage = Stage::rejected;
  const auto stale =
      SqliteStore(room.config.state, SqliteStore::Access::read).history(refused).size();
  EXPECT_TRUE(stale == 0 || GetParam().jump.by < -7 * day);
  EXPECT_EQ(times.size() + stale, 4U);
  count.losses += 4 - std::min<std::size_t>(4, times.size() + stale);
  EXPECT_EQ(room.open_deliveries(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Clock, WrongClock, testing::ValuesIn(all_cases()), name_of_case);

/// The two nights on which London's clocks change, every quarter of an hour, with the zone set as
/// cron sets it.
class SummerTime : public testing::TestWithParam<const char*> {
 protected:
  SummerTime() { set_zone("Europe/London"); }
  ~SummerTime() override { set_zone("UTC"); }

 private:
  static void set_zone(const char* zone) {
    // NOLINTBEGIN(concurrency-mt-unsafe): one thread
    (void)::setenv("TZ", zone, 1);
    ::tzset();
    // NOLINTEND(concurrency-mt-unsafe)
  }
};

TEST_P(SummerTime, BeginsAndEndsWithoutARepeat) {
  Newsroom room;
  room.clock.set(*from_iso8601(GetParam()) - hours{2});
  room.config.accounts[0].pace = {2, 3, 10, minutes{10}};
  room.mastodon.honours_key = false;
  room.add_item("Gritter driver");
  room.run();
  int posts = 0;
  room.mastodon.before = [&](const Request&) -> std::optional<Result<Response>> {
    if (++posts % 4 != 0) return std::nullopt;
    return Result<Response>(fail(ErrorKind::unavailable, "no connection"));
  };
  room.mastodon.after = [&](const Request&) -> std::optional<Result<Response>> {
    if (posts % 3 != 0) return std::nullopt;
    return Result<Response>(fail(ErrorKind::uncertain, "the connection closed"));
  };
  for (int quarter = 0; quarter < 16; ++quarter) {
    room.add_item("Vacancy " + std::to_string(quarter));
    room.run();
    room.clock.advance(minutes{15});
  }
  run_until_quiet(room);
  EXPECT_EQ(room.open_deliveries(), 0U);
  for (const auto& found : {room.on_mastodon(), room.in_outbox()}) {
    EXPECT_EQ(found.size(), 16U);
    for (const auto& [text, times] : found) EXPECT_EQ(times, 1) << text;
  }
}

INSTANTIATE_TEST_SUITE_P(Clock, SummerTime,
                         testing::Values("2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"),
                         [](const auto& param) {
                           return std::string(param.index == 0 ? "Begins" : "Ends");
                         });

}  // namespace
}  // namespace crier
