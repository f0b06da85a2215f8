#include "publish/deliver.h"

#include <algorithm>
#include <memory>

#include "publish/lane.h"

namespace crier {
namespace {

using std::chrono::milliseconds;

using Lanes = std::map<AccountId, std::unique_ptr<Lane>>;

Lanes make_lanes(std::vector<Delivery> due, Turns& turns, const DeliveryWorld& world,
                 DeliveryReport& report) {
  Lanes lanes;
  for (std::size_t index = 0; index < due.size(); ++index) {
    Delivery& delivery = due[index];
    const Account* account = world.config.account(delivery.account);
    const Network* network = account != nullptr ? world.network(account->network) : nullptr;
    if (network == nullptr) {
      report.deliveries[index] = {std::move(delivery), std::nullopt,
                                  "its account is no longer in feeds.toml"};
      continue;
    }
    auto& lane = lanes[delivery.account];
    if (!lane) lane = std::make_unique<Lane>(*account, *network, turns, world);
    lane->add(index, std::move(delivery));
  }
  return lanes;
}

/// How long the loop may sleep: until the next lane wakes, and never past a moment at which a
/// signal is seen.
milliseconds time_to_wait(const Lanes& lanes, const Clock& clock) {
  milliseconds wait{250};
  for (const auto& [account, lane] : lanes) {
    if (lane->is_done() || !lane->wakes_at()) continue;
    const auto left = std::chrono::ceil<milliseconds>(*lane->wakes_at() - clock.ticks());
    wait = std::clamp(left, milliseconds{0}, wait);
  }
  return wait;
}

/// What a person who watches would wonder about: shorter waits are over before they are read.
DeliveryProgress progress_of(const Lanes& lanes, std::size_t without_a_lane) {
  constexpr std::chrono::seconds a_moment{2};
  DeliveryProgress progress{without_a_lane, std::nullopt};
  for (const auto& [account, lane] : lanes) {
    progress.settled += lane->settled();
    const auto wait = lane->waits_for();
    if (!wait || wait->time < a_moment) continue;
    if (!progress.longest || progress.longest->time < wait->time) progress.longest = wait;
  }
  return progress;
}

bool all_done(const Lanes& lanes, StopFlag stop) {
  return std::all_of(lanes.begin(), lanes.end(), [&](const auto& entry) {
    const Lane& lane = *entry.second;
    // After the flag, what is under way may still end; nothing is waited for otherwise.
    return lane.is_done() || (is_set(stop) && !lane.transfer());
  });
}

}  // namespace

DeliveryReport deliver(std::vector<Delivery> due, Turns& turns, const DeliveryWorld& world,
                       const std::function<void(const DeliveryProgress&)>& progress) {
  DeliveryReport report;
  report.deliveries.resize(due.size());
  Lanes lanes = make_lanes(std::move(due), turns, world, report);
  const auto without_a_lane = static_cast<std::size_t>(std::ranges::count_if(
      report.deliveries, [](const Delivered& delivered) { return !delivered.why_not.empty(); }));
  for (auto& [account, lane] : lanes) lane->advance();
  while (!all_done(lanes, world.stop)) {
    for (Completion& completion : world.client.wait(time_to_wait(lanes, world.clock))) {
      const auto owner = std::find_if(lanes.begin(), lanes.end(), [&](const auto& entry) {
        return entry.second->transfer() == completion.id;
      });
      if (owner == lanes.end()) continue;
      owner->second->take(std::move(completion.result));
    }
    for (auto& [account, lane] : lanes) lane->advance();
    if (progress) progress(progress_of(lanes, without_a_lane));
  }
  for (auto& [account, lane] : lanes) {
    if (lane->problem()) report.account_problems.emplace(account, *lane->problem());
    for (auto& [index, delivered] : lane->results())
      report.deliveries[index] = std::move(delivered);
  }
  return report;
}

}  // namespace crier
