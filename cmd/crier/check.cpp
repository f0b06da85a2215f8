#include "crier/check.h"

#include <unistd.h>

#include <cctype>
#include <cstdio>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "core/url.h"
#include "core/utf8.h"
#include "crier/auth_parts.h"
#include "crier/exit_code.h"
#include "crier/json_line.h"
#include "crier/print.h"
#include "crier/reader.h"
#include "http/account_state.h"
#include "network/registry.h"
#include "publish/account_session.h"
#include "publish/gather.h"
#include "store/sqlite_store.h"

namespace crier {
namespace {

struct Checked {
  std::string what;  ///< "feed jobs", "account town-hall"
  bool good = false;
  std::string says;
};

/// A word about a prefix that would run into what follows it; empty: all is well.
std::string prefix_remark(const FeedConfig& feed) {
  constexpr std::string_view joins = ":,.;!?|>)";
  if (feed.prefix.empty() || feed.text_template.find("{{prefix}}{{") == std::string::npos)
    return {};
  const char last = feed.prefix.back();
  const bool is_letter = std::isalnum(static_cast<unsigned char>(last)) != 0;
  if (!is_letter && joins.find(last) == std::string_view::npos) return {};
  return fmt::format(
      "; its prefix has no space at its end and would run into the title: write prefix = \"{} \"",
      feed.prefix);
}

/// Each feed is fetched whole, as if for the first time; nothing is written.
std::vector<Checked> check_feeds(const Config& config, World& world) {
  std::vector<const FeedConfig*> feeds;
  for (const FeedConfig& feed : config.feeds) feeds.push_back(&feed);
  const std::map<FeedId, FeedState> no_states;
  GatherQuestion question{config, feeds, no_states};
  question.explain = true;
  question.seen_on = [](const FeedId&, std::string_view) { return std::nullopt; };
  question.stop = stop_flag();
  std::vector<Checked> findings;
  for (const Gathered& gathered : gather(question, world.client(), world.clock(), world.random())) {
    Checked finding{"feed " + gathered.feed->id.value, !gathered.error, {}};
    if (gathered.error) {
      finding.says = gathered.error->message;
    } else {
      finding.says =
          fmt::format("{} item{}", gathered.fresh.total, gathered.fresh.total == 1 ? "" : "s");
      if (!gathered.moved_to.empty())
        finding.says += "; it has moved for good to " + loggable(gathered.moved_to);
      std::map<std::string, std::size_t> warnings;
      for (const Warning& warning : gathered.warnings) ++warnings[warning.message];
      for (const Warning& odd : gathered.fresh.odd_names) ++warnings[odd.message];
      for (const auto& [message, times] : warnings) {
        finding.says += "; " + message;
        if (times > 1) finding.says += fmt::format(" ({} times)", times);
      }
    }
    finding.says += prefix_remark(*gathered.feed);
    findings.push_back(std::move(finding));
  }
  return findings;
}

/// A server that is busy or broken says nothing about the sign-in.
std::string why_not_accepted(const Account& account, const Response& answer, SysTime now) {
  const auto error = classify(answer, now);
  const bool is_about_sign_in = !error || error->kind == ErrorKind::unauthorized ||
                                answer.status == 403 || answer.status == 422;
  if (!is_about_sign_in) return fmt::format("{}: {}", account.network, error->message);
  const std::string& server = account.server.empty() ? account.network : account.server;
  const std::string words = words_of(answer);
  if (is_state_of_account(words)) {
    return fmt::format("{} says of the account: {} ({}); {}", server, words, answer.status,
                       remedy_of_state);
  }
  return fmt::format("{} does not accept the sign-in (it answered {}{}{}): run crier auth login {}",
                     server, answer.status, words.empty() ? "" : ": ", words, account.id.value);
}

Checked check_sign_in(const Config& config, const Account& account, const Network& network,
                      World& world) {
  Checked finding{"account " + account.id.value, true, {}};
  AccountSession session(
      account, {world.tokens(), world.authorizer(), world.clock(), world.random(), world.client()});
  const auto credentials = session.credentials();
  if (!credentials) return {finding.what, false, credentials.error().message};
  const std::string who = (*credentials)->handle;
  // Who it is, is asked anew: only where to ask is known.
  AccountFacts facts;
  facts.values["service"] = (*credentials)->server;
  bool was_asked = false;
  for (Request& request : network.inquire(account, facts)) {
    const bool asks_who = request.sign;
    was_asked = was_asked || asks_who;
    const auto response = fetch(session, world.client(), std::move(request));
    if (!response) return {finding.what, false, response.error().message};
    if (asks_who && response->status != 200) {
      return {finding.what, false, why_not_accepted(account, *response, world.clock().now())};
    }
  }
  finding.says = "signed in" + (who.empty() ? std::string() : " as " + who);
  if (!was_asked) {
    finding.says = fmt::format(
        "sends to {}; whether it takes posts shows with the first one, for it cannot be asked",
        who);
  }
  for (const std::string& caution : network.cautions(account, world.clock().now())) {
    finding.says += "; " + caution;
  }
  const Account* twin = twin_of(config, world.tokens(), account, **credentials);
  if (twin != nullptr && has_feeds(config, account.id) && has_feeds(config, twin->id)) {
    finding.good = false;
    finding.says += fmt::format(
        ", and so is account {}: a feed that names both says everything there twice. Take one of "
        "the two out of feeds.toml",
        twin->id.value);
  }
  return finding;
}

Checked check_used_account(const Config& config, const Account& account, World& world) {
  const Network* network = find_network(account.network);
  if (network->traits().sign_in != SignIn::none)
    return check_sign_in(config, account, *network, world);
  const auto path = account.settings.find("path");
  if (path == account.settings.end())
    return {"account " + account.id.value, true, "needs no sign-in"};
  const std::filesystem::path file(path->second);
  std::error_code ignored;
  const bool exists = std::filesystem::exists(file, ignored);
  const bool good = ::access((exists ? file : file.parent_path()).c_str(), W_OK) == 0;
  return {"account " + account.id.value, good,
          good ? "writes to " + shown_path(path->second) : path->second + " cannot be written"};
}

/// One that no feed names keeps nothing back, whatever is wrong with it.
Checked check_account(const Config& config, const Account& account, World& world) {
  Checked finding = check_used_account(config, account, world);
  if (has_feeds(config, account.id)) return finding;
  return {finding.what, true, "no feed names it; " + finding.says};
}

/// As `publish` would find it.
Checked check_ledger(const Config& config) {
  const std::string path = shown_path(config.state.string());
  try {
    const SqliteStore store(config.state, SqliteStore::Access::read);
    if (!store.is_new()) return {"ledger", true, path};
    std::error_code ignored;
    if (!std::filesystem::is_directory(config.state.parent_path(), ignored)) {
      return {"ledger", false, config.state.parent_path().string() + ": there is no such folder"};
    }
    return {"ledger", !config.require_ledger, fmt::format("there is none yet at {}", path)};
  } catch (const StoreError& problem) {
    return {"ledger", false, problem.what()};
  }
}

}  // namespace

int run_check(const CommandLine& line, const FoundConfig& found, World& world) {
  std::vector<Checked> findings{{"config", true, found.config.file.string()}};
  findings.push_back(check_ledger(found.config));
  for (Checked& finding : check_feeds(found.config, world)) findings.push_back(std::move(finding));
  for (const Account& account : found.config.accounts)
    findings.push_back(check_account(found.config, account, world));
  if (!has_image_program()) {
    findings.push_back({"pictures", false,
                        "the program crier-image is not installed beside crier: posts go out "
                        "without pictures. In crier's folder, run sudo cmake --install "
                        "build/release"});
  }
  bool good = true;
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Checked& finding : findings) {
    good = good && finding.good;
    if (line.json) {
      list.push_back({{"what", finding.what}, {"ok", finding.good}, {"says", finding.says}});
    } else {
      fmt::print("{:<8}  {}: {}\n", finding.good ? "ok" : "PROBLEM", finding.what,
                 for_reader(finding.says));
    }
  }
  if (line.json) {
    const nlohmann::ordered_json all{{"ok", good}, {"checks", std::move(list)}};
    fmt::print("{}\n", json_line(all));
  }
  return good ? exit_code::ok : exit_code::needs_person;
}

}  // namespace crier
