#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "core/clock.h"
#include "core/model.h"
#include "core/random.h"
#include "http/client.h"
#include "media/image_fitter.h"
#include "network/registry.h"
#include "publish/account_session.h"
#include "publish/stop.h"
#include "store/store.h"

namespace crier {

/// Everything of the world that delivering needs.
struct DeliveryWorld {
  const Config& config;
  Store& store;
  HttpClient& client;
  TokenStore& tokens;
  const Authorizer& authorizer;
  const Clock& clock;
  Random& random;
  StopFlag stop = nullptr;
  /// Gives the network of that name, or null.
  const Network* (*network)(std::string_view name) = find_network;
  /// Makes pictures fit; null: none is attached.
  ImageFitter* images = nullptr;
};

/// The part of it that an account's session needs.
[[nodiscard]] inline SessionWorld session_world(const DeliveryWorld& world) {
  return {world.tokens, world.authorizer, world.clock, world.random, world.client};
}

/// A delivery with what this run made of it.
struct Delivered {
  Delivery delivery;               ///< as the ledger has it after the run
  std::optional<Outcome> outcome;  ///< nothing: it was not tried, `why_not` says why
  std::string why_not;
  std::vector<std::string> warnings = {};  ///< what went out otherwise than meant: a picture less
  bool was_there = false;  ///< the account had it already, and this run did not send it
};

struct DeliveryReport {
  std::vector<Delivered> deliveries;            ///< in the order in which they were due
  std::map<AccountId, Error> account_problems;  ///< what stopped an account's posts in this run
};

/// What an account's lane waits for.
struct Waiting {
  enum class For : std::uint8_t {
    answer,   ///< of its server
    look,     ///< before it asks (again) whether the post is there
    network,  ///< to be at work on the post
    picture,  ///< before it asks a website for one again
    turn      ///< its own pace
  };
  AccountId account;
  std::string network;  ///< its title
  For what = For::answer;
  std::chrono::seconds time{0};  ///< an answer: since it was asked for; else: until it goes on
};

class Turns;

/// How far deliver() is, for a person who watches.
struct DeliveryProgress {
  std::size_t settled = 0;         ///< with an outcome, or left for a later run
  std::optional<Waiting> longest;  ///< of what takes more than a moment
};

/// Takes each delivery to its outcome: one lane per account, the lanes side by side, one delivery
/// at a time in each, in the order that is given.
///
/// 1. W2: what is about to be prepared is recorded before it is sent.
/// 2. W3: what is about to become public is recorded, on the disk, before it is sent. If it cannot
/// be
///    written down, it is not sent: StoreError passes through, and nothing more leaves.
/// 3. W4: the outcome is recorded as soon as it is known.
/// 4. Whatever may have become public is looked for before it is sent again, also where the answer
///    was a refusal that may be another's.
///    Where nobody can be asked, it is sent again only while the network is known to drop the
///    repeat; else it is left to a person.
/// 5. A server that is down, wants a pause or does not know us ends its own lane only; the rest of
///    that lane stays in the ledger.
///    A post that fails again and again does not hold the others.
[[nodiscard]] DeliveryReport deliver(std::vector<Delivery> due, Turns& turns,
                                     const DeliveryWorld& world,
                                     const std::function<void(const DeliveryProgress&)>& progress);

}  // namespace crier
