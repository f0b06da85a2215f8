#include "store/migrations.h"

namespace crier {

const std::array<std::string_view, 6>& migrations() {
  // Times are seconds since 1970, UTC. `stage` is the number of model.h's Stage.
  static constexpr std::array<std::string_view, 6> steps{R"sql(
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
  )sql",
                                                         R"sql(
    ALTER TABLE feed ADD COLUMN moved_to TEXT NOT NULL DEFAULT '';
    ALTER TABLE feed ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE feed ADD COLUMN failure INTEGER;
    ALTER TABLE feed ADD COLUMN next_at INTEGER;
    ALTER TABLE feed ADD COLUMN waits_from INTEGER;
    ALTER TABLE feed ADD COLUMN gone_at INTEGER;
    ALTER TABLE feed ADD COLUMN read_on INTEGER;
    ALTER TABLE feed ADD COLUMN news_at INTEGER;
    ALTER TABLE feed ADD COLUMN fuse_at INTEGER;
    -- A 64-bit hash of the post's text, so that no words go out twice unasked.
    ALTER TABLE delivery ADD COLUMN text_key INTEGER;
    CREATE INDEX delivery_text ON delivery(account, text_key) WHERE text_key IS NOT NULL;
    -- What waits for a person: few rows, asked for in every run.
    CREATE INDEX delivery_attention ON delivery(stage, feed) WHERE stage IN (5, 6);
    -- How fast an account speaks.
    CREATE INDEX delivery_pace ON delivery(account, sent_at) WHERE sent_at IS NOT NULL;
  )sql",
                                                         R"sql(
    -- What a post has cost, in millionths. Apart from `delivery`, so that it stays when that is
    -- forgotten or tried anew.
    CREATE TABLE spending(
      delivery   TEXT PRIMARY KEY,
      account    TEXT NOT NULL,
      at         INTEGER NOT NULL,
      millionths INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX spending_account ON spending(account, at);
  )sql",
                                                         R"sql(
    ALTER TABLE feed ADD COLUMN ids_of TEXT NOT NULL DEFAULT '';
    ALTER TABLE feed ADD COLUMN redirects_to TEXT NOT NULL DEFAULT '';
    ALTER TABLE feed ADD COLUMN redirects_since INTEGER;
    ALTER TABLE feed ADD COLUMN found_at TEXT NOT NULL DEFAULT '';
    ALTER TABLE feed ADD COLUMN items INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE feed ADD COLUMN shrunk_at INTEGER;
    ALTER TABLE feed ADD COLUMN empty_at INTEGER;
  )sql",
                                                         R"sql(
    -- One row: which ledger this is, and how many transactions have changed it.
    CREATE TABLE ledger(
      id     TEXT NOT NULL,
      writes INTEGER NOT NULL
    );
    INSERT INTO ledger(id, writes) VALUES(lower(hex(randomblob(8))), 0);
  )sql",
                                                         R"sql(
    -- When a person was last told how a delivery stands. Refusals were told when they happened.
    ALTER TABLE delivery ADD COLUMN told_at INTEGER;
    UPDATE delivery SET told_at = settled_at WHERE stage = 4;
    CREATE INDEX delivery_untold ON delivery(sequence) WHERE stage = 4 AND told_at IS NULL;
    -- The same of what no delivery stands for: a feed, an account.
    CREATE TABLE told(
      what TEXT PRIMARY KEY,
      at   INTEGER NOT NULL
    ) WITHOUT ROWID;
    -- 1: an account's server asked for its pause; 0: one of its posts is in doubt.
    ALTER TABLE account ADD COLUMN by_server INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE feed ADD COLUMN accounts TEXT NOT NULL DEFAULT '';
  )sql"};
  return steps;
}

}  // namespace crier
