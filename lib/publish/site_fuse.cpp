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

std::string site_of(const std::string& address) {
  const std::string host = host_of(address);
  return !host.empty() ? host : address.substr(0, address.rfind('/'));
}

void mind_the_sites(std::vector<Gathered>& feeds, SysTime now) {
  std::map<std::string, Site> sites;
  std::set<std::string> counted;
  for (Gathered& feed : feeds) {
    const std::string name = site_of(feed.feed->url);
    const Fresh& fresh = feed.fresh;
    if (!blows({feed.feed->fuse.percent, 1}, fresh.looks_new, fresh.total)) continue;
    sites[name].feeds.push_back(&feed);
    // Of two feeds at one address each item counts once.
    if (counted.insert(feed.feed->url).second) sites[name].looks_new += fresh.looks_new;
  }
  for (auto& [name, site] : sites) {
    if (site.feeds.size() < 2) continue;
    for (Gathered* feed : site.feeds) {
      if (feed->after.fuse_at || site.looks_new < feed->feed->fuse.items) continue;
      blow_fuse(feed->fresh);
      feed->after.fuse_at = now;
    }
  }
}

std::set<std::string> restless_sites(const std::map<FeedId, FeedState>& states, SysTime now) {
  std::set<std::string> sites;
  for (const auto& [id, state] : states) {
    if (state.fuse_at && now - *state.fuse_at < std::chrono::hours{24})
      sites.insert(site_of(state.url));
  }
  return sites;
}

}  // namespace crier
