#include "store/migrations.h"

namespace crier {

const std::array<std::string_view, 1>& migrations() {
  // Times are seconds since 1970, UTC. `stage` is the number of model.h's Stage.
  static constexpr std::array<std::string_view, 1> steps{R"sql(
    CREATE TABLE feed(
      id            INTEGER PRIMARY KEY,
      name          TEXT NOT NULL UNIQUE,
      url           TEXT NOT NULL,
      etag          TEXT NOT NULL,
      last_modified TEXT NOT NULL,
      seeded_at     INTEGER,
      failing_since INTEGER,
      not_before    INTEGER
    );
    -- One row for each name of an item: a 64-bit hash of the name under its feed's id.
    CREATE TABLE seen(
      key  INTEGER PRIMARY KEY,
      feed INTEGER NOT NULL,
      day  INTEGER NOT NULL
    );
    CREATE TABLE delivery(
      sequence      INTEGER PRIMARY KEY,
      id            TEXT NOT NULL UNIQUE,
      feed          TEXT NOT NULL,
      account       TEXT NOT NULL,
      item_id       TEXT NOT NULL,
      item_title    TEXT NOT NULL,
      item_link     TEXT NOT NULL,
      item_date     INTEGER,
      post          TEXT NOT NULL,
      stage         INTEGER NOT NULL,
      notes         TEXT NOT NULL,
      attempts      INTEGER NOT NULL DEFAULT 0,
      not_before    INTEGER,
      planned_at    INTEGER NOT NULL,
      publishing_at INTEGER,
      sent_at       INTEGER,
      settled_at    INTEGER,
      remote_id     TEXT,
      url           TEXT,
      error_kind    INTEGER,
      error         TEXT
    );
    CREATE INDEX delivery_open ON delivery(sequence) WHERE stage < 3;
    CREATE INDEX delivery_receipt ON delivery(remote_id) WHERE remote_id IS NOT NULL;
    CREATE TABLE account(
      name       TEXT PRIMARY KEY,
      facts      TEXT NOT NULL,
      learned_at INTEGER,
      not_before INTEGER
    ) WITHOUT ROWID;
  )sql"};
  return steps;
}

}  // namespace crier
