#include "publish/site_fuse.h"

#include <map>

#include "publish/polling.h"

namespace crier {
namespace {

struct Site {
  std::vector<Gathered*> feeds;  ///< most of each looks new
  std::size_t looks_new = 0;
};

}  // namespace

void mind_the_sites(std::vector<Gathered>& feeds, SysTime now) {
  std::map<std::string, Site> sites;
  for (Gathered& feed : feeds) {
    const std::string host = host_of(feed.feed->url);
    const Fresh& fresh = feed.fresh;
    if (host.empty() || !blows({feed.feed->fuse.percent, 1}, fresh.looks_new, fresh.total))
      continue;
    sites[host].feeds.push_back(&feed);
    sites[host].looks_new += fresh.looks_new;
  }
  for (auto& [host, site] : sites) {
    if (site.feeds.size() < 2) continue;
    for (Gathered* feed : site.feeds) {
      if (feed->after.fuse_at || site.looks_new < feed->feed->fuse.items) continue;
      blow_fuse(feed->fresh);
      feed->after.fuse_at = now;
    }
  }
}

std::set<std::string> restless_hosts(const std::map<FeedId, FeedState>& states, SysTime now) {
  std::set<std::string> hosts;
  for (const auto& [id, state] : states) {
    if (state.fuse_at && now - *state.fuse_at < std::chrono::hours{24})
      hosts.insert(host_of(state.url));
  }
  hosts.erase("");
  return hosts;
}

}  // namespace crier
