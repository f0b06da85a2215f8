#include "store/ledger.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bit>

#include "core/hash.h"
#include "store/migrations.h"

namespace crier {
namespace {

bool has_content(const std::filesystem::path& file) {
  // A file without a byte in it remembers nothing: SQLite would take it for a new one.
  std::error_code ignored;
  return std::filesystem::exists(file, ignored) && std::filesystem::file_size(file, ignored) > 0;
}

StoreError cannot_open(const std::filesystem::path& file, const SQLite::Exception& problem) {
  if (problem.getExtendedErrorCode() == SQLITE_READONLY_ROLLBACK) {
    return StoreError(fmt::format(
        "the ledger {} is half written: a run was killed. Its next run mends that; to read it "
        "before, the user who runs crier must do it",
        file.string()));
  }
  if (problem.getErrorCode() == SQLITE_BUSY) {
    return StoreError(
        fmt::format("the ledger {} is kept locked by another program: try again when it has ended",
                    file.string()));
  }
  return StoreError(fmt::format(
      "the ledger {} cannot be opened: {}. Is `state` in feeds.toml right, and is there such a "
      "folder? If the file is damaged, take it and {}-journal away, and let a new one learn what "
      "each account has posted, before the next run: crier history rebuild --account NAME. A "
      "backup that you put in its place first knows more, and learns the rest in the same way",
      file.string(), problem.what(), file.filename().string()));
}

// A ledger is its user's alone: it holds addresses of feeds, and those may hold keys. SQLite gives
// its journal the same mode.

void make_private(const std::filesystem::path& file) {
  const int made = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (made >= 0) ::close(made);  // else it is there, or SQLite says why it cannot be
}

void keep_private(const std::filesystem::path& file) {
  struct stat facts {};
  const bool is_open_to_others = ::stat(file.c_str(), &facts) == 0 && S_ISREG(facts.st_mode) &&
                                 (facts.st_mode & (S_IRWXG | S_IRWXO)) != 0;
  // Where it is another user's, that user's next run does it.
  if (is_open_to_others) (void)::chmod(file.c_str(), S_IRUSR | S_IWUSR);
}

/// Long enough for any reader to end, and any writer's commit.
constexpr int patience_in_ms = 30'000;

}  // namespace

Ledger::Ledger(std::filesystem::path file, int flags, const char* in_memory)
    : file_(std::move(file)),
      database_(in_memory != nullptr ? in_memory : file_.string(), flags, patience_in_ms) {}

std::unique_ptr<Ledger> Ledger::open_to_write(const std::filesystem::path& file) {
  try {
    make_private(file);
    std::unique_ptr<Ledger> ledger(new Ledger(file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE));
    // Before anything is changed: it may be somebody else's file.
    ledger->require_ours();
    ledger->begin_to_write();
    ledger->migrate();
    return ledger;
  } catch (const SQLite::Exception& problem) {
    throw cannot_open(file, problem);
  }
}

/// A rollback journal, and no write-ahead log:
///
/// 1. What was committed is in the one file, whatever ends the process: a pipeline keeps only that.
///    A log holds it beside the file until a checkpoint. A journal lies there only while a commit
///    is written; the next opening plays it back.
/// 2. SQLite before 3.51.3 can lose a log's pages where a second connection takes a checkpoint
///    beside a writer (https://sqlite.org/wal.html#walresetbug); Debian 12 has 3.40.
///
/// It costs a cycle that posts nothing as much as the log did (five syncs of the disk), and each
/// post eight more; one checkpoint a commit would cost as many. Measured with SQLite 3.40.
void Ledger::begin_to_write() {
  // EXTRA: what is committed is on the disk, even if the power fails the moment after; FULL lets a
  // journal that was just removed come back. No spilling: the file is not touched before a commit.
  const std::string mode = database_.execAndGet("PRAGMA journal_mode = DELETE").getString();
  if (mode != "delete") {
    throw StoreError(fmt::format(
        "the ledger {} is open in another program: try again when it has ended", file_.string()));
  }
  database_.exec("PRAGMA synchronous = EXTRA; PRAGMA cache_spill = OFF;");
  keep_private(file_);
}

std::unique_ptr<Ledger> Ledger::open_to_read(const std::filesystem::path& file) {
  try {
    if (!has_content(file)) {
      std::unique_ptr<Ledger> empty(new Ledger(file, SQLite::OPEN_READWRITE, ":memory:"));
      empty->migrate();
      return empty;
    }
    // To write, where that may be: what a killed run left half written must be played back first.
    std::unique_ptr<Ledger> ledger(new Ledger(file, SQLite::OPEN_READWRITE));
    ledger->database_.exec("PRAGMA query_only = ON");
    ledger->require_known_version();
    return ledger;
  } catch (const SQLite::Exception& problem) {
    throw cannot_open(file, problem);
  }
}

int Ledger::version() { return database_.execAndGet("PRAGMA user_version").getInt(); }

void Ledger::require_known_version() {
  const int found = version();
  if (found == static_cast<int>(migrations().size())) return;
  throw StoreError(fmt::format("the ledger {} has schema {}, this crier reads {}: {}",
                               file_.string(), found, migrations().size(),
                               found == 0
                                   ? "is this file a ledger of crier's?"
                                   : "run `crier publish` once, or install the newer crier"));
}

void Ledger::require_ours() {
  const int known = static_cast<int>(migrations().size());
  const int found = version();
  if (found > known) {
    throw StoreError(
        fmt::format("the ledger {} was written by a newer crier (its schema is {}, this one knows "
                    "{}): install that version again",
                    file_.string(), found, known));
  }
  if (found == 0 && database_.execAndGet("SELECT count(*) FROM sqlite_master").getInt() > 0) {
    throw StoreError(fmt::format(
        "{} is another program's database: is `state` in feeds.toml right?", file_.string()));
  }
}

void Ledger::migrate() {
  const int known = static_cast<int>(migrations().size());
  if (version() == known) return;
  SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
  for (int step = version(); step < known; ++step) {
    database_.exec(std::string(migrations().at(static_cast<std::size_t>(step))));
  }
  database_.exec(fmt::format("PRAGMA user_version = {}", known));
  transaction.commit();
}

void Ledger::count_write() { prepared("UPDATE ledger SET writes = writes + 1")->exec(); }

LedgerAge Ledger::age() {
  return guarded([&] {
    SQLite::Statement row(database_, "SELECT id, writes FROM ledger");
    return row.executeStep() ? LedgerAge{to_text(row.getColumn(0)), row.getColumn(1).getInt64()}
                             : LedgerAge{};
  });
}

std::optional<std::int64_t> Ledger::feed_id(const std::string& name) {
  if (!feed_ids_) {
    feed_ids_.emplace();
    Prepared rows = prepared("SELECT name, id FROM feed");
    while (rows->executeStep())
      feed_ids_->emplace(to_text(rows->getColumn(0)), rows->getColumn(1).getInt64());
  }
  const auto found = feed_ids_->find(name);
  return found == feed_ids_->end() ? std::nullopt : std::optional(found->second);
}

std::int64_t Ledger::key_of(std::int64_t feed, std::string_view name) {
  return std::bit_cast<std::int64_t>(hash64(name, static_cast<std::uint64_t>(feed)));
}

Prepared Ledger::prepared(const std::string& sql) {
  auto& statement = statements_[sql];
  if (!statement) statement = std::make_unique<SQLite::Statement>(database_, sql);
  return Prepared(*statement);
}

std::shared_ptr<void> Ledger::reading() {
  if (auto known = reading_.lock()) return known;
  guarded([&] { database_.exec("BEGIN"); });
  std::shared_ptr<void> fresh(
      &database_, [](void* of) { (void)static_cast<SQLite::Database*>(of)->tryExec("COMMIT"); });
  reading_ = fresh;
  return fresh;
}

}  // namespace crier
