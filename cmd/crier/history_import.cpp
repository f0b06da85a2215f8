#include <algorithm>
#include <cstdio>

#include "core/url.h"
#include "core/utf8.h"
#include "crier/exit_code.h"
#include "crier/history.h"
#include "crier/ledger_use.h"
#include "crier/names.h"
#include "crier/reader.h"
#include "feed/date.h"
#include "feed/identity.h"
#include "publish/feed_plan.h"
#include "publish/gather.h"
#include "publish/known_feeds.h"
#include "publish/read_source.h"
#include "store/foreign_state.h"

namespace crier {
namespace {

constexpr std::size_t most_bytes = 256U << 20;

/// Every name under which items with these ids, or these links, are known.
std::vector<std::string> names_of(const std::vector<std::string>& ids) {
  std::vector<std::string> names;
  names.reserve(ids.size());
  for (const std::string& id : ids) {
    for (std::string& name : names_of_id(id)) names.push_back(std::move(name));
  }
  return names;
}

/// "1,000,000 ids", "1 id".
std::string counted(std::size_t number, std::string_view one) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return fmt::format("{} {}{}", text, one, number == 1 ? "" : "s");
}

StateFormat format_of(const std::string& program) {
  const auto* found = std::ranges::find(foreign_programs, program, &StateFormatName::name);
  return found == foreign_programs.end() ? StateFormat::list : found->format;
}

FeedState state_of(const SqliteStore& store, const Config& config, const FeedConfig& feed) {
  const FeedStates known = KnownFeeds(config, store).states;
  if (const auto found = known.find(feed.id); found != known.end()) return found->second;
  FeedState state;
  state.id = feed.id;
  if (const FeedId ids_of = id_name_of(feed.id, known); ids_of != feed.id)
    state.ids_of = ids_of.value;
  state.url = feed.url;
  return state;
}

struct Known {
  std::vector<std::string> names;
  std::size_t items = 0;    ///< that stand for the names
  std::size_t undated = 0;  ///< of which nobody can tell
};

/// Where a program keeps a date and no ids: the items of the feed, as it is now, up to that date.
Result<Known> items_until(SysTime until, const FeedConfig& feed, const Config& config,
                          World& world) {
  const std::vector<const FeedConfig*> feeds{&feed};
  const std::map<FeedId, FeedState> none;
  constexpr std::size_t every_item = 1'000'000'000;
  const GatherQuestion question{config,
                                feeds,
                                none,
                                every_item,
                                false,
                                true,
                                [](const FeedId&, std::string_view) { return std::nullopt; },
                                {},
                                stop_flag()};
  std::vector<Gathered> gathered = gather(question, world.client(), world.clock(), world.random());
  if (gathered.front().error) return Failure(*gathered.front().error);
  Known known;
  for (const FreshItem& fresh : gathered.front().fresh.items) {
    const auto& date = fresh.item.updated ? fresh.item.updated : fresh.item.published;
    if (!date) ++known.undated;
    if (!date || *date > until) continue;
    ++known.items;
    known.names.insert(known.names.end(), fresh.identity.names.begin(), fresh.identity.names.end());
  }
  return known;
}

int commit(const Config& config, const FeedConfig& feed, std::vector<std::string> names,
           const World& world) {
  return write_ledger(config, {world.token_folder(), config.state}, world.clock().now(),
                      [&](SqliteStore& store) {
                        std::vector<FeedPlan> plans(1);
                        plans[0].state = state_of(store, config, feed);
                        plans[0].names = std::move(names);
                        store.put(batch_of(plans, store), world.clock().now());
                        return exit_code::ok;
                      });
}

int import_until(const std::string& text, const FeedConfig& feed, const Config& config,
                 World& world) {
  const auto until = parse_date(text);
  if (!until) {
    fmt::print(stderr, "crier: its date is none that crier can read; nothing was changed\n");
    return exit_code::usage;
  }
  auto known = items_until(*until, feed, config, world);
  if (!known) {
    fmt::print(stderr,
               "crier: {}\ncrier: the feed is needed to tell which of its items were "
               "announced before {}; nothing was changed\n",
               for_reader(known.error().message), for_reader(*until));
    return exit_code::needs_person;
  }
  if (known->names.empty()) {
    fmt::print(stderr, "crier: {} has no item dated {} or earlier; nothing was changed\n",
               feed.id.value, for_reader(*until));
    return exit_code::usage;
  }
  const int exit = commit(config, feed, std::move(known->names), world);
  if (exit != exit_code::ok) return exit;
  fmt::print("{}: {} dated {} or earlier, all known from now on\n", feed.id.value,
             counted(known->items, "item"), for_reader(*until));
  if (known->undated > 0) {
    fmt::print("{}: {} without a date: not known, since that program tells by dates alone\n",
               feed.id.value, counted(known->undated, "item"));
  }
  return exit_code::ok;
}

}  // namespace

int run_history_import(const CommandLine& line, const Config& config, World& world) {
  if (tell_unknown_names(line, config)) return exit_code::usage;
  const FeedConfig* feed = config.feed({line.feeds.front()});
  const std::string& source = line.sources.front();
  auto bytes = read_local(source, most_bytes);
  if (!bytes) {
    fmt::print(stderr, "crier: {}\n", bytes.error().message);
    return exit_code::usage;
  }
  auto state = read_foreign_state(*bytes, format_of(line.from),
                                  {line.as.empty() ? feed->id.value : line.as, feed->url});
  if (!state) {
    fmt::print(stderr, "crier: {}: {}; nothing was changed\n",
               source == "-" ? "standard input" : printable(source), state.error().message);
    return exit_code::usage;
  }
  bytes->clear();
  bytes->shrink_to_fit();
  const SysTime now = world.clock().now();
  const RunLock lock(config.state, now);
  if (!lock.held()) return tell_busy(lock, config, now, false, "this one does nothing");
  if (!state->until.empty()) return import_until(state->until, *feed, config, world);
  const std::size_t count = state->ids.size();
  const int exit = commit(config, *feed, names_of(state->ids), world);
  if (exit != exit_code::ok) return exit;
  fmt::print("{}: {} read, all known from now on\n", feed->id.value, counted(count, "id"));
  return exit_code::ok;
}

}  // namespace crier
