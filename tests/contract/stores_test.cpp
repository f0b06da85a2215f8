// What every Store promises. A new one adds a line to `kinds` and runs the same suite.
#include <gtest/gtest.h>

#include <array>

#include "store/sqlite_store.h"
#include "support/temp_dir.h"

namespace crier {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr SysTime now{std::chrono::seconds{1'772'442'000}};  // 2026-03-02T09:00:00Z

/// A ledger that can be closed and opened again.
class Ledger {
 public:
  virtual ~Ledger() = default;
  virtual Store& open() = 0;
};

class SqliteLedger final : public Ledger {
 public:
  Store& open() override {
    store_.reset();
    store_ = std::make_unique<SqliteStore>(dir_.path() / "crier.db", SqliteStore::Access::write);
    return *store_;
  }

 private:
  TempDir dir_;
  std::unique_ptr<SqliteStore> store_;
};

struct Kind {
  const char* name;
  std::unique_ptr<Ledger> (*make)();
};
std::unique_ptr<Ledger> make_sqlite() { return std::make_unique<SqliteLedger>(); }
constexpr std::array kinds{Kind{"Sqlite", make_sqlite}};

class Stores : public ::testing::TestWithParam<Kind> {
 protected:
  std::unique_ptr<Ledger> ledger = GetParam().make();
};
INSTANTIATE_TEST_SUITE_P(Each, Stores, ::testing::ValuesIn(kinds),
                         [](const auto& which) { return which.param.name; });

FeedState jobs_state() {
  FeedState state;
  state.id = {"jobs"};
  state.url = "https://www.example.gov.uk/jobs.xml";
  state.etag = "W/\"x:1,2\"";
  state.last_modified = "Sun Nov  6 08:49:37 1994";
  state.seeded_at = now;
  return state;
}

Delivery a_delivery(const std::string& id) {
  Delivery delivery;
  delivery.id = {id};
  delivery.feed = {"jobs"};
  delivery.account = {"town-hall"};
  delivery.item_id = "job-1";
  delivery.item_title = "Swyddog cynllunio – “Tŷ”";
  delivery.item_link = "https://www.example.gov.uk/jobs/1";
  delivery.post = {"New job: Librarian https://www.example.gov.uk/jobs/1",
                   "en-GB",
                   "https://www.example.gov.uk/jobs/1",
                   {{"https://www.example.gov.uk/a.jpg", "A library"}}};
  delivery.planned_at = now;
  return delivery;
}

void plan_one(Store& store, const Delivery& delivery) {
  store.commit_plan({{jobs_state(), {"job-1"}, {delivery}}}, now);
}

TEST_P(Stores, GiveBackValidatorsByteForByte) {
  plan_one(ledger->open(), a_delivery("a"));
  const auto feeds = ledger->open().feeds();
  ASSERT_EQ(feeds.size(), 1U);
  EXPECT_EQ(feeds[0], jobs_state());
}

TEST_P(Stores, GiveBackADeliveryAsItWasPlanned) {
  plan_one(ledger->open(), a_delivery("a"));
  const auto due = ledger->open().due(now);
  ASSERT_EQ(due.size(), 1U);
  const Delivery expected = a_delivery("a");
  EXPECT_EQ(due[0].id, expected.id);
  EXPECT_EQ(due[0].item_title, expected.item_title);
  EXPECT_EQ(due[0].post.text, expected.post.text);
  EXPECT_EQ(due[0].post.images.at(0).alt, "A library");
  EXPECT_EQ(due[0].stage, Stage::planned);
}

TEST_P(Stores, KnowAnItemByEachOfItsNamesInItsOwnFeedOnly) {
  Store& store = ledger->open();
  EXPECT_FALSE(store.knows({"jobs"}, "job-1"));
  store.commit_plan({{jobs_state(), {"job-1", "https://www.example.gov.uk/jobs/1"}, {}}}, now);
  FeedState events = jobs_state();
  events.id = {"events"};
  store.commit_plan({{events, {"event-1"}, {}}}, now);
  Store& again = ledger->open();
  EXPECT_TRUE(again.knows({"jobs"}, "job-1"));
  EXPECT_TRUE(again.knows({"jobs"}, "https://www.example.gov.uk/jobs/1"));
  EXPECT_FALSE(again.knows({"jobs"}, "event-1"));
  EXPECT_FALSE(again.knows({"events"}, "job-1"));
  EXPECT_FALSE(again.knows({"nobody"}, "job-1"));
}

TEST_P(Stores, PlanTheSameDeliveryOnce) {
  Store& store = ledger->open();
  plan_one(store, a_delivery("a"));
  store.settle({"a"}, Receipt{"1", "https://social.example.gov.uk/1"}, now);
  plan_one(store, a_delivery("a"));
  EXPECT_TRUE(store.due(now).empty()) << "planning again revives nothing";
  EXPECT_TRUE(store.has_delivery({"a"}));
  EXPECT_FALSE(store.has_delivery({"b"}));
}

TEST_P(Stores, HandOutTheOldestItemFirst) {
  Store& store = ledger->open();
  Delivery newer = a_delivery("newer");
  newer.item_date = now;
  Delivery older = a_delivery("older");
  older.item_date = now - hours{24};
  store.commit_plan({{jobs_state(), {}, {newer, older}}}, now);
  EXPECT_EQ(store.due(now).at(0).id.value, "older");
}

TEST_P(Stores, RememberWhatIsUnderWayAndSince) {
  plan_one(ledger->open(), a_delivery("a"));
  ledger->open().record({"a"}, Stage::preparing, {{"media", "1"}}, now);
  Delivery delivery = ledger->open().due(now).at(0);
  EXPECT_EQ(delivery.stage, Stage::preparing);
  EXPECT_EQ(delivery.notes, (Notes{{"media", "1"}}));
  EXPECT_FALSE(delivery.publishing_at);
  ledger->open().record({"a"}, Stage::publishing, {{"media", "1"}}, now + seconds{1});
  ledger->open().record({"a"}, Stage::publishing, {{"media", "1"}}, now + seconds{9});
  delivery = ledger->open().due(now).at(0);
  EXPECT_EQ(delivery.stage, Stage::publishing);
  EXPECT_EQ(delivery.publishing_at, now + seconds{1}) << "the first time it may have become public";
  EXPECT_EQ(delivery.sent_at, now + seconds{9}) << "and the last";
}

TEST_P(Stores, KeepBackWhatIsDeferredUntilItsTime) {
  Store& store = ledger->open();
  plan_one(store, a_delivery("a"));
  store.settle({"a"}, Deferred{{ErrorKind::unavailable, "down", {}}, now + hours{1}}, now);
  EXPECT_TRUE(store.due(now).empty());
  EXPECT_EQ(store.count_open(), 1U);
  const auto due = store.due(now + hours{1});
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].attempts, 1);
  EXPECT_EQ(due[0].error->message, "down");
}

TEST_P(Stores, BelieveNoWaitThatOnlyAWrongClockCanHaveWritten) {
  Store& store = ledger->open();
  plan_one(store, a_delivery("a"));
  store.settle({"a"}, Deferred{{ErrorKind::unavailable, "down", {}}, now + hours{24 * 365}}, now);
  EXPECT_EQ(store.due(now).size(), 1U);
  store.hold({"town-hall"}, now + hours{24 * 365});
  EXPECT_EQ(store.held_until({"town-hall"}, now), std::nullopt);
}

TEST_P(Stores, KeepInDoubtWhatIsInDoubt) {
  Store& store = ledger->open();
  plan_one(store, a_delivery("a"));
  store.record({"a"}, Stage::publishing, {}, now);
  store.settle({"a"}, Deferred{{ErrorKind::uncertain, "no answer", {}}, now}, now);
  EXPECT_EQ(store.due(now).at(0).stage, Stage::publishing);
  EXPECT_EQ(store.due(now).at(0).publishing_at, now);
  store.settle({"a"}, Deferred{{ErrorKind::throttled, "wait", {}}, now}, now);
  EXPECT_EQ(store.due(now).at(0).stage, Stage::planned);
  EXPECT_FALSE(store.due(now).at(0).publishing_at);
}

TEST_P(Stores, CountNoTryWhileWaitingForAPersonOrALimit) {
  Store& store = ledger->open();
  plan_one(store, a_delivery("a"));
  store.settle({"a"}, Deferred{{ErrorKind::unauthorized, "signed out", {}}, now}, now);
  store.settle({"a"}, Deferred{{ErrorKind::throttled, "wait", {}}, now}, now);
  EXPECT_EQ(store.due(now).at(0).attempts, 0);
}

TEST_P(Stores, CloseWhatIsSettledAndKeepItInTheHistory) {
  Store& store = ledger->open();
  store.commit_plan({{jobs_state(), {}, {a_delivery("a"), a_delivery("b"), a_delivery("c")}}}, now);
  store.settle({"a"}, Receipt{"1", "https://social.example.gov.uk/1"}, now);
  store.settle({"b"}, Rejected{{ErrorKind::rejected, "too long", {}}}, now);
  store.settle({"c"}, Uncertain{{ErrorKind::uncertain, "who knows", {}}}, now);
  EXPECT_EQ(store.count_open(), 0U);
  const auto history = ledger->open().history({});
  ASSERT_EQ(history.size(), 3U);
  EXPECT_EQ(history[0].stage, Stage::uncertain);
  EXPECT_EQ(history[1].error->message, "too long");
  EXPECT_EQ(history[2].url, "https://social.example.gov.uk/1");
}

TEST_P(Stores, ListHistoryByFeedAccountAndNumber) {
  Store& store = ledger->open();
  Delivery other = a_delivery("b");
  other.account = {"noticeboard"};
  store.commit_plan({{jobs_state(), {}, {a_delivery("a"), other}}}, now);
  EXPECT_EQ(store.history({FeedId{"jobs"}, std::nullopt, 50}).size(), 2U);
  EXPECT_EQ(store.history({std::nullopt, AccountId{"noticeboard"}, 50}).size(), 1U);
  EXPECT_EQ(store.history({FeedId{"events"}, std::nullopt, 50}).size(), 0U);
  EXPECT_EQ(store.history({std::nullopt, std::nullopt, 1}).size(), 1U);
}

TEST_P(Stores, KeepAnAccountsFactsAndItsPauseApart) {
  AccountFacts facts;
  facts.values = {{"max_characters", "1000"}};
  facts.learned_at = now;
  ledger->open().hold({"town-hall"}, now + hours{1});
  ledger->open().keep_facts({"town-hall"}, facts);
  Store& store = ledger->open();
  EXPECT_EQ(store.facts({"town-hall"}).values, facts.values);
  EXPECT_EQ(store.facts({"town-hall"}).learned_at, now);
  EXPECT_EQ(store.held_until({"town-hall"}, now), now + hours{1});
  EXPECT_EQ(store.held_until({"town-hall"}, now + hours{2}), std::nullopt);
  EXPECT_TRUE(store.facts({"nobody"}).values.empty());
}

}  // namespace
}  // namespace crier
