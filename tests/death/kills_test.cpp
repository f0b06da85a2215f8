// Runs that are killed for good at every moment they have, and are started again: each item is
// public exactly once, nothing is lost.
#include <gtest/gtest.h>

#include <cstdlib>

#include "death/report.h"
#include "support/quiet.h"

namespace crier {
namespace {

/// More moments than any run has.
constexpr int no_end = 2000;

const FarSide& side(const std::string& account) {
  for (const FarSide& one : far_sides()) {
    if (one.account.value == account) return one;
  }
  CRIER_ENSURE(false, "a far side of that account");
}

const Story& story(const std::string& name) {
  for (const Story& one : stories()) {
    if (one.name == name) return one;
  }
  CRIER_ENSURE(false, "a story of that name");
}

/// Kills at every moment there is: once; again at another moment; and a third time.
class Sweep {
 public:
  Sweep(std::string title, const Story& told, std::vector<const FarSide*> sides)
      : title_(std::move(title)), story_(told), sides_(std::move(sides)) {}
  ~Sweep() { DeathReport::get().add(title_, count_); }
  Sweep(const Sweep&) = delete;
  Sweep& operator=(const Sweep&) = delete;

  /// `deaths` of each tale, at most three; every `stride`th moment.
  void run(int deaths, bool in_the_disk = false, int stride = 1) {
    bool had_enough = false;
    for (int n = 1; !had_enough; n += stride) {
      ASSERT_LT(n, no_end) << "a run has no end";
      Deaths when{{n}, std::chrono::seconds{n % 2 == 0 ? 30 : 90}, in_the_disk};
      for (int more = 1; more < deaths; ++more) {
        when.moments.push_back(1 + static_cast<int>(chance_() % static_cast<unsigned>(last_)));
      }
      had_enough = tell(when);
      if (testing::Test::HasFailure()) return;
    }
    EXPECT_GT(last_, 15) << "a run has more moments than that";
  }

 private:
  /// True: the first life was over before it was to die.
  bool tell(const Deaths& when) {
    const Told told = teller_.tell(story_, sides_, when);
    count_ += told.count;
    last_ = std::max(told.moments, last_);
    EXPECT_EQ(told.trouble, "") << title_ << ": lives died at moments "
                                << fmt::format("{}", fmt::join(when.moments, ", "));
    return told.moments < when.moments.front();
  }

  std::string title_;
  const Story& story_;
  std::vector<const FarSide*> sides_;
  Teller teller_;
  Count count_;
  int last_ = 10;                  ///< of a run's moments, as far as is known
  std::mt19937 chance_{20260302};  // NOLINT(cert-msc51-cpp,cert-msc32-c): the same each time
};

class RealKills : public testing::TestWithParam<FarSide> {};

TEST_P(RealKills, AnnounceEachItemOnceWhereverTheyStrike) {
  const FarSide& far = GetParam();
  Sweep sweep(far.network + ": " + far.behaviour, story("news"), {&far});
  // One death at every moment; of the ways to die again, which are many, every third.
  for (int deaths = 1; deaths <= 3; ++deaths) sweep.run(deaths, false, deaths == 1 ? 1 : 3);
}

std::string name_of_side(const testing::TestParamInfo<FarSide>& info) {
  std::string name = info.param.network + "_" + info.param.behaviour;
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
}
INSTANTIATE_TEST_SUITE_P(Kills, RealKills, testing::ValuesIn(far_sides()), name_of_side);

TEST(Kills, StrikeEveryNetworkThatCrierKnows) {
  for (const Network* network : networks()) {
    const bool has_far_side = std::ranges::any_of(
        far_sides(), [&](const FarSide& one) { return one.network == network->traits().name; });
    EXPECT_TRUE(has_far_side) << network->traits().name
                              << " has no far side: write tests/death/far/"
                              << network->traits().name << ".cpp";
  }
}

class KilledStories : public testing::TestWithParam<Story> {};

TEST_P(KilledStories, AnnounceEachItemOnceOnAllAccounts) {
  Sweep sweep("both: " + GetParam().name, GetParam(), {&side("town-hall"), &side("noticeboard")});
  // A flood has many moments, and they are much alike.
  sweep.run(2, false, GetParam().name == "a flood" ? 3 : 1);
}

std::string name_of_story(const testing::TestParamInfo<Story>& info) {
  std::string name = info.param.name;
  std::ranges::replace(name, ' ', '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(Kills, KilledStories, testing::ValuesIn(stories()), name_of_story);

TEST(Kills, InTheMiddleOfATransactionLoseNothing) {
  Sweep sweep("outbox: between two steps of the disk", story("news"), {&side("noticeboard")});
  sweep.run(2, true);
}

TEST(Kills, InTheFirstRunAnnounceNothingOfWhatWasThere) {
  Lives lives;
  Count count;
  bool had_enough = false;
  for (int n = 1; !had_enough && !HasFailure(); ++n) {
    ASSERT_LT(n, no_end) << "a run has no end";
    SCOPED_TRACE("died at moment " + std::to_string(n));
    Newsroom room;
    room.add_item("Gritter driver");
    const LifeEnd end = lives.live(room, publishes, n, true);
    had_enough = !end.killed;
    count.kills += end.killed ? 1 : 0;
    ++count.tales;
    EXPECT_EQ(end.trouble, "");
    run_until_quiet(room);
    EXPECT_TRUE(room.on_mastodon().empty());
    room.add_item("Librarian");
    run_until_quiet(room);
    for (const auto& found : {room.on_mastodon(), room.in_outbox()}) {
      count.posts += found.size();
      EXPECT_EQ(found, (std::map<std::string, int>{
                           {"New job: Librarian https://www.example.gov.uk/jobs/1", 1}}));
    }
  }
  DeathReport::get().add("both: the first run of all", count);
}

/// How many more kills somebody asks for, who has the time.
std::size_t kills_asked_for() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): one thread
  const char* const asked = std::getenv("CRIER_DEATH_KILLS");
  return asked == nullptr ? 0 : std::strtoul(asked, nullptr, 10);
}

TEST(Kills, AsManyAsAreAskedForAtMomentsLeftToChance) {
  const std::size_t asked = kills_asked_for();
  if (asked == 0) GTEST_SKIP() << "CRIER_DEATH_KILLS=20000 asks for so many more";
  std::mt19937 chance(static_cast<unsigned>(asked));
  const auto pick = [&](std::size_t of) { return static_cast<std::size_t>(chance()) % of; };
  const std::vector<int> pauses{0, 30, 90, 2 * 3600, 8 * 3600};
  Teller teller;
  Count count;
  while (count.kills < asked) {
    const bool alone = pick(2) == 0;
    std::vector<const FarSide*> sides{&far_sides()[pick(far_sides().size())]};
    if (!alone) sides = {&side("town-hall"), &side("noticeboard")};
    const Story told_story = alone ? story("news") : stories()[pick(stories().size())];
    Deaths when;
    when.in_the_disk = pick(4) == 0;
    when.apart = std::chrono::seconds{pauses[pick(pauses.size())]};
    const std::size_t most = when.in_the_disk ? 300 : 60;
    for (std::size_t i = 0, deaths = 1 + pick(4); i < deaths; ++i) {
      when.moments.push_back(1 + static_cast<int>(pick(most)));
    }
    const Told told = teller.tell(told_story, sides, when);
    count += told.count;
    ASSERT_EQ(told.trouble, "") << told_story.name << ", " << sides[0]->behaviour
                                << (when.in_the_disk ? ", in the disk, " : ", ")
                                << when.apart.count() << " s apart, at moments "
                                << fmt::format("{}", fmt::join(when.moments, ", "));
  }
  DeathReport::get().add("all: left to chance", count);
}

}  // namespace
}  // namespace crier
