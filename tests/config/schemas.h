#pragma once
#include <vector>

#include "config/config.h"

namespace crier {

/// Networks as config is told of them: one that is a file, one that has servers, one that finds
/// its server, one that costs money, and those that came after them.
inline const std::vector<NetworkSchema>& test_networks() {
  static const std::vector<NetworkSchema> networks{
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
                     {"budget_reserve", "what of it is kept", false, {}, false, true}}},
      NetworkSchema{"threads",
                    NetworkSchema::Server::optional,
                    {{"topic_tag", "the topic of each post", false, {}},
                     {"reply_control", "who may reply", false, {"everyone", "mentioned_only"}}}},
      NetworkSchema{"telegram",
                    NetworkSchema::Server::optional,
                    {{"chat", "the channel", true, {}}},
                    {},
                    "https://api.telegram.org"},
      NetworkSchema{"webhook",
                    NetworkSchema::Server::none,
                    {{"template", "the body", false, {}, false, false, true},
                     {"content_type", "its media type", false, {}},
                     {"max_characters", "how long a text may be", false, {}, true},
                     {"drops_repeats", "whether ids are known", false, {"yes", "no"}}}},
      NetworkSchema{"facebook",
                    NetworkSchema::Server::optional,
                    {{"version", "the version of the API", false, {}},
                     {"page", "the Page to post to", false, {}}}},
      NetworkSchema{"linkedin",
                    NetworkSchema::Server::optional,
                    {{"organization", "the number of the Page", false, {}},
                     {"version", "the version of the API", false, {}},
                     {"redirect_uri", "where sign-in leads back to", false, {}}}}};
  return networks;
}

}  // namespace crier
