#include "plan/pace.h"

#include <algorithm>

namespace crier {
namespace {

using std::chrono::hours;

/// When one more post fits under `limit` posts in `window`; nothing if it does now.
std::optional<SysTime> when_one_fits(const std::vector<SysTime>& posted, std::size_t limit,
                                     std::chrono::seconds window, SysTime now) {
  if (limit == 0 || posted.size() < limit) return std::nullopt;
  const SysTime leaves = posted[posted.size() - limit] + window;
  if (leaves <= now) return std::nullopt;
  return leaves;
}

std::string posts(std::size_t count) {
  return fmt::format("{} post{}", count, count == 1 ? "" : "s");
}

}  // namespace

std::optional<PaceWait> wait_for_pace(const PaceQuestion& question) {
  const Pace& limits = question.limits;
  const SysTime now = question.now;
  if (limits.per_run > 0 && question.in_this_run >= limits.per_run) {
    return PaceWait{std::nullopt, "at most " + posts(limits.per_run) + " a run"};
  }
  std::vector<SysTime> posted = question.posted;
  std::erase_if(posted, [now](SysTime at) { return at > now; });
  std::optional<PaceWait> longest;
  const auto consider = [&](const std::optional<SysTime>& until, const std::string& why) {
    if (until && (!longest || *until > *longest->until)) longest = PaceWait{until, why};
  };
  consider(when_one_fits(posted, limits.per_hour, hours{1}, now),
           "at most " + posts(limits.per_hour) + " an hour");
  consider(when_one_fits(posted, limits.per_day, hours{24}, now),
           "at most " + posts(limits.per_day) + " a day");
  if (!posted.empty() && limits.min_gap.count() > 0 && posted.back() + limits.min_gap > now) {
    consider(posted.back() + limits.min_gap,
             fmt::format("{} s between two posts", limits.min_gap.count()));
  }
  return longest;
}

bool is_stale(const Delivery& delivery, std::chrono::seconds stale_after, SysTime now) {
  const bool may_be_public = delivery.stage == Stage::publishing;
  return !may_be_public && now - delivery.planned_at >= stale_after;
}

}  // namespace crier
