#include "crier/status.h"

#include <nlohmann/json.hpp>

#include "core/url.h"
#include "core/utf8.h"
#include "crier/auth_parts.h"
#include "crier/exit_code.h"
#include "crier/findings_json.h"
#include "crier/json_line.h"
#include "crier/print.h"
#include "crier/reader.h"
#include "network/registry.h"
#include "publish/polling.h"
#include "publish/status.h"
#include "store/sqlite_store.h"

namespace crier {
namespace {

using Json = nlohmann::ordered_json;

Json time_or_null(const std::optional<SysTime>& time) {
  return time ? Json(to_iso8601(*time)) : Json(nullptr);
}

std::string title_of(const Delivery& delivery) { return shown_name(delivery); }

std::string waits(std::size_t posts) {
  return fmt::format("{} post{}", posts, posts == 1 ? " waits" : "s wait");
}

/// One line for a person about a feed; the worst first.
std::string describe_feed(const FeedStatus& feed, SysTime now) {
  if (!feed.state) return "not read yet";
  if (!feed.in_config) {
    return fmt::format(
        "NOT in feeds.toml any more: {0} for your decision: crier feed release {1} or "
        "crier feed adopt {1}",
        waits(feed.held), shell_word(feed.name.value));
  }
  const FeedState& state = *feed.state;
  std::string out;
  const auto add = [&out](const std::string& text) { out += (out.empty() ? "" : "; ") + text; };
  if (state.fuse_at) {
    add(fmt::format("HELD since {}: most of it looked new at once", for_reader(*state.fuse_at)));
    // By an earlier version, which left it so when each post was settled alone.
    if (feed.held == 0)
      add(fmt::format("nothing of it is held any more: crier feed release {} lets its news go out",
                      feed.name.value));
  }
  if (feed.held > 0) {
    add(fmt::format("{0} for your decision: crier feed release {1} or crier feed adopt {1}",
                    waits(feed.held), feed.name.value));
  }
  if (state.gone_at) {
    add(fmt::format("GONE since {}: not asked any more, until crier feed resume {}",
                    for_reader(*state.gone_at), feed.name.value));
  }
  if (state.failing_since) add("failing since " + for_reader(*state.failing_since));
  if (must_wait(state.not_before, now)) {
    add("its server asked for no request before " + for_reader(*state.not_before));
  } else if (must_wait(state.next_at, now)) {
    add("asked again after " + for_reader(*state.next_at));
  }
  if (!state.moved_to.empty()) {
    add(fmt::format("has moved for good: put {} into feeds.toml", url_setting(state.moved_to)));
  }
  if (feed.is_silent) add("SILENT for longer than expect_every");
  if (state.news_at) add("last new item " + for_reader(*state.news_at));
  if (!state.news_at && state.seeded_at) {
    add("nothing new since it was first read, " + for_reader(*state.seeded_at));
  }
  return out.empty() ? "not read yet" : out;
}

/// Whether anything of it waits for a sign-in, or will: what was planned before its feed named
/// another account in its place does.
bool needs_sign_in(const AccountStatus& account) {
  return account.has_feeds || account.waiting > 0;
}

std::string describe_account(const AccountStatus& account) {
  std::string out;
  const auto add = [&out](const std::string& text) { out += (out.empty() ? "" : "; ") + text; };
  if (!account.in_config)
    add("NOT in feeds.toml any more: put it back, or its posts wait for ever");
  if (account.in_config && !account.has_feeds) add("no feed names it");
  if (!account.sign_in_problem.empty())
    add((needs_sign_in(account) ? "SIGN-IN: " : "") + account.sign_in_problem);
  if (account.uncertain > 0) {
    add(fmt::format("{} in doubt: crier history --uncertain, then crier resolve",
                    account.uncertain));
  }
  if (account.waiting > 0) {
    add(fmt::format("{}, the oldest since {}", waits(account.waiting),
                    for_reader(*account.waiting_since)));
  }
  if (account.paused_until) {
    add("nothing is sent before " + for_reader(*account.paused_until) +
        ": its server asked for a pause, or a post is in doubt");
  }
  if (account.pace) {
    add(account.pace->why +
        (account.pace->until ? ", so the next goes out after " + for_reader(*account.pace->until)
                             : std::string()));
  }
  if (const auto& money = account.spending; money && (money->spent > 0 || money->budget.monthly)) {
    add(fmt::format("about {}{} spent this month", dollars(money->spent),
                    money->budget.monthly ? " of " + dollars(*money->budget.monthly) : ""));
  }
  if (account.over_budget > 0) {
    add(fmt::format("{} for the month's budget, until {}", waits(account.over_budget),
                    day_for_reader(account.spending->month.to)));
  }
  if (account.refused > 0) {
    add(fmt::format("{} refused in the last week: crier history shows why", account.refused));
  }
  return out.empty() ? "nothing waits" : out;
}

void print_status(const StatusReport& report, SysTime now) {
  std::size_t width = 4;
  for (const FeedStatus& feed : report.feeds) width = std::max(width, feed.name.value.size());
  for (const AccountStatus& account : report.accounts)
    width = std::max(width, account.name.value.size());
  fmt::print("FEEDS\n");
  for (const FeedStatus& feed : report.feeds)
    fmt::print("  {:<{}}  {}\n", feed.name.value, width, for_reader(describe_feed(feed, now)));
  fmt::print("ACCOUNTS\n");
  for (const AccountStatus& account : report.accounts)
    fmt::print("  {:<{}}  {}\n", account.name.value, width, for_reader(describe_account(account)));
  const auto list = [](const char* head, const std::vector<Delivery>& deliveries) {
    if (deliveries.empty()) return;
    constexpr std::size_t most_shown = 20;
    fmt::print("{}\n", worded(head));
    std::string reason;
    for (std::size_t i = 0; i < deliveries.size() && i < most_shown; ++i) {
      const Delivery& delivery = deliveries[i];
      fmt::print("  {}  {} to {}: {}\n", delivery.id.value.substr(0, 8), delivery.feed.value,
                 delivery.account.value, title_of(delivery));
      const std::string why = delivery.error ? delivery.error->message : std::string();
      if (!why.empty() && why != reason) fmt::print("      {}\n", for_reader(why));
      reason = why;
    }
    if (deliveries.size() > most_shown) {
      fmt::print("  and {} more: {} lists them all\n", deliveries.size() - most_shown,
                 for_reader("crier status --json"));
    }
  };
  list("HELD FOR YOUR DECISION", report.held);
  list("IN DOUBT", report.uncertain);
  list("TRIED, AND TRIED AGAIN IN LATER RUNS", report.delayed);
  list(
      "WAITED FOR LONGER THAN stale_after: refused once a server confirms the clock, or by\n"
      "  crier resolve NUMBER --not-posted; crier resolve NUMBER --retry posts it",
      report.stale);
}

Json list_of(const std::vector<Delivery>& deliveries) {
  Json list = Json::array();
  for (const Delivery& delivery : deliveries) {
    list.push_back({{"id", delivery.id.value},
                    {"feed", delivery.feed.value},
                    {"account", delivery.account.value},
                    {"title", delivery.item_title.empty() ? delivery.item_id : delivery.item_title},
                    {"reason", delivery.error ? Json(delivery.error->message) : Json(nullptr)}});
  }
  return list;
}

/// Amounts are in dollars; null for an account that pays nothing.
Json json_of(const AccountStatus& account) {
  if (!account.spending) return nullptr;
  const Spending& money = *account.spending;
  const auto amount = [](std::int64_t millionths) { return static_cast<double>(millionths) / 1e6; };
  return {{"spent_this_month", amount(money.spent)},
          {"monthly_budget",
           money.budget.monthly ? Json(amount(*money.budget.monthly)) : Json(nullptr)},
          {"waiting", account.over_budget},
          {"month_ends", to_iso8601(money.month.to)}};
}

Json json_of(const StatusReport& report, SysTime now) {
  Json feeds = Json::array();
  for (const FeedStatus& feed : report.feeds) {
    const FeedState state = feed.state.value_or(FeedState{});
    const bool waits = must_wait(state.not_before, now) || must_wait(state.next_at, now);
    feeds.push_back(
        {{"name", feed.name.value},
         {"known", feed.state.has_value()},
         {"in_config", feed.in_config},
         {"held", feed.held},
         {"fuse_at", time_or_null(state.fuse_at)},
         {"gone_at", time_or_null(state.gone_at)},
         {"failing_since", time_or_null(state.failing_since)},
         {"not_before",
          waits ? time_or_null(std::max(state.not_before, state.next_at)) : Json(nullptr)},
         {"moved_to", state.moved_to.empty() ? Json(nullptr) : Json(loggable(state.moved_to))},
         {"silent", feed.is_silent},
         {"last_new", time_or_null(state.news_at)},
         {"needs_person", feed.needs_person}});
  }
  Json accounts = Json::array();
  for (const AccountStatus& account : report.accounts) {
    accounts.push_back(
        {{"name", account.name.value},
         {"in_config", account.in_config},
         {"has_feeds", account.has_feeds},
         {"waiting", account.waiting},
         {"waiting_since", time_or_null(account.waiting_since)},
         {"uncertain", account.uncertain},
         {"refused_lately", account.refused},
         {"sign_in_problem",
          account.sign_in_problem.empty() ? Json(nullptr) : Json(account.sign_in_problem)},
         {"paused_until", time_or_null(account.paused_until)},
         {"pace", account.pace ? Json(account.pace->why) : Json(nullptr)},
         {"pace_until", account.pace ? time_or_null(account.pace->until) : Json(nullptr)},
         {"spending", json_of(account)},
         {"needs_person", account.needs_person}});
  }
  return {{"needs_person", report.needs_person()},
          {"findings", findings_json(report.findings)},
          {"feeds", std::move(feeds)},
          {"accounts", std::move(accounts)},
          {"held", list_of(report.held)},
          {"uncertain", list_of(report.uncertain)},
          {"delayed", list_of(report.delayed)},
          {"stale", list_of(report.stale)}};
}

/// Whether there is a sign-in on this machine. Whether the server still takes it, `crier check`
/// asks.
std::optional<Error> why_signed_out(const Account& account, World& world) {
  if (find_network(account.network)->traits().sign_in == SignIn::none) return std::nullopt;
  const auto known = world.tokens().load(account.id);
  return known ? std::nullopt : std::optional(known.error());
}

void look_at_sign_in(AccountStatus& status, const Config& config, World& world) {
  const Account* account = config.account(status.name);
  const auto why = account != nullptr ? why_signed_out(*account, world) : std::nullopt;
  if (!why) return;
  status.sign_in_problem = why->message;
  status.needs_person = status.needs_person || has_feeds(config, status.name);
}

}  // namespace

int run_status(const CommandLine& line, const Config& config, World& world) {
  const SqliteStore store(config.state, SqliteStore::Access::read);
  if (store.is_new()) {
    fmt::print(stderr, "crier: there is no ledger yet at {}\n", shown_path(config.state.string()));
  }
  const SysTime now = world.clock().now();
  StatusReport report = take_status(config, store, now, find_network, [&](const Account& account) {
    return why_signed_out(account, world);
  });
  for (AccountStatus& status : report.accounts) look_at_sign_in(status, config, world);
  if (line.json) {
    fmt::print("{}\n", json_line(json_of(report, now)));
  } else {
    print_status(report, now);
  }
  return report.needs_person() ? exit_code::needs_person : exit_code::ok;
}

}  // namespace crier
