#include "delivery/gates.h"

#include <algorithm>
#include <array>

namespace crier {
namespace {

struct Case {
  const Delivery& delivery;
  const Standing& standing;
  bool is_urgent;
  SysTime now;
};

Wait wait(std::string why, std::optional<SysTime> until = std::nullopt) {
  return {Gate::own_wait, std::move(why), until, false};
}

Verdict in_config(const Case& of) {
  if (of.standing.account != nullptr) return Go{};
  return wait("its account is no longer in feeds.toml");
}

Verdict stale(const Case& of) {
  if (!is_stale(of.delivery, of.standing.feed, of.now)) return Go{};
  if (of.standing.clock_is_confirmed) return Refuse{};
  return wait(fmt::format(
      "it has waited for longer than stale_after, by a clock that no server has confirmed in this "
      "run: it is neither posted nor refused until one does. Or say it yourself: crier resolve {0} "
      "--retry posts it, crier resolve {0} --not-posted leaves it out",
      of.delivery.id.value.substr(0, 8)));
}

Verdict own_wait(const Case& of) {
  if (!must_wait(of.delivery.not_before, of.now)) return Go{};
  return wait(of.delivery.error ? of.delivery.error->message : "its last try came to nothing",
              of.delivery.not_before);
}

Verdict server_pause(const Case& of) {
  if (!must_wait(of.standing.server_pause, of.now)) return Go{};
  return wait(fmt::format("posts wait until {}: its server asked for a pause",
                          to_iso8601(*of.standing.server_pause)),
              of.standing.server_pause);
}

Verdict quota(const Case& of) {
  const auto& quota = of.standing.quota;
  if (!quota || !must_wait(quota->until, of.now)) return Go{};
  const std::size_t kept = of.is_urgent ? 0 : of.standing.account->urgent_reserve;
  if (quota->left > kept) return Go{};
  const std::string day = to_iso8601(quota->until);
  if (quota->left == 0) {
    return wait(fmt::format("its server's limit of requests is used up; posts wait until {}", day),
                quota->until);
  }
  return wait(fmt::format("its server takes {} more request{} until {}, and they are kept for what "
                          "is urgent",
                          quota->left, quota->left == 1 ? "" : "s", day),
              quota->until);
}

Verdict neighbour(const Case& of) {
  if (!must_wait(of.standing.neighbour, of.now)) return Go{};
  return wait(fmt::format("posts wait until {}: one of them is in doubt",
                          to_iso8601(*of.standing.neighbour)),
              of.standing.neighbour);
}

Verdict budget(const Case& of) {
  auto closed = wait_for_budget(BudgetQuestion{of.standing.budget, of.standing.spent,
                                               of.standing.price, of.is_urgent, of.now});
  if (!closed) return Go{};
  const auto patience =
      of.standing.feed != nullptr ? of.standing.feed->stale_after : FeedConfig{}.stale_after;
  const SysTime refused_at = of.delivery.planned_at + patience;
  if (closed->until && refused_at < *closed->until) {
    closed->why += fmt::format(
        ". By then it has waited for longer than stale_after: unless the budget is raised, it is "
        "refused on {}",
        to_iso8601(refused_at).substr(0, 10));
  }
  return wait(std::move(closed->why), closed->until);
}

Verdict pace(const Case& of) {
  const auto closed =
      wait_for_pace({of.standing.account->pace, of.standing.posted, of.standing.in_run, of.now});
  if (!closed) return Go{};
  return wait(closed->why, closed->until);
}

Verdict feed_limit(const Case& of) {
  const std::size_t limit = of.standing.feed != nullptr ? of.standing.feed->max_per_run : 0;
  if (limit == 0 || of.standing.of_feed_in_run < limit) return Go{};
  return wait(fmt::format("at most {} of this feed in one run (max_per_run)", limit));
}

Verdict page(const Case& of) {
  if (of.standing.page.empty()) return Go{};
  return wait(of.standing.page);
}

struct Row {
  Gate gate;
  std::string_view name;
  Verdict (*ask)(const Case& of);
  bool is_of_account;  ///< where it is shut, all of the account wait
  bool urgent_passes;
  bool in_doubt_passes;  ///< what may be public already
};

constexpr std::array<Row, 10> table{{
    {Gate::stale, "news still", stale, false, false, true},
    {Gate::in_config, "in feeds.toml", in_config, false, false, false},
    {Gate::own_wait, "its own wait is over", own_wait, false, false, false},
    {Gate::quota, "requests left", quota, true, false, false},
    {Gate::server_pause, "no pause asked for", server_pause, true, false, false},
    {Gate::neighbour, "no neighbour in doubt", neighbour, true, true, true},
    {Gate::budget, "within the budget", budget, false, false, true},
    {Gate::pace, "within the pace", pace, true, true, true},
    {Gate::feed_limit, "within max_per_run", feed_limit, false, true, true},
    {Gate::page, "its page is there", page, false, false, true},
}};

const Row& row_of(Gate gate) { return table.at(static_cast<std::size_t>(gate)); }

}  // namespace

Verdict may_go(const Delivery& delivery, const Standing& standing, SysTime now) {
  const bool is_urgent = standing.feed != nullptr && standing.feed->urgent;
  const bool is_in_doubt = delivery.stage == Stage::publishing;
  const Case of{delivery, standing, is_urgent, now};
  for (const Row& row : table) {
    if ((is_urgent && row.urgent_passes) || (is_in_doubt && row.in_doubt_passes)) continue;
    Verdict verdict = row.ask(of);
    if (auto* waits = std::get_if<Wait>(&verdict)) {
      waits->gate = row.gate;
      waits->is_of_account = row.is_of_account;
    }
    if (!std::holds_alternative<Go>(verdict)) return verdict;
  }
  return Go{};
}

std::string_view name_of(Gate gate) { return row_of(gate).name; }
bool urgent_passes(Gate gate) { return row_of(gate).urgent_passes; }

bool is_stale(const Delivery& delivery, const FeedConfig* feed, SysTime now) {
  return is_stale(delivery, feed != nullptr ? feed->stale_after : FeedConfig{}.stale_after, now);
}

void put_in_order(std::vector<Delivery>& open, const Config& config) {
  const auto rank = [&](const Delivery& delivery) {
    const FeedConfig* feed = config.feed(delivery.feed);
    const bool is_urgent = feed != nullptr && feed->urgent;
    const bool is_in_doubt = delivery.stage == Stage::publishing;
    return (is_urgent ? 0 : 2) + (is_in_doubt ? 0 : 1);
  };
  std::ranges::stable_sort(open, {}, rank);
}

}  // namespace crier
