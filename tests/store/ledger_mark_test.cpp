#include "store/ledger_mark.h"

#include <gtest/gtest.h>

#include "store/sqlite_store.h"
#include "support/ledger_words.h"
#include "support/temp_dir.h"

namespace crier {
namespace {

constexpr SysTime now{std::chrono::seconds{1'772'442'000}};  // 2026-03-02T09:00:00Z

class Marked : public testing::Test {
 protected:
  /// A run that writes once.
  void run() const {
    SqliteStore store(ledger, SqliteStore::Access::write);
    pause(store, {"town-hall"}, now);
    mark.keep(store.age());
  }
  [[nodiscard]] bool is_older() const {
    return mark.is_older(SqliteStore(ledger, SqliteStore::Access::read).age());
  }

  TempDir dir;
  std::filesystem::path ledger = dir.path() / "crier.db", backup = dir.path() / "backup.db";
  LedgerMark mark{dir.path() / "state" / "crier", ledger};
};

TEST_F(Marked, ALedgerThatComesBackOlderIsKnownAndTheSameOneIsNot) {
  run();
  EXPECT_FALSE(is_older());
  std::filesystem::copy_file(ledger, backup);
  run();
  EXPECT_FALSE(is_older());
  std::filesystem::rename(backup, ledger);
  EXPECT_TRUE(is_older());
  std::filesystem::remove(mark.file());
  EXPECT_FALSE(is_older());
}

TEST_F(Marked, ALedgerFromBeforeThereWereMarksIsOlderThanOneThatHadOne) {
  run();
  EXPECT_TRUE(mark.is_older({"another", 0}));
}

TEST_F(Marked, ALedgerThatThisMachineHasNotSeenIsTakenAsItIs) {
  EXPECT_FALSE(mark.is_older({"another", 0}));
  run();
  EXPECT_FALSE(mark.is_older({"another", 7}));
  const LedgerMark of_a_copy(dir.path() / "state" / "crier", dir.path() / "rehearsed.db");
  EXPECT_FALSE(of_a_copy.is_older({"another", 0}));
}

TEST_F(Marked, AMarkThatIsDamagedSaysNothing) {
  run();
  for (const char* text : {"", "\\0", "{}", "[]", "{\"id\":1,\"writes\":\"x\"}", "{\"id\":\"x\""}) {
    write_file(mark.file(), text);
    EXPECT_FALSE(mark.last()) << text;
    EXPECT_FALSE(is_older()) << text;
  }
}

TEST_F(Marked, WhereNothingCanBeKeptNothingIsKnown) {
  const LedgerMark nowhere({}, ledger);
  nowhere.keep({"x", 5});
  EXPECT_FALSE(nowhere.is_older({"x", 1}));
  const LedgerMark no_folder("/proc/no/such", ledger);
  no_folder.keep({"x", 5});
  EXPECT_FALSE(no_folder.is_older({"x", 1}));
}

}  // namespace
}  // namespace crier
