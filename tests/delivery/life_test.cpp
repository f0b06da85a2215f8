#include "delivery/life.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace crier::life {
namespace {

using std::chrono::hours;

constexpr SysTime now{std::chrono::seconds{1'772'442'000}};  // 2026-03-02T09:00:00Z
const Error down{ErrorKind::unavailable, "down"};
const Error in_doubt{ErrorKind::uncertain, "no answer"};
const Error refused{ErrorKind::rejected, "too long"};

Delivery at(Stage stage) {
  Delivery delivery;
  delivery.id = {"aa"};
  delivery.account = {"town-hall"};
  delivery.post.text = "New job: Librarian";
  delivery.planned_at = now;
  delivery.stage = stage;
  return delivery;
}

/// One event of each kind, in the order of Kind.
std::vector<Event> one_of_each() {
  return {Prepared{{}, now},
          Leaving{{}, 0, now},
          Learned{{}},
          Answered{Receipt{"1", ""}, now},
          NotSent{down, now},
          Waits{down, now},
          Held{refused},
          Refused{refused, now},
          Released{now},
          Planned{at(Stage::planned)},
          Retried{now},
          Dropped{refused, now},
          Found{{"1", ""}, now},
          Undone{},
          Told{now}};
}

/// What a person takes back must have been a person's word.
Delivery start(Stage stage, Kind kind) {
  if (kind != Kind::undone || !may_happen(stage, kind)) return at(stage);
  return stage == Stage::published ? apply(at(Stage::planned), Found{{"1", ""}, now, true})
                                   : apply(at(Stage::planned), Dropped{refused, now});
}

TEST(Life, HasOneTableOfWhatMayHappen) {
  // planned, preparing, publishing, published, rejected, uncertain, held, dropped: what each event
  // leads to; "." is a broken promise.
  const std::array<const char*, kinds> leads_to{
      "preparing  preparing  publishing . . . . .",
      "publishing publishing publishing . . . . .",
      "planned preparing publishing . . . . .",
      "published published published . . . . .",
      "planned planned planned . . . . .",
      "planned planned . . . . . .",
      "held held . . . . . .",
      "rejected rejected . . . . . .",
      ". . . . . . planned .",
      ". . . . planned . . .",
      "planned planned planned . planned planned planned planned",
      "dropped dropped dropped . dropped dropped dropped dropped",
      "published published published . published published published published",
      ". . . planned . . . planned",
      "planned preparing publishing published rejected uncertain held dropped",
  };
  const std::vector<Event> events = one_of_each();
  ASSERT_EQ(events.size(), kinds);
  for (std::size_t kind = 0; kind < kinds; ++kind) {
    ASSERT_EQ(events[kind].index(), kind);
    const std::string row = leads_to.at(kind);
    std::size_t begin = 0;
    for (std::size_t stage = 0; stage < stages; ++stage) {
      begin = row.find_first_not_of(' ', begin);
      const std::size_t end = std::min(row.find(' ', begin), row.size());
      const std::string wanted = row.substr(begin, end - begin);
      begin = end;
      const auto from = static_cast<Stage>(stage);
      const bool may = may_happen(from, static_cast<Kind>(kind));
      const std::string what =
          std::string(name_of(static_cast<Kind>(kind))) + " at " + crier::name_of(from);
      EXPECT_EQ(may, wanted != ".") << what;
      if (may) {
        EXPECT_EQ(crier::name_of(apply(start(from, static_cast<Kind>(kind)), events[kind]).stage),
                  wanted)
            << what;
      }
    }
  }
}

TEST(LifeDeathTest, EndsTheProgramWhereTheTableSaysNo) {
  EXPECT_DEATH((void)apply(at(Stage::published), Retried{now}), "its stage does not allow");
}

TEST(Life, MovesTheTimeOfSendingOnlyWithASend) {
  Delivery delivery = apply(at(Stage::planned), Prepared{{{"media", "1"}}, now});
  EXPECT_FALSE(delivery.sent_at);
  delivery = apply(delivery, Leaving{{}, 0, now + hours{1}});
  const std::vector<Event> others{Prepared{{{"asked", "1"}}, now + hours{2}}, Learned{{}},
                                  Answered{Deferred{in_doubt, now}, now + hours{3}},
                                  NotSent{in_doubt, now}};
  for (const Event& event : others) {
    delivery = apply(delivery, event);
    EXPECT_EQ(delivery.sent_at, now + hours{1});
    EXPECT_EQ(delivery.stage, Stage::publishing) << "it may be public";
  }
  delivery = apply(delivery, Leaving{{}, 0, now + hours{4}});
  EXPECT_EQ(delivery.sent_at, now + hours{4});
  EXPECT_EQ(delivery.publishing_at, now + hours{1}) << "the first time it may have become public";
}

TEST(Life, CountsATryOnlyWhenItWasAnswered) {
  const std::vector<std::pair<Event, int>> cases{
      {Answered{Deferred{down, now}, now}, 1},
      {Answered{Deferred{in_doubt, now}, now}, 1},
      {Answered{Receipt{"1", ""}, now}, 1},
      {Answered{Deferred{{ErrorKind::throttled, "wait"}, now}, now}, 0},
      {Answered{Deferred{{ErrorKind::unauthorized, "signed out"}, now}, now}, 0},
      {Answered{Deferred{{ErrorKind::invalid, "moved"}, now}, now}, 0},
      {NotSent{down, now}, 0},
      {Waits{down, now}, 0},
      {Prepared{{}, now}, 0},
      {Leaving{{}, 0, now}, 0}};
  for (const auto& [event, tries] : cases)
    EXPECT_EQ(apply(at(Stage::preparing), event).attempts, tries) << event.index();
}

TEST(Life, PaysWhenAPostLeavesAndGivesBackWhatIsSurelyNotPublic) {
  const Delivery paid = apply(at(Stage::planned), Leaving{{}, 15'000, now});
  ASSERT_TRUE(paid.paid);
  EXPECT_EQ(paid.paid->millionths, 15'000);
  const std::vector<std::pair<Event, bool>> cases{{Answered{Receipt{"1", ""}, now}, true},
                                                  {Answered{Deferred{in_doubt, now}, now}, true},
                                                  {Answered{Uncertain{in_doubt}, now}, true},
                                                  {NotSent{in_doubt, now}, true},
                                                  {Found{{"1", ""}, now}, true},
                                                  {Answered{Deferred{down, now}, now}, false},
                                                  {Answered{Rejected{refused}, now}, false},
                                                  {NotSent{down, now}, false},
                                                  {Dropped{refused, now}, false},
                                                  {Retried{now}, false}};
  for (const auto& [event, is_paid] : cases)
    EXPECT_EQ(apply(paid, event).paid.has_value(), is_paid) << event.index();
  EXPECT_EQ(apply(paid, Leaving{{}, 20'000, now + hours{1}}).paid->millionths, 20'000)
      << "sent again, it is paid for once";
}

TEST(Life, TellsAPersonAnewWhateverAPersonMustHearOf) {
  Delivery told = apply(at(Stage::publishing), Told{now});
  EXPECT_EQ(told.told_at, now);
  EXPECT_TRUE(apply(told, Answered{Deferred{in_doubt, now}, now}).told_at) << "it waits still";
  EXPECT_FALSE(apply(told, Answered{Rejected{refused}, now}).told_at);
  EXPECT_FALSE(apply(told, Answered{Uncertain{in_doubt}, now}).told_at);
}

TEST(Life, WaitsForItsPageWithoutForgettingWhatItLearned) {
  Delivery delivery = apply(at(Stage::planned), Prepared{{{"media", "1"}}, now});
  delivery = apply(delivery, Waits{{ErrorKind::unavailable, "its page answers 404"}, now});
  EXPECT_EQ(delivery.stage, Stage::planned);
  EXPECT_EQ(delivery.notes.at("media"), "1");
  EXPECT_EQ(delivery.error->message, "its page answers 404");
}

TEST(Life, BeginsAnewAsIfItHadNeverBeenTried) {
  Delivery delivery = apply(at(Stage::planned), Leaving{{{"media", "1"}}, 15'000, now});
  delivery = apply(delivery, Answered{Uncertain{in_doubt}, now});
  delivery = apply(delivery, Retried{now + hours{1}});
  EXPECT_EQ(delivery.stage, Stage::planned);
  EXPECT_EQ(delivery.attempts, 0);
  EXPECT_EQ(delivery.planned_at, now + hours{1}) << "it does not go stale for having waited";
  EXPECT_TRUE(delivery.notes.empty());
  EXPECT_FALSE(delivery.publishing_at || delivery.sent_at || delivery.settled_at || delivery.error);
}

TEST(Life, TakesAPersonsWordBackAndNobodyElses) {
  Delivery doubt = apply(at(Stage::publishing), Answered{Uncertain{in_doubt}, now});
  for (const Event& word :
       std::vector<Event>{Found{{"7", "https://a.example/7"}, now, true}, Dropped{refused, now}}) {
    const Delivery back = apply(apply(doubt, word), Undone{});
    EXPECT_EQ(back.stage, Stage::uncertain);
    EXPECT_EQ(back.error->message, in_doubt.message);
    EXPECT_EQ(back.notes, doubt.notes);
    EXPECT_TRUE(back.remote_id.empty() && back.url.empty());
  }
}

TEST(LifeDeathTest, DoesNotTakeBackWhatTheNetworkSaid) {
  const Delivery posted = apply(at(Stage::publishing), Answered{Receipt{"1", ""}, now});
  EXPECT_DEATH((void)apply(posted, Undone{}), "only a person's word");
}

TEST(Life, PlansARefusedOneAnewUnderItsId) {
  Delivery anew = at(Stage::held);
  anew.id = {"bb"};
  anew.post.text = "New job: Librarian (full time)";
  const Delivery delivery = apply(at(Stage::rejected), Planned{anew});
  EXPECT_EQ(delivery.id.value, "aa");
  EXPECT_EQ(delivery.stage, Stage::held);
  EXPECT_EQ(delivery.post.text, anew.post.text);
}

}  // namespace
}  // namespace crier::life
