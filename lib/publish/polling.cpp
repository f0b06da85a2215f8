#include "publish/polling.h"

#include <algorithm>

#include "config/values.h"
#include "core/url.h"
#include "http/backoff.h"
#include "plan/pace.h"

namespace crier {
namespace {

using std::chrono::seconds;

/// What a clock wrote that was later set back is void: it could mean a wait without end.
bool is_void(const FeedState& state, SysTime now) {
  return state.waits_from && now < *state.waits_from;
}

std::optional<SysTime> still_waits(const FeedState& state, const std::optional<SysTime>& until,
                                   SysTime now) {
  if (is_void(state, now) || !must_wait(until, now)) return std::nullopt;
  return until;
}

/// How long the server was last left alone.
seconds last_wait(const FeedState& state) {
  if (!state.not_before || !state.waits_from) return seconds{0};
  return std::max<seconds>(*state.not_before - *state.waits_from, seconds{0});
}

/// A timer that comes a moment early is let through: else every other run would come to nothing.
void not_within_min_interval(FeedState& state, const PollingRules& rules) {
  if (rules.min_interval.count() == 0) return;
  const seconds moment = std::min(rules.min_interval / 20, seconds{30});
  const SysTime soonest = rules.began + rules.min_interval - moment;
  state.next_at = std::max(state.next_at.value_or(soonest), soonest);
}

bool has_password(std::string_view address) {
  const auto parts = parse_url(address);
  return parts && (!parts->user.empty() || !parts->password.empty());
}

void forget_waits(FeedState& state) {
  state.not_before.reset();
  state.next_at.reset();
  state.waits_from.reset();
}

}  // namespace

std::string host_of(std::string_view address) {
  const std::string origin = origin_of(address);
  const std::size_t scheme_end = origin.find("://");
  return scheme_end == std::string::npos ? std::string() : origin.substr(scheme_end + 3);
}

FeedState state_for(const FeedState& known, const FeedConfig& feed) {
  FeedState state = known;
  state.id = feed.id;
  if (state.url == feed.url) return state;
  state.url = feed.url;
  state.moved_to.clear();
  state.redirects_to.clear();
  state.redirects_since.reset();
  state.etag.clear();
  state.last_modified.clear();
  state.failing_since.reset();
  state.failures = 0;
  state.failure.reset();
  state.gone_at.reset();
  forget_waits(state);
  return state;
}

const std::string& address_of(const FeedState& state) {
  return state.moved_to.empty() ? state.url : state.moved_to;
}

HostWaits waiting_hosts(const std::map<FeedId, FeedState>& states, SysTime now) {
  HostWaits waits;
  for (const auto& [id, state] : states) {
    const auto until = still_waits(state, state.not_before, now);
    const std::string host = until ? host_of(address_of(state)) : std::string();
    if (host.empty()) continue;
    SysTime& latest = waits.try_emplace(host, *until).first->second;
    latest = std::max(latest, *until);
  }
  return waits;
}

std::optional<NotAsked> why_not_asked(const FeedState& state, const HostWaits& waits,
                                      const PollingRules& rules) {
  using Why = NotAsked::Why;
  if (state.gone_at) return NotAsked{Why::is_gone, *state.gone_at};
  const auto host = waits.find(host_of(address_of(state)));
  if (host != waits.end() && host->second > rules.began)
    return NotAsked{Why::host_waits, host->second};
  // A redirect may have led to the host that asked for it.
  if (const auto until = still_waits(state, state.not_before, rules.began))
    return NotAsked{Why::host_waits, *until};
  if (rules.ask_all) return std::nullopt;
  if (const auto until = still_waits(state, state.next_at, rules.began))
    return NotAsked{state.failures > 0 ? Why::backs_off : Why::is_fresh, *until};
  return std::nullopt;
}

void note_success(FeedState& state, seconds fresh_for, const PollingRules& rules) {
  state.failing_since.reset();
  state.failures = 0;
  state.failure.reset();
  forget_waits(state);
  if (fresh_for.count() > 0) state.next_at = rules.began + fresh_for;
  not_within_min_interval(state, rules);
  if (state.next_at) state.waits_from = rules.began;
}

void note_failure(FeedState& state, const Error& why, SysTime now, const PollingRules& rules,
                  Random& random) {
  // A clock that was set back must not make a failure young again, nor old.
  if (!state.failing_since || *state.failing_since > now) state.failing_since = now;
  constexpr int enough_to_count = 1000;
  state.failures = std::min(state.failures + 1, enough_to_count);
  state.failure = why.kind;
  const seconds last = last_wait(state);
  forget_waits(state);
  const bool may_ask_for_time =
      why.kind == ErrorKind::unavailable || why.kind == ErrorKind::throttled;
  if (may_ask_for_time && why.retry_after.value_or(seconds{0}).count() > 0) {
    state.not_before = now + std::min<seconds>(*why.retry_after, most_retry_after);
  } else if (why.kind == ErrorKind::throttled) {
    state.not_before = now + wait_after_refusal(last, random);
  } else if (const seconds wait = wait_after_failures(state.failures, random); wait.count() > 0) {
    state.next_at = now + wait;
  }
  not_within_min_interval(state, rules);
  if (state.not_before || state.next_at) state.waits_from = rules.began;
}

Move note_move(FeedState& state, const std::string& moved_to, SysTime now) {
  const auto forget_redirect = [&] {
    state.redirects_to.clear();
    state.redirects_since.reset();
  };
  const bool is_no_move = moved_to.empty() || moved_to == state.url ||
                          is_downgrade(address_of(state), moved_to) || has_password(state.url) ||
                          has_password(moved_to);
  if (is_no_move) {
    forget_redirect();
    if (moved_to == state.url) state.moved_to.clear();
    return Move::none;
  }
  const bool is_new = state.redirects_to != moved_to;
  if (!is_same_site(address_of(state), moved_to)) {
    // Since a clock that was ahead, it would wait for ever.
    if (is_new || !state.redirects_since || *state.redirects_since > now)
      state.redirects_since = now;
    state.redirects_to = moved_to;
    if (now - *state.redirects_since < redirect_patience)
      return is_new ? Move::followed : Move::none;
  }
  forget_redirect();
  if (state.moved_to == moved_to) return Move::none;
  state.moved_to = moved_to;
  return Move::kept;
}

std::string url_setting(const std::string& address) {
  std::string shown = loggable(address);
  // What stands behind the "?" may be a key: whoever may know it, knows it.
  if (shown.ends_with("?…")) return fmt::format("its new address ({})", shown);
  return fmt::format("url = \"{}\"", shown);
}

std::string describe(Move move, const std::string& from, const std::string& to) {
  switch (move) {
    case Move::none: return {};
    case Move::kept:
      return fmt::format(
          "has moved for good, by its server's word, and is asked at its new address "
          "from now on: put {} into feeds.toml",
          url_setting(to));
    case Move::followed:
      return fmt::format(
          "its server sends crier to another host, for good as it says. crier follows, "
          "and keeps that address when it has been the same for a week. If it is "
          "right, put {} into feeds.toml; if not, tell those who run {}",
          url_setting(to), host_of(from));
  }
  return {};
}

std::string place_of(const std::string& address) {
  const std::string key = address_key(address);
  return key.empty() ? address : key.substr(0, key.find('?'));
}

bool was_ever_read(const FeedState& state) { return state.seeded_at || state.empty_at; }

bool has_failed_for_long(const FeedState& state, SysTime now) {
  if (!state.failing_since) return false;
  const bool may_be_mistaken = !was_ever_read(state) && !state.not_before;
  return may_be_mistaken || now - *state.failing_since >= feed_patience;
}

bool note_items(FeedState& state, std::size_t items, bool was_mended, const std::string& place,
                SysTime now) {
  if (items == 0 && !was_ever_read(state)) state.empty_at = now;
  if (items > 0 && !state.seeded_at) state.seeded_at = now;
  if (items > 0) state.found_at = place;
  const bool is_used_to = state.shrunk_at && now - *state.shrunk_at >= few_items_patience;
  if (!was_mended || 2 * items >= state.items || is_used_to) {
    state.items = items;
    state.shrunk_at.reset();
    return false;
  }
  if (!state.shrunk_at || *state.shrunk_at > now) state.shrunk_at = now;
  return true;
}

bool is_same_site(std::string_view a, std::string_view b) {
  const auto bare = [](std::string_view address) {
    std::string host = host_of(address);
    return host.starts_with("www.") ? host.substr(4) : host;
  };
  return bare(a) == bare(b);
}

void forget_move(FeedState& state) {
  state.moved_to.clear();
  state.etag.clear();
  state.last_modified.clear();
}

bool is_downgrade(std::string_view from, std::string_view to) {
  return from.size() >= 8 && is_http_url(from) && (from[4] == 's' || from[4] == 'S') &&
         is_http_url(to) && to.size() >= 5 && to[4] == ':';
}

std::optional<SysTime> silent_since(const FeedState& state, const FeedConfig& feed, SysTime now) {
  if (feed.expect_every.count() == 0) return std::nullopt;
  std::optional<SysTime> last = state.news_at ? state.news_at : state.seeded_at;
  if (!last) last = state.empty_at;
  if (!last || now - *last <= feed.expect_every) return std::nullopt;
  return last;
}

}  // namespace crier
