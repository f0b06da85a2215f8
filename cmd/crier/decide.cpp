#include "crier/decide.h"

#include <algorithm>
#include <functional>

#include "core/utf8.h"
#include "crier/exit_code.h"
#include "crier/ledger_use.h"
#include "crier/names.h"
#include "crier/print.h"
#include "crier/reader.h"
#include "crier/resolve.h"
#include "delivery/word.h"
#include "publish/decision.h"

namespace crier {
namespace {

std::string title_of(const Delivery& delivery) { return shown_name(delivery); }

/// Opens the ledger for a decision: nobody else may be at work with it.
int with_ledger(const Config& config, const World& world,
                const std::function<int(SqliteStore&)>& work) {
  if (!SqliteStore::exists(config.state)) {
    fmt::print(stderr, "crier: there is no ledger yet at {}: nothing waits for a decision\n",
               shown_path(config.state.string()));
    return exit_code::usage;
  }
  const SysTime now = world.clock().now();
  const RunLock lock(config.state, now);
  if (!lock.held()) return tell_busy(lock, config, now, false, "try again when it has ended");
  return write_ledger(config, {world.token_folder(), config.state}, now, work);
}

std::optional<FeedState> find_feed(const Store& store, const std::string& name) {
  for (FeedState& state : store.feeds()) {
    if (state.id.value == name) return std::move(state);
  }
  return std::nullopt;
}

int tell_unknown_feed(const std::string& name, const Config& config) {
  fmt::print(stderr, "crier: {}\n",
             config.feed({name}) != nullptr
                 ? fmt::format("the feed {} has not been read yet: nothing of it waits", name)
                 : unknown_feed(name, config));
  return exit_code::usage;
}

void decide(Store& store, const std::vector<Delivery>& about, const life::Event& event,
            SysTime now) {
  std::vector<Decision> decisions;
  decisions.reserve(about.size());
  for (const Delivery& delivery : about) decisions.push_back({delivery, event});
  store.put(batch_of(decisions, store), now);
}

Error left_out(const char* why) { return {ErrorKind::rejected, why}; }

std::string posts(std::size_t count) {
  return fmt::format("{} post{}", count, count == 1 ? "" : "s");
}

/// The one delivery whose id begins so; or a message, and nothing.
std::optional<Delivery> find_delivery(const Store& store, const std::string& prefix) {
  constexpr std::size_t shortest = 6;
  const bool is_id = prefix.size() >= shortest && std::ranges::all_of(prefix, [](char c) {
                       return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
                     });
  const std::vector<Delivery> found =
      is_id ? store.history({{}, {}, {}, {}, prefix, 2}) : std::vector<Delivery>();
  if (found.size() == 1) return found.front();
  fmt::print(
      stderr, "crier: {}\n",
      found.empty()
          ? for_reader(
                fmt::format("no post has the number {}: crier history --uncertain and crier "
                            "status show it before each post (at least {} of its characters)",
                            prefix, shortest))
          : fmt::format("several posts have numbers that begin with {}: give more of it", prefix));
  return std::nullopt;
}

/// "jobs to town-hall: Lifeguard: WHAT"
void tell_of(const Delivery& delivery, const std::string& what) {
  fmt::print("{} to {}: {}: {}\n", delivery.feed.value, delivery.account.value, title_of(delivery),
             what);
}

std::string way_back(const Delivery& delivery) {
  return fmt::format("(By mistake? {})", for_reader(fmt::format("crier resolve {} --undo",
                                                                delivery.id.value.substr(0, 8))));
}

int say_posted(Store& store, const Delivery& delivery, const std::string& url, const Config& config,
               SysTime now) {
  const auto receipt = receipt_for(delivery, url, config, store, now);
  if (!receipt) {
    fmt::print(stderr, "crier: --posted: {}\n", for_reader(receipt.error().message));
    return exit_code::usage;
  }
  decide(store, {delivery}, life::Found{*receipt, now, true}, now);
  tell_of(delivery,
          fmt::format("kept as posted, {} {}", printable(receipt->url), way_back(delivery)));
  return exit_code::ok;
}

int leave_out(Store& store, const Delivery& delivery, SysTime now) {
  decide(store, {delivery}, life::Dropped{left_out("left out: a person said so"), now}, now);
  tell_of(delivery, "left out for good " + way_back(delivery));
  return exit_code::ok;
}

/// What becomes of a post by itself from where it stands.
std::string fate_of(const Delivery& delivery) {
  switch (delivery.stage) {
    case Stage::held: return "it is held, and waits for your decision";
    case Stage::uncertain: return "it is in doubt, and waits for your decision";
    case Stage::publishing: return "it is in doubt, and the next run looks for it";
    case Stage::rejected: return "it was refused, and is not tried again";
    default: return "the next run posts it";
  }
}

int undo(Store& store, const Delivery& delivery, SysTime now) {
  if (!life::is_settled_by_word(delivery)) {
    const std::string where = delivery.url.empty() ? title_of(delivery) : printable(delivery.url);
    fmt::print(stderr,
               "crier: nobody has settled this one by hand, so there is nothing to take back: {}. "
               "Nothing was changed.\n",
               delivery.stage == Stage::published ? "it was posted, " + where : fate_of(delivery));
    return exit_code::usage;
  }
  const Delivery before = life::as_before(delivery);
  decide(store, {delivery}, life::Undone{}, now);
  tell_of(before, "as it was: " + fate_of(before));
  return exit_code::ok;
}

int retry(Store& store, const Delivery& delivery, SysTime now) {
  if (delivery.post.text.empty()) {
    fmt::print(stderr, "crier: there is no text to post: {}. Mend that, then {}\n",
               for_reader(delivery.error ? delivery.error->message : "it was never written"),
               for_reader("crier publish --backfill N --feed " + delivery.feed.value));
    return exit_code::usage;
  }
  decide(store, {delivery}, life::Retried{now}, now);
  fmt::print("{} to {}: {}: the next run posts it\n", delivery.feed.value, delivery.account.value,
             title_of(delivery));
  return exit_code::ok;
}

/// With the numbers that undo it one by one.
void tell_decided(const std::vector<Delivery>& held) {
  for (const Delivery& delivery : held) {
    fmt::print("  {}  to {}: {}\n", delivery.id.value.substr(0, 8), delivery.account.value,
               title_of(delivery));
  }
}

}  // namespace

int adopt_feed(const CommandLine& line, const Config& config, const World& world) {
  return with_ledger(config, world, [&](SqliteStore& store) {
    const std::string& name = line.feed;
    const auto state = find_feed(store, name);
    if (!state) return tell_unknown_feed(name, config);
    const std::vector<Delivery> held = held_of(store, {name});
    const SysTime now = world.clock().now();
    decide(store, held,
           life::Dropped{left_out("left out: a person said that it was said before"), now}, now);
    tell_decided(held);
    if (held.empty()) {
      fmt::print("{}: nothing was held\n", name);
    } else {
      fmt::print(
          "{}: {} left out for good; what comes after is posted again. (One of them was news "
          "after all? {})\n",
          name, posts(held.size()), for_reader("crier resolve NUMBER --retry"));
    }
    return exit_code::ok;
  });
}

int release_feed(const CommandLine& line, const Config& config, const World& world) {
  return with_ledger(config, world, [&](SqliteStore& store) {
    const std::string& name = line.feed;
    if (!find_feed(store, name)) return tell_unknown_feed(name, config);
    const std::vector<Delivery> held = held_of(store, {name});
    const SysTime now = world.clock().now();
    decide(store, held, life::Released{now}, now);
    tell_decided(held);
    if (held.empty()) {
      fmt::print("{}: nothing was held\n", name);
    } else {
      fmt::print(
          "{}: {} released; the next run begins to post, at the pace of each account. (One of them "
          "was said before? Until then: {})\n",
          name, posts(held.size()), for_reader("crier resolve NUMBER --not-posted"));
    }
    return exit_code::ok;
  });
}

int resume_feed(const CommandLine& line, const Config& config, const World& world) {
  return with_ledger(config, world, [&](SqliteStore& store) {
    auto state = find_feed(store, line.feed);
    if (!state) return tell_unknown_feed(line.feed, config);
    state->gone_at.reset();
    state->failing_since.reset();
    state->failures = 0;
    state->failure.reset();
    state->next_at.reset();
    if (!state->not_before) state->waits_from.reset();
    store.put({.feeds = {*state}}, world.clock().now());
    fmt::print("{}: the next run asks it again\n", line.feed);
    return exit_code::ok;
  });
}

int resolve_delivery(const CommandLine& line, const Config& config, const World& world) {
  const int answers = (line.posted.empty() ? 0 : 1) + (line.not_posted ? 1 : 0) +
                      (line.retry ? 1 : 0) + (line.undo ? 1 : 0);
  if (answers != 1) {
    fmt::print(
        stderr,
        "crier: say one of: --retry (post it), --not-posted (leave it out for good), of a post in "
        "doubt that you have seen on its account, --posted URL, or --undo (as it was before)\n");
    return exit_code::usage;
  }
  return with_ledger(config, world, [&](SqliteStore& store) {
    const auto delivery = find_delivery(store, line.delivery);
    if (!delivery) return exit_code::usage;
    if (line.undo) return undo(store, *delivery, world.clock().now());
    if (delivery->stage == Stage::published) {
      fmt::print(stderr, "crier: this was posted: {}. Nothing was changed.{}\n",
                 delivery->url.empty() ? shown_name(*delivery) : printable(delivery->url),
                 life::is_settled_by_word(*delivery) ? " " + way_back(*delivery) : std::string());
      return exit_code::usage;
    }
    const SysTime now = world.clock().now();
    if (!line.posted.empty()) return say_posted(store, *delivery, line.posted, config, now);
    return line.retry ? retry(store, *delivery, now) : leave_out(store, *delivery, now);
  });
}

}  // namespace crier
