#include "network/registry.h"

#include <algorithm>
#include <array>

#include "network/bluesky/bluesky.h"
#include "network/facebook/facebook.h"
#include "network/linkedin/linkedin.h"
#include "network/mastodon/mastodon.h"
#include "network/outbox/outbox.h"
#include "network/telegram/telegram.h"
#include "network/threads/threads.h"
#include "network/webhook/webhook.h"
#include "network/x/x.h"

namespace crier {

std::span<const Network* const> networks() {
  static const OutboxNetwork outbox;
  static const MastodonNetwork mastodon;
  static const BlueskyNetwork bluesky;
  static const XNetwork x;
  static const ThreadsNetwork threads;
  static const LinkedinNetwork linkedin;
  static const TelegramNetwork telegram;
  static const WebhookNetwork webhook;
  static const FacebookNetwork facebook;
  static const auto all = std::to_array<const Network*>(
      {&outbox, &mastodon, &bluesky, &x, &threads, &linkedin, &telegram, &webhook, &facebook});
  return all;
}

const Network* find_network(std::string_view name) {
  for (const Network* network : networks()) {
    if (network->traits().name == name) return network;
  }
  return nullptr;
}

std::vector<NetworkSchema> network_schemas() {
  std::vector<NetworkSchema> schemas;
  for (const Network* network : networks()) schemas.push_back(network->traits().schema);
  return schemas;
}

}  // namespace crier
