// The test that matters most: a run that dies at any of its writes or requests, and is started
// again until all is quiet, has made each item public exactly once and left nothing open.
#include <gtest/gtest.h>

#include "support/forwarding_store.h"
#include "support/newsroom.h"

namespace crier {
namespace {

struct Died {};

/// Counts the moments at which a run can die, and dies at one of them.
class Fate {
 public:
  explicit Fate(int dies_at) : dies_at_(dies_at) {}
  void moment() {
    if (dead_ || ++moments_ == dies_at_) {
      dead_ = true;
      throw Died{};
    }
  }
  [[nodiscard]] int moments() const { return moments_; }

 private:
  int dies_at_;
  int moments_ = 0;
  bool dead_ = false;
};

/// Dies before a write, or after it is on the disk.
class MortalStore final : public ForwardingStore {
 public:
  MortalStore(Store& to, Fate& fate) : ForwardingStore(to), fate_(fate) {}

 protected:
  void write(const std::function<void()>& work) override {
    fate_.moment();
    work();
    fate_.moment();
  }

 private:
  Fate& fate_;
};

/// Dies before a request leaves, or after it arrived and before its answer is seen.
class MortalClient final : public HttpClient {
 public:
  MortalClient(HttpClient& to, Fate& fate) : to_(to), fate_(fate) {}
  TransferId start(Request request) override {
    fate_.moment();
    const TransferId id = to_.start(std::move(request));
    fate_.moment();
    return id;
  }
  std::vector<Completion> wait(std::chrono::milliseconds at_most) override {
    return to_.wait(at_most);
  }
  void cancel(TransferId id) override { to_.cancel(id); }

 private:
  HttpClient& to_;
  Fate& fate_;
};

/// A run that dies at moment `n`; gives how many moments it came to.
int run_and_die(Newsroom& room, int n) {
  Fate fate(n);
  SqliteStore kept(room.config.state, SqliteStore::Access::write);
  MortalStore store(kept, fate);
  SiteClient far(room.site, room.clock);
  OutboxClient outbox(far, room.clock);
  MortalClient client(outbox, fate);
  try {
    room.run(store, client);
  } catch (const Died&) {
  }
  return fate.moments();
}

void run_until_quiet(Newsroom& room) {
  for (int i = 0; i < 20; ++i) {
    room.run();
    if (room.open_deliveries() == 0) return;
    room.clock.advance(std::chrono::hours{7});
  }
}

void expect_each_exactly_once(const std::map<std::string, int>& found, std::size_t items) {
  EXPECT_EQ(found.size(), items);
  for (const auto& [text, times] : found) EXPECT_EQ(times, 1) << text;
}

/// Kills the run after the feed has gained three items, at every moment there is.
void die_at_every_moment(const std::function<void(Newsroom&)>& arrange) {
  constexpr int most = 400;
  for (int n = 1; n < most; ++n) {
    SCOPED_TRACE("died at moment " + std::to_string(n));
    Newsroom room;
    arrange(room);
    room.add_item("Gritter driver");
    room.run();
    room.add_item("Librarian");
    room.add_item("Lifeguard");
    room.add_item("Planning officer");
    const int moments = run_and_die(room, n);
    run_until_quiet(room);
    expect_each_exactly_once(room.on_mastodon(), 3);
    expect_each_exactly_once(room.in_outbox(), 3);
    EXPECT_EQ(room.open_deliveries(), 0U);
    if (::testing::Test::HasFailure()) return;
    if (moments < n) {
      EXPECT_GT(n, 40) << "a run of six posts has more moments than that";
      return;
    }
  }
  FAIL() << "a run has no end";
}

TEST(SurvivesDeath, PublishesEachItemExactlyOnceWhereverTheRunDies) {
  die_at_every_moment([](Newsroom&) {});
}

TEST(SurvivesDeath, PublishesEachItemExactlyOnceOnAServerWithoutIdempotencyKeys) {
  die_at_every_moment([](Newsroom& room) { room.mastodon.honours_key = false; });
}

TEST(SurvivesDeath, PublishesEachItemExactlyOnceWhenEveryFirstAnswerIsLost) {
  die_at_every_moment([](Newsroom& room) {
    room.mastodon.honours_key = false;
    auto lost = std::make_shared<std::map<std::string, int>>();
    room.mastodon.after = [lost](const Request& request) -> std::optional<Result<Response>> {
      if (++(*lost)[request.body] > 1) return std::nullopt;
      return Result<Response>(
          fail(ErrorKind::uncertain, "the connection closed before the answer"));
    };
  });
}

TEST(SurvivesDeath, FirstRunThatDiesAnnouncesNothingOfWhatWasThere) {
  for (int n = 1; n < 20; ++n) {
    SCOPED_TRACE("died at moment " + std::to_string(n));
    Newsroom room;
    room.add_item("Old job");
    const int moments = run_and_die(room, n);
    run_until_quiet(room);
    EXPECT_TRUE(room.on_mastodon().empty());
    room.add_item("New job");
    run_until_quiet(room);
    expect_each_exactly_once(room.on_mastodon(), 1);
    if (moments < n) return;
  }
}

TEST(SurvivesDeath, DiesAgainAndAgainAndStillSaysEachItemOnce) {
  Newsroom room;
  room.add_item("Gritter driver");
  room.run();
  room.add_item("Librarian");
  room.add_item("Lifeguard");
  for (int n = 1; n < 30; ++n) run_and_die(room, n);
  run_until_quiet(room);
  expect_each_exactly_once(room.on_mastodon(), 2);
  expect_each_exactly_once(room.in_outbox(), 2);
  EXPECT_EQ(room.open_deliveries(), 0U);
}

}  // namespace
}  // namespace crier
