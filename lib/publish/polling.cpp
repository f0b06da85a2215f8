#include "publish/polling.h"

#include <algorithm>

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

void note_move(FeedState& state, const std::string& moved_to) {
  if (moved_to.empty() || is_downgrade(address_of(state), moved_to)) return;
  if (moved_to == state.url) {
    state.moved_to.clear();
    return;
  }
  const auto parts = parse_url(state.url);
  if (parts && (!parts->user.empty() || !parts->password.empty())) return;
  state.moved_to = moved_to;
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
  const std::optional<SysTime> last = state.news_at ? state.news_at : state.seeded_at;
  if (!last || now - *last <= feed.expect_every) return std::nullopt;
  return last;
}

}  // namespace crier
