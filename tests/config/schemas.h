#pragma once
#include <array>

#include "config/config.h"

namespace crier {

/// Two networks as config is told of them: one that is a file, one that has servers.
inline const std::array<NetworkSchema, 2>& test_networks() {
  static const std::array<NetworkSchema, 2> networks{
      NetworkSchema{"outbox",
                    false,
                    {{"path", "the file that posts are added to", true, {}},
                     {"max_characters", "how long a post may be", false, {}, true}}},
      NetworkSchema{
          "mastodon",
          true,
          {{"visibility", "who sees the posts", false, {"public", "unlisted", "private", "direct"}},
           {"spoiler_text", "a content warning", false, {}}}}};
  return networks;
}

}  // namespace crier
