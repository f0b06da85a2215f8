#include <algorithm>
#include <array>
#include <cstdio>

#include "core/safe_text.h"
#include "crier/exit_code.h"
#include "crier/history.h"
#include "crier/names.h"
#include "crier/print.h"
#include "feed/date.h"
#include "store/sqlite_store.h"

namespace crier {
namespace {

/// "2026-03-02", or the same with a time. Other ways to write a date may mean another day.
std::optional<SysTime> read_since(const std::string& text) {
  constexpr std::string_view shape = "0000-00-00";
  if (text.size() < shape.size()) return std::nullopt;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const bool is_digit = text[i] >= '0' && text[i] <= '9';
    if (shape[i] == '0' ? !is_digit : text[i] != '-') return std::nullopt;
  }
  return parse_date(text);
}

void print_row(const Delivery& delivery) {
  const std::array cells{to_iso8601(delivery.planned_at),
                         delivery.settled_at ? to_iso8601(*delivery.settled_at) : std::string(),
                         delivery.feed.value,
                         delivery.account.value,
                         std::string(name_of(delivery.stage)),
                         delivery.item_id,
                         delivery.item_title,
                         delivery.item_link,
                         delivery.post.text,
                         delivery.url,
                         std::to_string(delivery.attempts),
                         delivery.error ? delivery.error->message : std::string()};
  std::string row;
  for (const std::string& each : cells) row += (row.empty() ? "" : ",") + csv_cell(each);
  fmt::print("{}\r\n", row);
}

void print_csv(const SqliteStore& store, const HistoryQuery& query) {
  // Without the mark U+FEFF, Excel takes UTF-8 for another charset.
  fmt::print(
      "\uFEFFplanned_at,settled_at,feed,account,stage,item_id,item_title,item_link,text,url,"
      "attempts,"
      "error\r\n");
  store.each(query, print_row);
}

void print_as_json(const SqliteStore& store, const HistoryQuery& query) {
  bool is_first = true;
  fmt::print("{{\"deliveries\":[");
  store.each(query, [&](const Delivery& delivery) {
    fmt::print("{}{}", is_first ? "" : ",", history_entry(delivery));
    is_first = false;
  });
  fmt::print("]}}\n");
}

}  // namespace

int run_history_export(const CommandLine& line, const Config& config) {
  HistoryQuery query;
  if (!line.feeds.empty()) query.feed = FeedId{line.feeds.front()};
  if (!line.accounts.empty()) query.account = AccountId{line.accounts.front()};
  if (!line.since.empty()) {
    query.since = read_since(line.since);
    if (!query.since) {
      fmt::print(stderr,
                 "crier: --since {}: write a day as 2026-03-02, or a time as "
                 "2026-03-02T09:00:00Z\n",
                 line.since);
      return exit_code::usage;
    }
  }
  const SqliteStore store(config.state, SqliteStore::Access::read);
  if (tell_unknown_names(line, config, &store)) return exit_code::usage;
  if (store.is_new())
    fmt::print(stderr, "crier: there is no ledger yet at {}\n", shown_path(config.state.string()));
  if (line.json) {
    print_as_json(store, query);
  } else {
    print_csv(store, query);
  }
  return exit_code::ok;
}

}  // namespace crier
