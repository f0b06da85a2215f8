#include "store/feed_row.h"

#include <array>
#include <string_view>

namespace crier {
namespace {

/// In the order in which they are read and written below.
constexpr std::array<std::string_view, 24> columns{
    "name",     "ids_of",     "url",           "moved_to", "redirects_to",  "redirects_since",
    "accounts", "found_at",   "items",         "etag",     "last_modified", "seeded_at",
    "empty_at", "shrunk_at",  "failing_since", "failures", "failure",       "not_before",
    "next_at",  "waits_from", "gone_at",       "read_on",  "news_at",       "fuse_at"};

std::string listed(std::string_view form) {
  std::string list;
  for (const std::string_view column : columns) {
    if (!list.empty()) list += ", ";
    list += fmt::format(fmt::runtime(form), column);
  }
  return list;
}

void rename_one(SQLite::Database& database, const std::string& from, const std::string& to) {
  for (const char* update :
       {"UPDATE feed SET ids_of = CASE ids_of WHEN '' THEN name ELSE ids_of END, name = ?2 "
        "WHERE name = ?1",
        "UPDATE delivery SET feed = ?2 WHERE feed = ?1"}) {
    SQLite::Statement statement(database, update);
    statement.bind(1, from);
    statement.bind(2, to);
    statement.exec();
  }
}

}  // namespace

std::string select_feeds() { return "SELECT " + listed("{}") + " FROM feed"; }

FeedState read_feed(SQLite::Statement& row) {
  FeedState state;
  int at = -1;
  const auto text = [&] { return to_text(row.getColumn(++at)); };
  const auto time = [&] { return optional_time(row.getColumn(++at)); };
  state.id = {text()};
  state.ids_of = text();
  state.url = text();
  state.moved_to = text();
  state.redirects_to = text();
  state.redirects_since = time();
  state.accounts = text();
  state.found_at = text();
  state.items = static_cast<std::size_t>(row.getColumn(++at).getInt64());
  state.etag = text();
  state.last_modified = text();
  state.seeded_at = time();
  state.empty_at = time();
  state.shrunk_at = time();
  state.failing_since = time();
  state.failures = row.getColumn(++at).getInt();
  if (const auto kind = row.getColumn(++at); !kind.isNull()) {
    state.failure = static_cast<ErrorKind>(kind.getInt());
  }
  state.not_before = time();
  state.next_at = time();
  state.waits_from = time();
  state.gone_at = time();
  state.read_on = time();
  state.news_at = time();
  state.fuse_at = time();
  return state;
}

void put_feed(Ledger& ledger, const FeedState& state) {
  static const std::string sql = [] {
    std::string marks;
    for (std::size_t i = 0; i < columns.size(); ++i) marks += i == 0 ? "?" : ",?";
    return fmt::format("INSERT INTO feed({}) VALUES({}) ON CONFLICT(name) DO UPDATE SET {}",
                       listed("{}"), marks, listed("{0} = excluded.{0}"));
  }();
  Prepared prepared = ledger.prepared(sql);
  SQLite::Statement& put = *prepared;
  int at = 0;
  const auto text = [&](const std::string& value) { put.bind(++at, value); };
  const auto time = [&](const std::optional<SysTime>& value) { bind(put, ++at, value); };
  text(state.id.value);
  text(state.ids_of);
  text(state.url);
  text(state.moved_to);
  text(state.redirects_to);
  time(state.redirects_since);
  text(state.accounts);
  text(state.found_at);
  put.bind(++at, static_cast<std::int64_t>(state.items));
  text(state.etag);
  text(state.last_modified);
  time(state.seeded_at);
  time(state.empty_at);
  time(state.shrunk_at);
  time(state.failing_since);
  put.bind(++at, state.failures);
  ++at;
  if (state.failure) put.bind(at, static_cast<int>(*state.failure));
  time(state.not_before);
  time(state.next_at);
  time(state.waits_from);
  time(state.gone_at);
  time(state.read_on);
  time(state.news_at);
  time(state.fuse_at);
  put.exec();
}

void rename_feeds(SQLite::Database& database, const std::vector<FeedRename>& renames) {
  // Two steps: of two that change their names, each would else find the other's still taken.
  const auto between = [](std::size_t i) { return fmt::format("being renamed {}", i); };
  for (std::size_t i = 0; i < renames.size(); ++i)
    rename_one(database, renames[i].from.value, between(i));
  for (std::size_t i = 0; i < renames.size(); ++i)
    rename_one(database, between(i), renames[i].to.value);
}

}  // namespace crier
