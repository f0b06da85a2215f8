#include "crier/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <vector>

#include "config/values.h"
#include "core/utf8.h"
#include "store/store.h"

namespace crier {
namespace {

std::string unknown(std::string_view kind, std::string_view name, std::vector<std::string> known) {
  const auto meant = nearest(name, known);
  const std::string advice = meant           ? fmt::format("did you mean \"{}\"?", *meant)
                             : known.empty() ? "it has none"
                                             : "it has " + listed(known);
  return fmt::format("feeds.toml has no {} \"{}\": {}", kind, printable(name), advice);
}

bool is_in(const Store& ledger, const FeedId& feed) {
  const auto states = ledger.feeds();
  return std::ranges::find(states, feed, &FeedState::id) != states.end();
}

bool is_in(const Store& ledger, const AccountId& account) {
  return !ledger.history({{}, account, {}, {}, {}, 1}).empty();
}

}  // namespace

std::string unknown_feed(std::string_view name, const Config& config) {
  std::vector<std::string> known;
  for (const FeedConfig& feed : config.feeds) known.push_back(feed.id.value);
  return unknown("feed", name, std::move(known));
}

std::string unknown_account(std::string_view name, const Config& config) {
  std::vector<std::string> known;
  for (const Account& account : config.accounts) known.push_back(account.id.value);
  return unknown("account", name, std::move(known));
}

bool tell_unknown_names(const CommandLine& line, const Config& config, const Store* ledger) {
  bool is_any = false;
  const auto tell = [&is_any](const char* option, const std::string& name,
                              const std::string& what) {
    fmt::print(stderr, "crier: {} {}: {}\n", option, printable(name), what);
    is_any = true;
  };
  for (const std::string& name : line.feeds) {
    const bool is_known =
        config.feed({name}) != nullptr || (ledger != nullptr && is_in(*ledger, FeedId{name}));
    if (!is_known) tell("--feed", name, unknown_feed(name, config));
  }
  for (const std::string& name : line.accounts) {
    const bool is_known =
        config.account({name}) != nullptr || (ledger != nullptr && is_in(*ledger, AccountId{name}));
    if (!is_known) tell("--account", name, unknown_account(name, config));
  }
  return is_any;
}

}  // namespace crier
