// A ledger that is older than the account, before every double that there is.
#include "live.h"

namespace crier {
namespace {

using std::chrono::hours;

/// Yesterday's ledger is put back after five posts.
class OlderLedger : public Live {
 protected:
  void post(const std::string& title) {
    room.add_item(title);
    room.clock.advance(hours{1});
    room.run();
  }

  void five_posts_and_a_restored_ledger() {
    post("Librarian wanted");
    const std::string yesterday = read_file(room.config.state);
    room.clock.advance(hours{18});
    for (const char* title : {"Lifeguard", "Planner", "Warden", "Clerk", "Gritter driver"})
      post(title);
    ASSERT_EQ(far->arrived().size(), 6U);
    ASSERT_EQ(room.in_outbox().size(), 6U);
    write_file(room.config.state, yesterday);
    room.clock.advance(hours{1});
  }

  [[nodiscard]] bool can_be_asked() const {
    const AccountFacts known = facts();
    return network.look_back({room.config.accounts[0], known, room.clock.now()}, {}).has_value();
  }

  void expect_each_once(std::size_t items) {
    std::map<std::string, int> times;
    for (const rehearsal::Arrived& post : far->arrived()) ++times[post.text];
    EXPECT_EQ(times.size(), items);
    for (const auto& [text, count] : times) EXPECT_EQ(count, 1) << text;
    EXPECT_EQ(room.in_outbox().size(), items);
    for (const auto& [text, count] : room.in_outbox()) EXPECT_EQ(count, 1) << text;
  }
};

TEST_P(OlderLedger, RepeatsNothingAndSaysWhatIsNew) {
  five_posts_and_a_restored_ledger();
  room.add_item("Baths open again");
  const RunReport report = room.run();
  EXPECT_EQ(report.totals.posted, 2U) << "what is new, on both";
  EXPECT_EQ(report.taken_in.size(), can_be_asked() ? 2U : 1U);
  for (const TakenIn& taken : report.taken_in) EXPECT_EQ(taken.posts, 5U);
  // Where nobody can be asked, the other account has shown what is public: a person decides.
  EXPECT_EQ(report.totals.held, can_be_asked() ? 0U : 5U);
  EXPECT_EQ(report.needs_person(), !can_be_asked());
  expect_each_once(7);
  for (int i = 0; i < 3; ++i) {
    room.clock.advance(hours{1});
    room.run();
  }
  expect_each_once(7);
}

TEST_P(OlderLedger, KnowsThePostsByTheirReceipts) {
  five_posts_and_a_restored_ledger();
  if (!can_be_asked()) GTEST_SKIP() << "nobody can be asked";
  room.run();
  const SqliteStore store(room.config.state, SqliteStore::Access::read);
  for (const rehearsal::Arrived& post : far->arrived())
    EXPECT_TRUE(store.has_receipt({"live"}, post.id)) << post.text;
}

TEST_P(OlderLedger, ADryRunSaysTheSameAndWritesNothing) {
  five_posts_and_a_restored_ledger();
  const std::string ledger = read_file(room.config.state);
  PublishOptions options;
  options.dry_run = true;
  const RunReport dry = room.run(options);
  EXPECT_EQ(read_file(room.config.state), ledger);
  const RunReport real = room.run();
  EXPECT_EQ(dry.totals.found, can_be_asked() ? 10U : 5U);
  EXPECT_EQ(dry.totals.found, real.totals.found);
  EXPECT_EQ(dry.totals.held, real.totals.held);
  EXPECT_TRUE(std::ranges::none_of(dry.posts, &PostReport::goes_out));
  expect_each_once(6);
}

std::vector<std::string> all_networks() {
  std::vector<std::string> names;
  for (const rehearsal::Stand& stand : rehearsal::stands()) names.emplace_back(stand.network);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Doubles, OlderLedger, ::testing::ValuesIn(all_networks()),
                         [](const auto& stand) { return stand.param; });

}  // namespace
}  // namespace crier
