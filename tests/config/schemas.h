#pragma once
#include <array>

#include "config/config.h"

namespace crier {

/// Networks as config is told of them: one that is a file, one that has servers, one that finds
/// its server, one that costs money.
inline const std::array<NetworkSchema, 4>& test_networks() {
  static const std::array<NetworkSchema, 4> networks{
      NetworkSchema{"outbox",
                    NetworkSchema::Server::none,
                    {{"path", "the file that posts are added to", true, {}},
                     {"max_characters", "how long a post may be", false, {}, true}}},
      NetworkSchema{
          "mastodon",
          NetworkSchema::Server::required,
          {{"visibility", "who sees the posts", false, {"public", "unlisted", "private", "direct"}},
           {"spoiler_text", "a content warning", false, {}}}},
      NetworkSchema{"bluesky",
                    NetworkSchema::Server::optional,
                    {{"handle", "the account's name", true, {}},
                     {"client_id", "where the client's metadata is", false, {}},
                     {"plc_directory", "where names are looked up", false, {}}}},
      NetworkSchema{"x",
                    NetworkSchema::Server::optional,
                    {{"cost_per_post", "the price of a post", false, {}, false, true},
                     {"cost_per_link_post", "the price of one with a link", false, {}, false, true},
                     {"cost_per_alt_text", "the price of a description", false, {}, false, true},
                     {"monthly_budget", "what a month may cost", false, {}, false, true},
                     {"budget_reserve", "what of it is kept", false, {}, false, true}}}};
  return networks;
}

}  // namespace crier
