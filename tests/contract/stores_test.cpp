// What every Store promises. A new one adds a line to `kinds` and runs the same suite.
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <map>

#include "store/sqlite_store.h"
#include "support/ledger_words.h"
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
  commit_plan(store, {{jobs_state(), {"job-1"}, {delivery}}}, now);
}

TEST_P(Stores, GiveBackValidatorsByteForByte) {
  plan_one(ledger->open(), a_delivery("a"));
  const auto feeds = ledger->open().feeds();
  ASSERT_EQ(feeds.size(), 1U);
  EXPECT_EQ(feeds[0], jobs_state());
}

TEST_P(Stores, GiveBackADeliveryAsItWasPlanned) {
  plan_one(ledger->open(), a_delivery("a"));
  const auto due = ledger->open().open();
  ASSERT_EQ(due.size(), 1U);
  const Delivery expected = a_delivery("a");
  EXPECT_EQ(due[0].id, expected.id);
  EXPECT_EQ(due[0].item_title, expected.item_title);
  EXPECT_EQ(due[0].post.text, expected.post.text);
  EXPECT_EQ(due[0].post.images.at(0).alt, "A library");
  EXPECT_EQ(due[0].stage, Stage::planned);
}

TEST_P(Stores, CountWhatWasSpentUntilItTurnsOutThatNothingWas) {
  const auto spent = [&] {
    return ledger->open().spent({"town-hall"}, now, now + std::chrono::hours{1});
  };
  const auto pay = [&](const char* id) { spend(ledger->open(), {id}, 200'000, now); };
  for (const char* id : {"a", "b", "c", "d"}) {
    plan_one(ledger->open(), a_delivery(id));
    pay(id);
  }
  EXPECT_EQ(spent(), 800'000);
  pay("a");
  EXPECT_EQ(spent(), 800'000) << "sent again, it is paid for once";
  EXPECT_EQ(ledger->open().spent({"noticeboard"}, now, now + std::chrono::hours{1}), 0);
  EXPECT_EQ(ledger->open().spent({"town-hall"}, now + std::chrono::seconds{1},
                                 now + std::chrono::hours{1}),
            0);
  settle(ledger->open(), {"a"}, Receipt{"1", ""}, now);
  settle(ledger->open(), {"b"}, Uncertain{{ErrorKind::uncertain, "who knows"}}, now);
  settle(ledger->open(), {"c"}, Deferred{{ErrorKind::uncertain, "who knows yet"}, now}, now);
  EXPECT_EQ(spent(), 800'000) << "what may be public counts";
  settle(ledger->open(), {"c"}, Deferred{{ErrorKind::unavailable, "it never left"}, now}, now);
  settle(ledger->open(), {"d"}, Rejected{{ErrorKind::rejected, "too long"}}, now);
  EXPECT_EQ(spent(), 400'000);
}

TEST_P(Stores, KnowAnItemByEachOfItsNamesInItsOwnFeedOnly) {
  Store& store = ledger->open();
  EXPECT_FALSE(store.seen_on({"jobs"}, "job-1"));
  commit_plan(store, {{jobs_state(), {"job-1", "https://www.example.gov.uk/jobs/1"}, {}}}, now);
  FeedState events = jobs_state();
  events.id = {"events"};
  commit_plan(store, {{events, {"event-1"}, {}}}, now);
  Store& again = ledger->open();
  EXPECT_TRUE(again.seen_on({"jobs"}, "job-1"));
  EXPECT_TRUE(again.seen_on({"jobs"}, "https://www.example.gov.uk/jobs/1"));
  EXPECT_FALSE(again.seen_on({"jobs"}, "event-1"));
  EXPECT_FALSE(again.seen_on({"events"}, "job-1"));
  EXPECT_FALSE(again.seen_on({"nobody"}, "job-1"));
}

TEST_P(Stores, TakeNamesThatComeTwiceForOne) {
  FeedState state;
  state.id = {"jobs"};
  state.url = "https://www.example.gov.uk/jobs.xml";
  commit_plan(ledger->open(), {{state, {"job-1", "job-2", "job-1"}, {}}}, now);
  commit_plan(ledger->open(), {{state, {"job-2", "job-1"}, {}}}, now - hours{24 * 7});
  Store& store = ledger->open();
  EXPECT_TRUE(store.seen_on({"jobs"}, "job-1"));
  EXPECT_EQ(store.seen_on({"jobs"}, "job-2"), std::chrono::floor<std::chrono::days>(now))
      << "and an older list makes no name older";
  ASSERT_EQ(store.feeds().size(), 1U);
  EXPECT_FALSE(store.feeds()[0].seeded_at) << "known names alone make no first run";
}

TEST_P(Stores, PlanTheSameDeliveryOnce) {
  Store& store = ledger->open();
  plan_one(store, a_delivery("a"));
  settle(store, {"a"}, Receipt{"1", "https://social.example.gov.uk/1"}, now);
  EXPECT_THROW(plan_one(store, a_delivery("a")), StoreError);
  EXPECT_TRUE(store.open().empty()) << "planning again revives nothing";
  EXPECT_TRUE(has_delivery(store, {"a"}));
  EXPECT_FALSE(has_delivery(store, {"b"}));
}

TEST_P(Stores, ChangeNoDeliveryThatIsNotThere) {
  Store& store = ledger->open();
  plan_one(store, a_delivery("a"));
  Delivery known = a_delivery("a");
  known.stage = Stage::preparing;
  EXPECT_THROW(store.put({.changed = {known, a_delivery("b")}}, now), StoreError);
  EXPECT_EQ(store.open().at(0).stage, Stage::planned) << "all of it is written, or nothing";
}

TEST_P(Stores, KeepNoneOfTwoPostsOfOnePlanThatHaveOneIdAndSaySo) {
  Delivery other = a_delivery("a");
  other.post.text = "New job: Lifeguard https://www.example.gov.uk/jobs/2";
  const std::vector<FeedPlan> plans{{jobs_state(), {"job-1", "job-2"}, {a_delivery("a"), other}}};
  EXPECT_THROW(commit_plan(ledger->open(), plans, now), StoreError);
  EXPECT_TRUE(ledger->open().open().empty());
  EXPECT_FALSE(ledger->open().seen_on({"jobs"}, "job-1")) << "the next run finds both anew";
}

TEST_P(Stores, HandOutTheOldestItemFirst) {
  Store& store = ledger->open();
  Delivery newer = a_delivery("newer");
  newer.item_date = now;
  Delivery older = a_delivery("older");
  older.item_date = now - hours{24};
  commit_plan(store, {{jobs_state(), {}, {newer, older}}}, now);
  EXPECT_EQ(store.open().at(0).id.value, "older");
}

TEST_P(Stores, RememberWhatIsUnderWayAndSince) {
  plan_one(ledger->open(), a_delivery("a"));
  record(ledger->open(), {"a"}, Stage::preparing, {{"media", "1"}}, now);
  Delivery delivery = ledger->open().open().at(0);
  EXPECT_EQ(delivery.stage, Stage::preparing);
  EXPECT_EQ(delivery.notes, (Notes{{"media", "1"}}));
  EXPECT_FALSE(delivery.publishing_at);
  record(ledger->open(), {"a"}, Stage::publishing, {{"media", "1"}}, now + seconds{1});
  record(ledger->open(), {"a"}, Stage::publishing, {{"media", "1"}}, now + seconds{9});
  delivery = ledger->open().open().at(0);
  EXPECT_EQ(delivery.stage, Stage::publishing);
  EXPECT_EQ(delivery.publishing_at, now + seconds{1}) << "the first time it may have become public";
  EXPECT_EQ(delivery.sent_at, now + seconds{9}) << "and the last";
}

TEST_P(Stores, RememberUntilWhenADeliveryWaitsAndWhy) {
  Store& store = ledger->open();
  plan_one(store, a_delivery("a"));
  settle(store, {"a"}, Deferred{{ErrorKind::unavailable, "down", {}}, now + hours{1}}, now);
  const auto open = ledger->open().open();
  ASSERT_EQ(open.size(), 1U);
  EXPECT_EQ(open[0].not_before, now + hours{1});
  EXPECT_EQ(open[0].attempts, 1);
  EXPECT_EQ(open[0].error->message, "down");
  EXPECT_FALSE(open[0].settled_at);
}

TEST_P(Stores, KeepInDoubtWhatIsInDoubt) {
  Store& store = ledger->open();
  plan_one(store, a_delivery("a"));
  record(store, {"a"}, Stage::publishing, {}, now);
  settle(store, {"a"}, Deferred{{ErrorKind::uncertain, "no answer", {}}, now}, now);
  EXPECT_EQ(store.open().at(0).stage, Stage::publishing);
  EXPECT_EQ(store.open().at(0).publishing_at, now);
  settle(store, {"a"}, Deferred{{ErrorKind::throttled, "wait", {}}, now}, now);
  EXPECT_EQ(store.open().at(0).stage, Stage::planned);
  EXPECT_FALSE(store.open().at(0).publishing_at);
}

TEST_P(Stores, CountNoTryWhileWaitingForAPersonOrALimit) {
  Store& store = ledger->open();
  plan_one(store, a_delivery("a"));
  settle(store, {"a"}, Deferred{{ErrorKind::unauthorized, "signed out", {}}, now}, now);
  settle(store, {"a"}, Deferred{{ErrorKind::throttled, "wait", {}}, now}, now);
  EXPECT_EQ(store.open().at(0).attempts, 0);
}

TEST_P(Stores, CloseWhatIsSettledAndKeepItInTheHistory) {
  Store& store = ledger->open();
  commit_plan(store, {{jobs_state(), {}, {a_delivery("a"), a_delivery("b"), a_delivery("c")}}},
              now);
  settle(store, {"a"}, Receipt{"1", "https://social.example.gov.uk/1"}, now);
  settle(store, {"b"}, Rejected{{ErrorKind::rejected, "too long", {}}}, now);
  settle(store, {"c"}, Uncertain{{ErrorKind::uncertain, "who knows", {}}}, now);
  EXPECT_TRUE(store.open().empty());
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
  commit_plan(store, {{jobs_state(), {}, {a_delivery("a"), other}}}, now);
  EXPECT_EQ(store.history({FeedId{"jobs"}, {}, {}, {}, {}, 50}).size(), 2U);
  EXPECT_EQ(store.history({{}, AccountId{"noticeboard"}, {}, {}, {}, 50}).size(), 1U);
  EXPECT_EQ(store.history({FeedId{"events"}, {}, {}, {}, {}, 50}).size(), 0U);
  EXPECT_EQ(store.history({{}, {}, {}, {}, {}, 1}).size(), 1U);
}

TEST_P(Stores, KeepAnAccountsFactsAndItsPauseApart) {
  AccountFacts facts;
  facts.values = {{"max_characters", "1000"}};
  facts.learned_at = now;
  pause(ledger->open(), {"town-hall"}, now + hours{1});
  keep_facts(ledger->open(), {"town-hall"}, facts);
  Store& store = ledger->open();
  EXPECT_EQ(store.account({"town-hall"}).facts.values, facts.values);
  EXPECT_EQ(store.account({"town-hall"}).facts.learned_at, now);
  EXPECT_EQ(store.account({"town-hall"}).pause, (AccountPause{now + hours{1}}));
  EXPECT_EQ(store.account({"nobody"}).pause, std::nullopt);
  EXPECT_TRUE(store.account({"nobody"}).facts.values.empty());
}

Delivery held(const std::string& id, const std::string& feed = "jobs") {
  Delivery delivery = a_delivery(id);
  delivery.feed = {feed};
  delivery.stage = Stage::held;
  delivery.error = Error{ErrorKind::rejected, "its guid was used before for another item", {}};
  return delivery;
}

Stage stage_of(const Store& store, const std::string& id) {
  return store.history({{}, {}, {}, {}, id, 1}).at(0).stage;
}

TEST_P(Stores, KeepEverythingThatIsKnownOfAFeed) {
  FeedState state = jobs_state();
  state.moved_to = "https://new.example.gov.uk/jobs.xml";
  state.failing_since = now - hours{5};
  state.failures = 3;
  state.failure = ErrorKind::rejected;
  state.not_before = now + hours{1};
  state.next_at = now + hours{2};
  state.waits_from = now;
  state.gone_at = now + hours{3};
  state.read_on = now - hours{9};
  state.news_at = now - hours{48};
  state.fuse_at = now - hours{1};
  state.accounts = "town-hall noticeboard ";
  commit_plan(ledger->open(), {{state, {}, {}}}, now);
  EXPECT_EQ(ledger->open().feeds().at(0), state);
}

TEST_P(Stores, HoldBackWhatWaitsForAPerson) {
  Store& store = ledger->open();
  commit_plan(store, {{jobs_state(), {}, {held("aa"), a_delivery("bb")}}}, now);
  ASSERT_EQ(store.open().size(), 1U);
  EXPECT_EQ(store.open()[0].id.value, "bb");
  EXPECT_TRUE(has_delivery(store, {"aa"})) << "planning again does not let it through";
  EXPECT_THROW(commit_plan(store, {{jobs_state(), {}, {a_delivery("aa")}}}, now), StoreError);
  EXPECT_EQ(stage_of(store, "aa"), Stage::held);
}

TEST_P(Stores, ReleaseWhatIsHeldOfOneFeedAndMendItsFuse) {
  Store& store = ledger->open();
  FeedState state = jobs_state();
  state.fuse_at = now;
  FeedState events = jobs_state();
  events.id = {"events"};
  commit_plan(store, {{state, {}, {held("aa"), held("bb")}}, {events, {}, {held("cc", "events")}}},
              now);
  EXPECT_EQ(release(store, {"jobs"}, now + hours{30}), 2U);
  ASSERT_EQ(store.open().size(), 2U);
  EXPECT_EQ(store.open()[0].planned_at, now + hours{30})
      << "it does not go stale for having waited";
  EXPECT_FALSE(store.open()[0].error);
  EXPECT_EQ(stage_of(store, "cc"), Stage::held);
  for (const FeedState& feed : store.feeds()) EXPECT_FALSE(feed.fuse_at);
}

TEST_P(Stores, AdoptWhatIsHeldOfOneFeedForGood) {
  Store& store = ledger->open();
  FeedState state = jobs_state();
  state.fuse_at = now;
  commit_plan(store, {{state, {}, {held("aa"), a_delivery("bb")}}}, now);
  EXPECT_EQ(adopt(store, {"jobs"}, "said before", now), 1U);
  EXPECT_EQ(stage_of(store, "aa"), Stage::dropped);
  EXPECT_EQ(stage_of(store, "bb"), Stage::planned);
  EXPECT_TRUE(has_delivery(store, {"aa"})) << "no backfill brings it back";
  EXPECT_FALSE(store.feeds().at(0).fuse_at);
}

TEST_P(Stores, MendAFuseWithTheLastPostThatIsHeldHoweverItIsSettled) {
  Store& store = ledger->open();
  const auto is_blown = [&] { return store.feeds().at(0).fuse_at.has_value(); };
  const std::array<std::function<void(const DeliveryId&)>, 3> ways{
      [&](const DeliveryId& id) { reopen(store, id, now); },
      [&](const DeliveryId& id) { drop(store, id, "said before", now); },
      [&](const DeliveryId& id) {
        found(store, id, Receipt{"1", "https://a.example/1"}, now);
      },
  };
  for (std::size_t way = 0; way < ways.size(); ++way) {
    const std::string number = std::to_string(way);
    FeedState state = jobs_state();
    state.fuse_at = now;
    FeedState events = jobs_state();
    events.id = {"events"};
    commit_plan(store,
                {{state, {}, {held("aa" + number), held("bb" + number), a_delivery("cc" + number)}},
                 {events, {}, {held("dd" + number, "events")}}},
                now);
    ways.at(way)({"cc" + number});
    ways.at(way)({"aa" + number});
    EXPECT_TRUE(is_blown()) << "one is held still; way " << way;
    ways.at(way)({"bb" + number});
    EXPECT_FALSE(is_blown()) << "way " << way;
  }
}

TEST_P(Stores, CountWhatHasNotEnded) {
  Store& store = ledger->open();
  Delivery older = held("bb");
  older.planned_at = now - hours{2};
  commit_plan(store,
              {{jobs_state(),
                {},
                {held("aa"), older, a_delivery("cc"), a_delivery("dd"), a_delivery("ee")}}},
              now);
  settle(store, {"dd"}, Uncertain{{ErrorKind::uncertain, "who knows", {}}}, now);
  settle(store, {"ee"}, Receipt{"1", "https://social.example.gov.uk/1"}, now);
  std::map<Stage, Tally> tally;
  for (const Tally& entry : store.tally()) tally[entry.stage] = entry;
  EXPECT_EQ(tally.size(), 3U);
  EXPECT_EQ(tally[Stage::held].count, 2U);
  EXPECT_EQ(tally[Stage::held].oldest, now - hours{2});
  EXPECT_EQ(tally[Stage::uncertain].count, 1U);
  EXPECT_EQ(tally[Stage::planned].count, 1U);
}

TEST_P(Stores, ReopenAPostAsIfItHadNeverBeenTried) {
  Store& store = ledger->open();
  plan_one(store, a_delivery("aa"));
  record(store, {"aa"}, Stage::publishing, {{"media", "1"}}, now);
  settle(store, {"aa"}, Uncertain{{ErrorKind::uncertain, "who knows", {}}}, now);
  reopen(store, {"aa"}, now + hours{1});
  const Delivery delivery = store.open().at(0);
  EXPECT_EQ(delivery.stage, Stage::planned);
  EXPECT_EQ(delivery.attempts, 0);
  EXPECT_FALSE(delivery.publishing_at);
  EXPECT_FALSE(delivery.error);
  EXPECT_TRUE(delivery.notes.empty());
  EXPECT_EQ(delivery.planned_at, now + hours{1});
}

TEST_P(Stores, TellWhenAnAccountHasSpoken) {
  Store& store = ledger->open();
  commit_plan(store, {{jobs_state(), {}, {a_delivery("aa"), a_delivery("bb"), a_delivery("cc")}}},
              now);
  record(store, {"aa"}, Stage::publishing, {}, now - hours{2});
  settle(store, {"aa"}, Receipt{"1", "https://social.example.gov.uk/1"}, now - hours{1});
  record(store, {"bb"}, Stage::publishing, {}, now);
  record(store, {"cc"}, Stage::publishing, {}, now);
  settle(store, {"cc"}, Rejected{{ErrorKind::rejected, "too long", {}}}, now);
  EXPECT_EQ(store.posted_between({"town-hall"}, now - hours{24}, now),
            (std::vector<SysTime>{now - hours{2}, now}))
      << "one that may be public counts, a refused one does not";
  EXPECT_EQ(store.posted_between({"town-hall"}, now - hours{1}, now).size(), 1U);
  EXPECT_TRUE(store.posted_between({"noticeboard"}, now - hours{24}, now).empty());
}

TEST_P(Stores, KeepAPostThatWasFoundOutAboutLater) {
  Store& store = ledger->open();
  Delivery found = a_delivery("aa");
  found.stage = Stage::published;
  found.remote_id = "1";
  found.url = "https://social.example.gov.uk/1";
  found.settled_at = now;
  plan_one(store, found);
  EXPECT_TRUE(store.open().empty());
  EXPECT_TRUE(store.has_receipt({"town-hall"}, "1"));
  EXPECT_EQ(store.history({}).at(0).settled_at, now);
}

TEST_P(Stores, NoteANameAgainWithoutForgettingWhenItWasLastSeen) {
  Store& store = ledger->open();
  commit_plan(store, {{jobs_state(), {"job-1"}, {}}}, now);
  commit_plan(store, {{jobs_state(), {"job-1"}, {}}}, now + hours{24 * 40});
  const auto later = store.seen_on({"jobs"}, "job-1");
  ASSERT_TRUE(later);
  EXPECT_GE(*later, now + hours{24 * 39});
  commit_plan(store, {{jobs_state(), {"job-1"}, {}}}, now);
  EXPECT_EQ(store.seen_on({"jobs"}, "job-1"), later) << "a clock that was set back changes nothing";
}

TEST_P(Stores, ForgetWhatIsOldButNoNameThatMayStillBeInItsFeed) {
  Store& store = ledger->open();
  FeedState state = jobs_state();
  state.read_on = now;
  commit_plan(store, {{state, {"left-long-ago"}, {a_delivery("aa"), held("bb")}}}, now);
  settle(store, {"aa"}, Receipt{"1", "https://social.example.gov.uk/1"}, now);
  const SysTime later = now + hours{24 * 500};
  state.read_on = later;
  commit_plan(store, {{state, {"still-there"}, {}}}, later);
  FeedState silent = jobs_state();
  silent.id = {"silent"};
  silent.read_on = now;
  commit_plan(store, {{silent, {"the-only-item"}, {}}}, now);
  prune(store, later - hours{24 * 365});
  EXPECT_FALSE(store.seen_on({"jobs"}, "left-long-ago"));
  EXPECT_TRUE(store.seen_on({"jobs"}, "still-there"));
  EXPECT_TRUE(store.seen_on({"silent"}, "the-only-item"))
      << "the feed has not changed since it was read: what was in it then is in it still";
  EXPECT_FALSE(has_delivery(store, {"aa"}));
  EXPECT_TRUE(has_delivery(store, {"bb"})) << "what waits for a person is not forgotten";
}

TEST_P(Stores, FindADeliveryByTheStartOfItsNumberAndListByStageAndTime) {
  Store& store = ledger->open();
  Delivery later = a_delivery("abff");
  later.planned_at = now + hours{1};
  commit_plan(store, {{jobs_state(), {}, {held("abc1"), a_delivery("abd2"), later}}}, now);
  EXPECT_EQ(store.history({{}, {}, {}, {}, "abc", 9}).size(), 1U);
  EXPECT_EQ(store.history({{}, {}, {}, {}, "ab", 9}).size(), 3U);
  EXPECT_EQ(store.history({{}, {}, {}, {}, "b", 9}).size(), 0U);
  EXPECT_EQ(store.history({{}, {}, Stage::held, {}, {}, 9}).size(), 1U);
  EXPECT_EQ(store.history({{}, {}, {}, now + hours{1}, {}, 9}).size(), 1U);
}

TEST_P(Stores, HandOverTheWholeHistoryOldestFirst) {
  Store& store = ledger->open();
  commit_plan(store, {{jobs_state(), {}, {a_delivery("aa"), a_delivery("bb"), held("cc")}}}, now);
  std::string order;
  store.each({{}, {}, {}, {}, {}, 1}, [&](const Delivery& each) { order += each.id.value; });
  EXPECT_EQ(order, "aabbcc");
}

}  // namespace
}  // namespace crier
