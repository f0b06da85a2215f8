#include "store/ledger.h"

#include <sqlite3.h>

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
  return StoreError(fmt::format(
      "the ledger {} cannot be opened: {}. Is `state` in feeds.toml right, and is there such a "
      "folder? If the file is damaged, put its backup in its place",
      file.string(), problem.what()));
}

/// The address of a file for SQLite. Reading a WAL ledger makes SQLite lay two files beside it.
/// Where none lie there, no run is at work, and the file can be read as it is.
std::string reading_uri(const std::filesystem::path& file) {
  std::error_code ignored;
  std::string uri = "file:";
  for (const char c : file.string()) {
    if (c == '%' || c == '?' || c == '#') {
      uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      uri += c;
    }
  }
  if (!std::filesystem::exists(file.string() + "-wal", ignored)) uri += "?immutable=1";
  return uri;
}

}  // namespace

Ledger::Ledger(std::filesystem::path file, const std::string& uri, int flags)
    : file_(std::move(file)), database_(uri, flags, /*aBusyTimeoutMs=*/5000) {}

std::unique_ptr<Ledger> Ledger::open_to_write(const std::filesystem::path& file) {
  try {
    std::unique_ptr<Ledger> ledger(
        new Ledger(file, file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE));
    // FULL: what is committed is on the disk, even if the power fails the moment after.
    ledger->database_.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
    ledger->migrate();
    return ledger;
  } catch (const SQLite::Exception& problem) {
    throw cannot_open(file, problem);
  }
}

std::unique_ptr<Ledger> Ledger::open_to_read(const std::filesystem::path& file) {
  try {
    if (!has_content(file)) {
      std::unique_ptr<Ledger> empty(new Ledger(file, ":memory:", SQLite::OPEN_READWRITE));
      empty->migrate();
      return empty;
    }
    std::unique_ptr<Ledger> ledger(
        new Ledger(file, reading_uri(file), SQLite::OPEN_READONLY | SQLite::OPEN_URI));
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

void Ledger::migrate() {
  const int known = static_cast<int>(migrations().size());
  const int found = version();
  if (found > known) {
    throw StoreError(
        fmt::format("the ledger {} was written by a newer crier (its schema is {}, this one knows "
                    "{}): install that version again",
                    file_.string(), found, known));
  }
  if (found == known) return;
  if (found == 0 && database_.execAndGet("SELECT count(*) FROM sqlite_master").getInt() > 0) {
    throw StoreError(fmt::format(
        "{} is another program's database: is `state` in feeds.toml right?", file_.string()));
  }
  SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
  for (int step = version(); step < known; ++step) {
    database_.exec(std::string(migrations().at(static_cast<std::size_t>(step))));
  }
  database_.exec(fmt::format("PRAGMA user_version = {}", known));
  transaction.commit();
}

std::optional<std::int64_t> Ledger::feed_id(const std::string& name) {
  if (const auto found = feed_ids_.find(name); found != feed_ids_.end()) return found->second;
  SQLite::Statement select(database_, "SELECT id FROM feed WHERE name = ?");
  select.bind(1, name);
  if (!select.executeStep()) return std::nullopt;
  return feed_ids_[name] = select.getColumn(0).getInt64();
}

std::int64_t Ledger::key_of(std::int64_t feed, std::string_view name) {
  return std::bit_cast<std::int64_t>(hash64(name, static_cast<std::uint64_t>(feed)));
}

SQLite::Statement& Ledger::seen_statement() {
  if (!seen_) {
    seen_ = std::make_unique<SQLite::Statement>(database_, "SELECT day FROM seen WHERE key = ?");
  }
  return *seen_;
}

}  // namespace crier
