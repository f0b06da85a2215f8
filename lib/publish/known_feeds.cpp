#include "publish/known_feeds.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "config/values.h"
#include "publish/polling.h"

namespace crier {
namespace {

std::string key_of(const std::string& address) {
  std::string key = address_key(address);
  return key.empty() ? address : key;
}

FeedId id_name(const FeedState& state) {
  return state.ids_of.empty() ? state.id : FeedId{state.ids_of};
}

/// The first of "NAME", "NAME.2", "NAME.3" … that is not taken; feeds.toml allows none with a dot,
/// and a shell takes it for one word.
template <class Taken>
FeedId free_name(const FeedId& name, const Taken& is_taken) {
  FeedId free = name;
  for (int number = 2; is_taken(free); ++number)
    free.value = fmt::format("{}.{}", name.value, number);
  return free;
}

/// The states of the ledger by the addresses that they belong to.
class ByAddress {
 public:
  ByAddress(const Config& config, const FeedStates& states) : config_(config) {
    std::set<std::string> in_config;
    for (const FeedConfig& feed : config.feeds) in_config.insert(key_of(feed.url));
    for (const auto& [id, state] : states) {
      const std::string key = key_of(state.url);
      if (!key.empty()) states_[key].push_back(&state);
      // Whoever puts the new address of a feed into feeds.toml may give it a new name, too.
      if (!state.moved_to.empty() && !in_config.contains(key))
        states_[key_of(state.moved_to)].push_back(&state);
    }
  }

  /// Of several, from before a feed kept its state under a new name, the one that was read last.
  [[nodiscard]] const FeedState* at_address_of(const FeedConfig& feed) const {
    const auto found = states_.find(key_of(feed.url));
    if (found == states_.end()) return nullptr;
    // Two feeds may be at one address: one that another feed is called by is that one's.
    return *std::ranges::max_element(found->second, {}, [&](const FeedState* state) {
      const bool is_free = state->id == feed.id || config_.feed(state->id) == nullptr;
      return std::make_tuple(is_free, state->read_on, state->id == feed.id);
    });
  }

 private:
  const Config& config_;
  std::map<std::string, std::vector<const FeedState*>> states_;
};

/// Says whether every feed has the name and the address that the ledger knows: the usual case.
bool is_as_before(const Config& config, const FeedStates& states) {
  return states.size() == config.feeds.size() &&
         std::ranges::all_of(config.feeds, [&](const FeedConfig& feed) {
           const auto found = states.find(feed.id);
           return found != states.end() && found->second.url == feed.url;
         });
}

/// How much longer ago than another one a feed was read that is long gone.
constexpr std::chrono::hours long_gone{30 * 24};

/// Whether a feed keeps what is known under its name, though its address is that of a feed that
/// feeds.toml has no more: its website has moved to an address that was tried under that name. Only
/// its own memory has what was posted; and behind a new address most of a feed is held, not posted.
/// Not where another feed had the name long ago, or where one that was here has it again.
bool keeps_its_own(const FeedConfig& feed, const FeedState& own, const FeedState& there) {
  const bool was_elsewhere = key_of(own.url) != key_of(feed.url) ||
                             (!own.found_at.empty() && own.found_at != place_of(feed.url));
  if (!was_elsewhere || !own.seeded_at) return false;
  return !own.read_on || !there.read_on || *there.read_on - *own.read_on < long_gone;
}

std::vector<FeedRename> find_renames(const Config& config, const FeedStates& states) {
  if (is_as_before(config, states)) return {};
  const ByAddress known(config, states);
  std::map<FeedId, FeedId> called;  // in the ledger, and then in feeds.toml
  std::set<FeedId> stays;
  for (const FeedConfig& feed : config.feeds) {
    const FeedState* state = known.at_address_of(feed);
    if (state == nullptr) continue;
    if (state->id == feed.id) {
      stays.insert(feed.id);
    } else {
      called.emplace(state->id, feed.id);
    }
  }
  std::erase_if(called, [&](const auto& rename) {
    const auto& [from, to] = rename;
    const auto own = states.find(to);
    return stays.contains(from) ||
           (own != states.end() && !called.contains(to) && config.feed(from) == nullptr &&
            keeps_its_own(*config.feed(to), own->second, states.at(from)));
  });
  std::vector<FeedRename> renames;
  for (const auto& [from, to] : called) {
    renames.push_back({from, to});
    // One that has that name now, and whose address is in feeds.toml no more.
    if (states.contains(to) && !called.contains(to)) {
      renames.push_back({to, free_name({to.value + ".before"},
                                       [&](const FeedId& name) { return states.contains(name); })});
    }
  }
  return renames;
}

}  // namespace

KnownFeeds::KnownFeeds(const Config& config, const Store& store) {
  FeedStates by_old_name;
  for (FeedState& state : store.feeds()) by_old_name.emplace(state.id, std::move(state));
  renames = find_renames(config, by_old_name);
  for (auto& [id, state] : by_old_name) {
    const auto rename = std::ranges::find(renames, id, &FeedRename::from);
    if (rename != renames.end()) {
      state.ids_of = id_name(state).value;
      state.id = rename->to;
    }
    states.emplace(state.id, std::move(state));
  }
}

void KnownFeeds::write(Store& store, SysTime now) {
  if (!renames.empty()) store.put({.renames = renames}, now);
  is_written_ = true;
}

FeedId KnownFeeds::in_ledger(const FeedId& feed) const {
  const auto rename = std::ranges::find(renames, feed, &FeedRename::to);
  return is_written_ || rename == renames.end() ? feed : rename->from;
}

FeedId KnownFeeds::in_config(const FeedId& feed) const {
  const auto rename = std::ranges::find(renames, feed, &FeedRename::from);
  return is_written_ || rename == renames.end() ? feed : rename->to;
}

SysTime KnownFeeds::since(const FeedId& feed, SysTime now) const {
  const auto state = states.find(feed);
  if (state == states.end()) return now;
  const SysTime seeded = state->second.seeded_at.value_or(now);
  return std::min({now, seeded, state->second.empty_at.value_or(seeded)});
}

std::string KnownFeeds::notice(const FeedId& feed) const {
  const auto rename = std::ranges::find(renames, feed, &FeedRename::to);
  if (rename == renames.end()) return {};
  if (!is_name(feed.value)) {
    return fmt::format(
        "this was [feeds.{}], until another feed got that name: what waits of it is here",
        rename->from.value);
  }
  return fmt::format(
      "this address was [feeds.{}] before: it goes on where it was, under its new name",
      rename->from.value);
}

FeedId id_name_of(const FeedId& feed, const FeedStates& states) {
  if (const auto found = states.find(feed); found != states.end()) return id_name(found->second);
  return free_name(feed, [&](const FeedId& name) {
    return std::ranges::any_of(states,
                               [&](const auto& entry) { return id_name(entry.second) == name; });
  });
}

std::string note_accounts(FeedState& state, const FeedConfig& feed) {
  std::string all, added, options;
  for (const AccountId& account : feed.accounts) {
    all += account.value + ' ';
    const bool was_there =
        (' ' + state.accounts).find(' ' + account.value + ' ') != std::string::npos;
    if (was_there) continue;
    added += (added.empty() ? "" : ", ") + account.value;
    options += " --account " + account.value;
  }
  const bool is_first = state.accounts.empty() || !state.seeded_at;
  state.accounts = std::move(all);
  if (is_first || added.empty()) return {};
  return fmt::format(
      "goes to {} from now on, too: none of what came before; the newest of that, say, 5: crier "
      "publish --feed {}{} --backfill 5",
      added, feed.id.value, options);
}

}  // namespace crier
