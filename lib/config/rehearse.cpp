#include "config/rehearse.h"

#include <algorithm>
#include <sstream>
#include <vector>

#include "config/read.h"
#include "config/syntax.h"
#include "core/url.h"
#include "core/utf8.h"

namespace crier {
namespace {

std::string whole_path(const std::filesystem::path& folder, std::string_view path) {
  return (folder / path).lexically_normal().string();
}

void make_whole(toml::table& table, std::string_view key, const ConfigFolders& folders) {
  const auto value = table[key].value<std::string>();
  if (!value) return;
  const auto places = places_of(*value, folders);
  const auto found = std::ranges::find_if(places, [](const std::filesystem::path& place) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(place, ignored);
  });
  table.insert_or_assign(key, (found == places.end() ? places.front() : *found).string());
}

void redirect(toml::table& account, const StandIn& stand_in, const NetworkSchema& schema,
              const ConfigFolders& folders) {
  for (const Setting& setting : schema.settings) {
    if (setting.is_file) make_whole(account, setting.key, folders);
    if (setting.key == "plc_directory" && !stand_in.origin.empty()) {
      account.insert_or_assign(setting.key, stand_in.origin);
    }
    if (setting.key == "path" && !stand_in.path.empty()) {
      account.insert_or_assign(setting.key, stand_in.path.string());
    }
  }
  if (schema.server != NetworkSchema::Server::none) {
    account.insert_or_assign("server", stand_in.origin);
  }
}

void redirect_accounts(toml::table& top, std::span<const NetworkSchema> networks,
                       const std::map<AccountId, StandIn>& stand_ins,
                       const ConfigFolders& folders) {
  toml::table* const accounts = top["accounts"].as_table();
  if (accounts == nullptr) return;
  std::vector<std::string> gone;
  for (auto&& [name, node] : *accounts) {
    const std::string id(name.str());
    toml::table* const account = node.as_table();
    const auto stand_in = stand_ins.find({id});
    const auto schema =
        account == nullptr
            ? networks.end()
            : std::ranges::find(networks, (*account)["network"].value_or(std::string()),
                                &NetworkSchema::network);
    if (stand_in == stand_ins.end() || schema == networks.end()) {
      gone.push_back(id);
    } else {
      redirect(*account, stand_in->second, *schema, folders);
    }
  }
  for (const std::string& name : gone) accounts->erase(name);
}

/// Leaves to each feed the accounts that are left, and no feed without any.
void keep_feeds(toml::table& top, const std::map<AccountId, StandIn>& stand_ins,
                const std::filesystem::path& folder) {
  toml::table* const feeds = top["feeds"].as_table();
  if (feeds == nullptr) return;
  std::vector<std::string> gone;
  for (auto&& [name, node] : *feeds) {
    toml::table* const feed = node.as_table();
    toml::array kept;
    if (feed != nullptr) {
      if (const toml::array* const accounts = (*feed)["accounts"].as_array()) {
        for (const toml::node& account : *accounts) {
          const auto id = account.value<std::string>();
          if (id && stand_ins.contains({*id})) kept.push_back(*id);
        }
      }
      const auto url = (*feed)["url"].value<std::string>();
      if (url && !is_http_url(trimmed(*url))) {
        feed->insert_or_assign("url", whole_path(folder, trimmed(*url)));
      }
    }
    if (kept.empty()) {
      gone.emplace_back(name.str());
    } else {
      feed->insert_or_assign("accounts", kept);
    }
  }
  for (const std::string& name : gone) feeds->erase(name);
}

}  // namespace

Result<std::string> write_rehearsal(std::string_view text, const RehearsedFile& real,
                                    std::span<const NetworkSchema> networks,
                                    const std::map<AccountId, StandIn>& stand_ins,
                                    const std::filesystem::path& ledger) {
  std::vector<ConfigProblem> problems;
  auto top = parse_toml(text, problems);
  if (!top) return fail(ErrorKind::invalid, "{}", trimmed(describe(problems, real.file)));
  const std::filesystem::path folder = real.file.parent_path();
  redirect_accounts(*top, networks, stand_ins, {folder, real.templates});
  keep_feeds(*top, stand_ins, folder);
  const toml::table* const feeds = (*top)["feeds"].as_table();
  if (feeds == nullptr || feeds->empty()) {
    return fail(ErrorKind::invalid,
                "there is nothing to rehearse: no feed has an account that crier has a stand-in "
                "for");
  }
  top->insert_or_assign("state", ledger.string());
  top->insert_or_assign("rehearsal", true);
  // A new ledger is what a rehearsal begins with, and its tokens open nothing.
  top->erase("require_ledger");
  top->erase("token_key");
  std::ostringstream out;
  out << rehearsal_mark << "Its accounts are at stand-ins that end with it.\n" << *top << "\n";
  return out.str();
}

}  // namespace crier
