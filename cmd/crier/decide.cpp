#include "crier/decide.h"

#include <algorithm>
#include <functional>

#include "core/url.h"
#include "core/utf8.h"
#include "crier/exit_code.h"
#include "crier/ledger_use.h"
#include "crier/names.h"
#include "crier/print.h"
#include "crier/reader.h"

namespace crier {
namespace {

std::string title_of(const Delivery& delivery) { return shown_name(delivery); }

/// Opens the ledger for a decision: nobody else may be at work with it.
int with_ledger(const Config& config, const World& world,
                const std::function<int(SqliteStore&)>& decide) {
  if (!SqliteStore::exists(config.state)) {
    fmt::print(stderr, "crier: there is no ledger yet at {}: nothing waits for a decision\n",
               shown_path(config.state.string()));
    return exit_code::usage;
  }
  const SysTime now = world.clock().now();
  const RunLock lock(config.state, now);
  if (!lock.held()) return tell_busy(lock, config, now, false, "try again when it has ended");
  return write_ledger(config, {world.token_folder(), config.state}, decide);
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

/// The last part of a post's address is what networks call it by.
std::string remote_id_of(const std::string& url) {
  const std::string path = url.substr(0, url.find_first_of("?#"));
  const auto slash = path.find_last_of('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

int say_posted(Store& store, const Delivery& delivery, const std::string& url, SysTime now) {
  if (!is_http_url(url) || !parse_url(url)) {
    fmt::print(stderr,
               "crier: --posted wants the address of the post, as your browser shows it: "
               "https://social.example.gov.uk/@council/1234\n");
    return exit_code::usage;
  }
  store.settle(delivery.id, Receipt{remote_id_of(url), url}, now);
  fmt::print("{} to {}: {}: kept as posted, {}\n", delivery.feed.value, delivery.account.value,
             title_of(delivery), printable(url));
  return exit_code::ok;
}

int retry(Store& store, const Delivery& delivery, SysTime now) {
  if (delivery.post.text.empty()) {
    fmt::print(stderr, "crier: there is no text to post: {}. Mend that, then {}\n",
               for_reader(delivery.error ? delivery.error->message : "it was never written"),
               for_reader("crier publish --backfill N --feed " + delivery.feed.value));
    return exit_code::usage;
  }
  store.reopen(delivery.id, now);
  fmt::print("{} to {}: {}: the next run posts it\n", delivery.feed.value, delivery.account.value,
             title_of(delivery));
  return exit_code::ok;
}

/// What a decision about a whole feed is about.
std::vector<Delivery> held_of(const SqliteStore& store, const std::string& feed) {
  constexpr std::size_t all = 1'000'000;
  return store.history({FeedId{feed}, {}, Stage::held, {}, {}, all});
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
    const std::vector<Delivery> held = held_of(store, name);
    const std::size_t count =
        store.adopt({name}, "left out: a person said that it was said before", world.clock().now());
    tell_decided(held);
    if (count == 0) {
      fmt::print("{}: nothing was held\n", name);
    } else {
      fmt::print(
          "{}: {} left out for good; what comes after is posted again. (One of them was news "
          "after all? {})\n",
          name, posts(count), for_reader("crier resolve NUMBER --retry"));
    }
    return exit_code::ok;
  });
}

int release_feed(const CommandLine& line, const Config& config, const World& world) {
  return with_ledger(config, world, [&](SqliteStore& store) {
    const std::string& name = line.feed;
    if (!find_feed(store, name)) return tell_unknown_feed(name, config);
    const std::vector<Delivery> held = held_of(store, name);
    const std::size_t count = store.release({name}, world.clock().now());
    tell_decided(held);
    if (count == 0) {
      fmt::print("{}: nothing was held\n", name);
    } else {
      fmt::print(
          "{}: {} released; the next run begins to post, at the pace of each account. (One of them "
          "was said before? Until then: {})\n",
          name, posts(count), for_reader("crier resolve NUMBER --not-posted"));
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
    store.commit_plan({{*state, {}, {}}}, world.clock().now());
    fmt::print("{}: the next run asks it again\n", line.feed);
    return exit_code::ok;
  });
}

int resolve_delivery(const CommandLine& line, const Config& config, const World& world) {
  const int answers =
      (line.posted.empty() ? 0 : 1) + (line.not_posted ? 1 : 0) + (line.retry ? 1 : 0);
  if (answers != 1) {
    fmt::print(
        stderr,
        "crier: say one of: --retry (post it), --not-posted (leave it out for good), or, of a "
        "post in doubt that you have seen on its account, --posted URL\n");
    return exit_code::usage;
  }
  return with_ledger(config, world, [&](SqliteStore& store) {
    const auto delivery = find_delivery(store, line.delivery);
    if (!delivery) return exit_code::usage;
    if (delivery->stage == Stage::published) {
      fmt::print(stderr, "crier: this was posted: {}. Nothing was changed.\n",
                 delivery->url.empty() ? shown_name(*delivery) : printable(delivery->url));
      return exit_code::usage;
    }
    if (!line.posted.empty()) return say_posted(store, *delivery, line.posted, world.clock().now());
    if (line.retry) return retry(store, *delivery, world.clock().now());
    store.drop(delivery->id, "left out: a person said so", world.clock().now());
    fmt::print("{} to {}: {}: left out for good\n", delivery->feed.value, delivery->account.value,
               title_of(*delivery));
    return exit_code::ok;
  });
}

}  // namespace crier
