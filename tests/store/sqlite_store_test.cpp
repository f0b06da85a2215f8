#include "store/sqlite_store.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <set>

#include "store/ledger.h"
#include "store/migrations.h"
#include "store/run_lock.h"
#include "support/ledger_words.h"
#include "support/temp_dir.h"

namespace crier {
namespace {

constexpr SysTime now{std::chrono::seconds{1'772'442'000}};  // 2026-03-02T09:00:00Z

std::set<std::string> files_in(const std::filesystem::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    names.insert(entry.path().filename().string());
  return names;
}

mode_t mode_of(const std::filesystem::path& file) {
  struct stat facts {};
  EXPECT_EQ(::stat(file.c_str(), &facts), 0) << file;
  return facts.st_mode & 07777U;
}

FeedPlan plan_of(const std::string& name, std::size_t names) {
  FeedPlan plan;
  plan.state.id = {name};
  plan.state.url = "https://www.example.gov.uk/" + name;
  plan.state.seeded_at = now;
  for (std::size_t i = 0; i < names; ++i)
    plan.names.push_back("https://www.example.gov.uk/item/" + std::to_string(i));
  return plan;
}

TEST(SqliteStore, RefusesAFileThatIsNoLedgerAndLeavesItAsItIs) {
  TempDir dir;
  const auto file = dir.path() / "crier.db";
  write_file(file,
             "this is somebody's letter, not a database at all, and long enough to be read as one "
             "header .......");
  std::filesystem::permissions(file, std::filesystem::perms{0644});
  EXPECT_THROW(SqliteStore(file, SqliteStore::Access::write), StoreError);
  EXPECT_EQ(read_file(file).substr(0, 7), "this is");
  EXPECT_EQ(mode_of(file), 0644U);
}

TEST(SqliteStore, RefusesAnotherProgramsDatabaseAndLeavesItAsItIs) {
  TempDir dir;
  const auto file = dir.path() / "crier.db";
  {
    SQLite::Database other(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    other.exec("PRAGMA journal_mode = WAL; CREATE TABLE theirs(x)");
  }
  std::filesystem::permissions(file, std::filesystem::perms{0644});
  const std::string bytes = read_file(file);
  EXPECT_THROW(SqliteStore(file, SqliteStore::Access::write), StoreError);
  EXPECT_EQ(read_file(file), bytes);
  EXPECT_EQ(mode_of(file), 0644U);
}

TEST(SqliteStore, RefusesALedgerFromANewerVersion) {
  TempDir dir;
  const auto file = dir.path() / "crier.db";
  { SqliteStore store(file, SqliteStore::Access::write); }
  std::string bytes = read_file(file);
  bytes[63] =
      99;  // user_version, a big-endian number at offset 60 (https://sqlite.org/fileformat2.html)
  write_file(file, bytes);
  for (const auto access : {SqliteStore::Access::write, SqliteStore::Access::read}) {
    EXPECT_THROW(SqliteStore(file, access), StoreError);
  }
  EXPECT_EQ(read_file(file), bytes);
}

TEST(SqliteStore, NamesTheFileWhenItCannotBeOpened) {
  try {
    SqliteStore store("/nonexistent/folder/crier.db", SqliteStore::Access::write);
    FAIL() << "opened";
  } catch (const StoreError& problem) {
    EXPECT_NE(std::string(problem.what()).find("/nonexistent/folder/crier.db"), std::string::npos);
  }
}

TEST(SqliteStore, TakesALedgerOfEveryEarlierSchemaWithWhatIsInIt) {
  for (std::size_t version = 1; version <= migrations().size(); ++version) {
    SCOPED_TRACE(version);
    TempDir dir;
    const auto file = dir.path() / "crier.db";
    {
      SQLite::Database old(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
      for (std::size_t step = 0; step < version; ++step) {
        old.exec(std::string(migrations().at(step)));
      }
      old.exec("PRAGMA user_version = " + std::to_string(version));
      old.exec(
          "INSERT INTO delivery(id, feed, account, item_id, item_title, item_link, post, stage, "
          "notes, planned_at) VALUES('a', 'jobs', 'town-hall', '1', 'Clerk', '', "
          "'{\"text\":\"New job: Clerk\"}', 0, '{}', 1772442000)");
    }
    SqliteStore store(file, SqliteStore::Access::write);
    ASSERT_EQ(store.open().size(), 1U);
    EXPECT_EQ(store.open()[0].post.text, "New job: Clerk");
    spend(store, {"a"}, 15'000, now);
    EXPECT_EQ(store.spent({"town-hall"}, now, now + std::chrono::hours{1}), 15'000);
  }
}

/// Written by crier 0.1.0 before deliveries had one life: two posts that were made, one that waits,
/// one that is held.
TEST(SqliteStore, TakesALedgerOfTheFirstVersionAsItWasLeft) {
  const TempDir dir;
  const auto file = dir.path() / "crier.db";
  std::filesystem::copy_file(CRIER_SOURCE_DIR "/tests/golden/store/0.1.0-schema-5.db", file);
  SqliteStore store(file, SqliteStore::Access::write);
  EXPECT_EQ(store.feeds().size(), 2U);
  EXPECT_TRUE(store.seen_on({"jobs"}, "guid:jobs Librarian"));
  const auto open = store.open();
  ASSERT_EQ(open.size(), 1U);
  EXPECT_EQ(open[0].item_title, "Bins");
  EXPECT_TRUE(store.said({"noticeboard"}, "News: Roads https://www.example.gov.uk/news/Roads"));
  const auto held = held_of(store, {"jobs"});
  ASSERT_EQ(held.size(), 1U);
  EXPECT_FALSE(held[0].told_at);
  EXPECT_EQ(release(store, {"jobs"}, now), 1U);
  EXPECT_EQ(store.open().size(), 2U);
  EXPECT_FALSE(store.account({"noticeboard"}).pause);
  EXPECT_TRUE(store.told().empty());
}

TEST(SqliteStore, KeepsEveryPartOfAFeedsState) {
  TempDir dir;
  SqliteStore store(dir.path() / "crier.db", SqliteStore::Access::write);
  FeedState state = plan_of("jobs", 0).state;
  state.ids_of = "vacancies";
  state.moved_to = "https://b.example/";
  state.redirects_to = "https://c.example/";
  state.found_at = "d.example/";
  state.etag = "1";
  state.last_modified = "2";
  state.items = 7;
  state.failures = 3;
  state.failure = ErrorKind::throttled;
  int hour = 0;
  for (auto* time : {&state.redirects_since, &state.shrunk_at, &state.empty_at, &state.seeded_at,
                     &state.failing_since, &state.not_before, &state.next_at, &state.waits_from,
                     &state.gone_at, &state.read_on, &state.news_at, &state.fuse_at}) {
    *time = now + std::chrono::hours{++hour};
  }
  commit_plan(store, {{state, {}, {}}}, now);
  EXPECT_EQ(store.feeds(), std::vector<FeedState>{state});
}

TEST(SqliteStore, GivesTwoFeedsEachOthersNamesWithAllThatIsTheirs) {
  TempDir dir;
  SqliteStore store(dir.path() / "crier.db", SqliteStore::Access::write);
  commit_plan(store, {plan_of("jobs", 1), plan_of("events", 2)}, now);
  rename(store, {{{"jobs"}, {"events"}}, {{"events"}, {"jobs"}}});
  EXPECT_TRUE(store.seen_on({"jobs"}, "https://www.example.gov.uk/item/1"));
  EXPECT_FALSE(store.seen_on({"events"}, "https://www.example.gov.uk/item/1"));
  for (const FeedState& state : store.feeds()) {
    EXPECT_TRUE(state.url.ends_with(state.ids_of)) << "its ids bear the first name";
    EXPECT_NE(state.ids_of, state.id.value);
  }
}

TEST(SqliteStore, ReadingMakesNoFileAndLeavesNone) {
  TempDir dir;
  const auto file = dir.path() / "crier.db";
  {
    const SqliteStore store(file, SqliteStore::Access::read);
    EXPECT_TRUE(store.is_new());
    EXPECT_TRUE(store.feeds().empty());
  }
  EXPECT_TRUE(files_in(dir.path()).empty());
  { commit_plan(SqliteStore(file, SqliteStore::Access::write), {plan_of("jobs", 1)}, now); }
  const auto before = files_in(dir.path());
  {
    const SqliteStore store(file, SqliteStore::Access::read);
    EXPECT_EQ(store.feeds().size(), 1U);
  }
  EXPECT_EQ(files_in(dir.path()), before);
}

TEST(SqliteStore, ReadsBesideARunThatIsAtWork) {
  TempDir dir;
  const auto file = dir.path() / "crier.db";
  SqliteStore writer(file, SqliteStore::Access::write);
  commit_plan(writer, {plan_of("jobs", 1)}, now);
  const SqliteStore reader(file, SqliteStore::Access::read);
  EXPECT_TRUE(reader.seen_on({"jobs"}, "https://www.example.gov.uk/item/0"));
}

TEST(SqliteStore, ReadsALedgerWhoseNameAUriWouldMisread) {
  TempDir dir;
  const auto file = dir.path() / "50% off?#1.db";
  { commit_plan(SqliteStore(file, SqliteStore::Access::write), {plan_of("jobs", 1)}, now); }
  EXPECT_EQ(SqliteStore(file, SqliteStore::Access::read).feeds().size(), 1U);
}

TEST(SqliteStore, HoldsWhatWasCommittedAfterTheProcessIsKilled) {
  TempDir dir;
  const auto file = dir.path() / "crier.db";
  const pid_t child = fork();
  if (child == 0) {
    SqliteStore store(file, SqliteStore::Access::write);
    commit_plan(store, {plan_of("jobs", 3)}, now);
    (void)raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_TRUE(SqliteStore(file, SqliteStore::Access::read)
                  .seen_on({"jobs"}, "https://www.example.gov.uk/item/2"));
  EXPECT_TRUE(SqliteStore(file, SqliteStore::Access::write)
                  .seen_on({"jobs"}, "https://www.example.gov.uk/item/2"));
}

/// Runs `work` in a process of its own, which is killed after it.
template <class Work>
void and_be_killed(Work&& work) {
  const pid_t child = fork();
  if (child == 0) {
    work();
    (void)raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
}

TEST(SqliteStore, HoldsWhatWasCommittedInItsOneFileWhateverEndsTheRun) {
  TempDir dir;
  const auto file = dir.path() / "crier.db";
  and_be_killed([&] {
    SqliteStore store(file, SqliteStore::Access::write);
    commit_plan(store, {plan_of("jobs", 1)}, now);
    commit_plan(store, {plan_of("events", 3)}, now);
    _exit(files_in(dir.path()) == std::set<std::string>{"crier.db"} ? raise(SIGKILL) : 1);
  });
  EXPECT_EQ(files_in(dir.path()), std::set<std::string>{"crier.db"});
  const auto elsewhere = dir.path() / "kept.db";
  std::filesystem::copy_file(file, elsewhere);
  EXPECT_TRUE(SqliteStore(elsewhere, SqliteStore::Access::read)
                  .seen_on({"events"}, "https://www.example.gov.uk/item/2"));
}

TEST(SqliteStore, TakesTheWriteAheadLogOfAnEarlierVersionIntoTheFile) {
  TempDir dir;
  const auto file = dir.path() / "crier.db";
  { commit_plan(SqliteStore(file, SqliteStore::Access::write), {plan_of("jobs", 1)}, now); }
  and_be_killed([&] {
    SQLite::Database old(file.string(), SQLite::OPEN_READWRITE);
    old.exec("PRAGMA journal_mode = WAL");
    old.exec("INSERT INTO feed(name, url, etag, last_modified) VALUES('events', 'x', '', '')");
    (void)raise(SIGKILL);
  });
  EXPECT_TRUE(files_in(dir.path()).contains("crier.db-wal"));
  EXPECT_EQ(SqliteStore(file, SqliteStore::Access::read).feeds().size(), 2U);
  EXPECT_EQ(SqliteStore(file, SqliteStore::Access::write).feeds().size(), 2U);
  EXPECT_EQ(files_in(dir.path()), std::set<std::string>{"crier.db"});
}

TEST(SqliteStore, PlaysBackWhatAKilledRunHasHalfWritten) {
  for (const auto access : {SqliteStore::Access::read, SqliteStore::Access::write}) {
    TempDir dir;
    const auto file = dir.path() / "crier.db";
    { commit_plan(SqliteStore(file, SqliteStore::Access::write), {plan_of("jobs", 20'000)}, now); }
    and_be_killed([&] {
      SQLite::Database other(file.string(), SQLite::OPEN_READWRITE);
      other.exec(
          "PRAGMA cache_size = 2; BEGIN IMMEDIATE; UPDATE seen SET day = 1; "
          "UPDATE feed SET url = 'half'");
      (void)raise(SIGKILL);
    });
    ASSERT_TRUE(files_in(dir.path()).contains("crier.db-journal"));
    EXPECT_EQ(SqliteStore(file, access).feeds().at(0).url, "https://www.example.gov.uk/jobs");
    EXPECT_EQ(files_in(dir.path()), std::set<std::string>{"crier.db"});
  }
}

TEST(SqliteStore, IsItsUsersAloneWithItsJournal) {
  const mode_t usual = umask(022);
  TempDir dir;
  const auto file = dir.path() / "crier.db";
  { SqliteStore store(file, SqliteStore::Access::write); }
  EXPECT_EQ(mode_of(file), 0600U);
  std::filesystem::permissions(file, std::filesystem::perms{0644});
  SqliteStore store(file, SqliteStore::Access::write);
  EXPECT_EQ(mode_of(file), 0600U);
  and_be_killed([&] {
    SQLite::Database other(file.string(), SQLite::OPEN_READWRITE);
    other.exec(
        "PRAGMA cache_size = 2; BEGIN IMMEDIATE; INSERT INTO feed(name, url, etag, "
        "last_modified) VALUES('jobs', 'x', '', '')");
    (void)raise(SIGKILL);
  });
  EXPECT_EQ(mode_of(file.string() + "-journal"), 0600U);
  umask(usual);
}

TEST(SqliteStore, WritesWhileSomebodyTakesHisTimeToRead) {
  TempDir dir;
  const auto file = dir.path() / "crier.db";
  SqliteStore writer(file, SqliteStore::Access::write);
  FeedPlan plan = plan_of("jobs", 1);
  for (int i = 0; i < 1200; ++i) {
    Delivery delivery;
    delivery.id = {std::to_string(i)};
    delivery.feed = {"jobs"};
    delivery.account = {"town-hall"};
    plan.deliveries.push_back(delivery);
  }
  commit_plan(writer, {plan}, now);
  const SqliteStore reader(file, SqliteStore::Access::read);
  std::set<std::string> taken;
  std::vector<std::string> order;
  reader.each({}, [&](const Delivery& delivery) {
    if (order.size() % 400 == 0) pause(writer, {"town-hall"}, now);
    taken.insert(delivery.id.value);
    order.push_back(delivery.id.value);
  });
  EXPECT_EQ(taken.size(), 1200U);
  EXPECT_EQ(order.size(), 1200U);
  EXPECT_EQ(order.front(), "0");
  EXPECT_EQ(order.back(), "1199");
}

TEST(SqliteStore, CountsWhatChangesIt) {
  TempDir dir;
  SqliteStore store(dir.path() / "crier.db", SqliteStore::Access::write);
  EXPECT_FALSE(store.age().id.empty());
  EXPECT_EQ(store.age().writes, 0);
  commit_plan(store, {plan_of("jobs", 1)}, now);
  pause(store, {"town-hall"}, now);
  EXPECT_EQ(store.age().writes, 2);
  prune(store, now - std::chrono::hours{1});
  EXPECT_EQ(release(store, {"events"}, now), 0U);
  EXPECT_EQ(release(store, {"jobs"}, now), 0U);
  EXPECT_EQ(adopt(store, {"jobs"}, "said before", now), 0U);
  EXPECT_EQ(store.age().writes, 2) << "what changes nothing is no write";
  const SqliteStore other(dir.path() / "other.db", SqliteStore::Access::write);
  EXPECT_NE(other.age().id, store.age().id);
}

TEST(SqliteStore, WritesAPlanAsAWholeOrNotAtAll) {
  TempDir dir;
  const auto file = dir.path() / "crier.db";
  { commit_plan(SqliteStore(file, SqliteStore::Access::write), {plan_of("jobs", 1)}, now); }
  // In a child, where the limit on file sizes harms nobody: the disk is full in the middle of the
  // plan.
  const pid_t child = fork();
  if (child == 0) {
    (void)signal(SIGXFSZ, SIG_IGN);
    SqliteStore store(file, SqliteStore::Access::write);
    const rlimit most{static_cast<rlim_t>(300'000), static_cast<rlim_t>(300'000)};
    (void)setrlimit(RLIMIT_FSIZE, &most);
    try {
      commit_plan(store, {plan_of("events", 100'000)}, now);
    } catch (const StoreError&) {
      _exit(0);
    }
    _exit(1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "a full disk is an error";
  const SqliteStore store(file, SqliteStore::Access::write);
  EXPECT_EQ(store.feeds().size(), 1U);
  EXPECT_FALSE(store.seen_on({"events"}, "https://www.example.gov.uk/item/0"));
}

TEST(SqliteStore, NeedsAtMostFortyBytesForAKnownItem) {
  TempDir dir;
  const auto file = dir.path() / "crier.db";
  { commit_plan(SqliteStore(file, SqliteStore::Access::write), {plan_of("jobs", 100'000)}, now); }
  EXPECT_LE(std::filesystem::file_size(file), 40U * 100'000U);
}

TEST(RunLock, IsHeldByOneRunAtATime) {
  TempDir dir;
  const auto file = dir.path() / "crier.db";
  {
    const RunLock first(file, now);
    EXPECT_TRUE(first.held());
    const RunLock second(file, now);
    EXPECT_FALSE(second.held());
  }
  EXPECT_TRUE(RunLock(file, now).held());
}

TEST(RunLock, SaysWhoHasItWhenARunTakesLongerThanAnyMay) {
  TempDir dir;
  const auto file = dir.path() / "crier.db";
  const RunLock first(file, now);
  const RunLock second(file, now + longest_run);
  EXPECT_EQ(second.stuck(now + longest_run), "");
  const std::string said = second.stuck(now + longest_run + std::chrono::seconds{1});
  EXPECT_NE(said.find(std::to_string(::getpid())), std::string::npos) << said;
  EXPECT_NE(said.find("2026-03-02T09:00:00Z"), std::string::npos) << said;
  EXPECT_EQ(first.stuck(now + 2 * longest_run), "");
}

TEST(RunLock, WritesToNoFileThatALinkLeadsTo) {
  TempDir dir;
  const auto file = dir.path() / "crier.db";
  const auto of_another = dir.path() / "letter.txt";
  write_file(of_another, "Dear council");
  std::filesystem::create_hard_link(of_another, file.string() + ".lock");
  EXPECT_TRUE(RunLock(file, now).held());
  EXPECT_EQ(read_file(of_another), "Dear council");
  std::filesystem::remove(file.string() + ".lock");
  std::filesystem::create_symlink(of_another, file.string() + ".lock");
  EXPECT_THROW(RunLock(file, now), StoreError);
  EXPECT_EQ(read_file(of_another), "Dear council");
}

TEST(RunLock, OfAnEarlierVersionNamesNobody) {
  TempDir dir;
  const auto file = dir.path() / "crier.db";
  const RunLock first(file, now);
  write_file(file.string() + ".lock", "");
  EXPECT_EQ(RunLock(file, now).stuck(now + std::chrono::hours{24 * 365}), "");
}

}  // namespace
}  // namespace crier
