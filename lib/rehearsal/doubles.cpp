#include "rehearsal/doubles.h"

#include <algorithm>
#include <vector>

namespace crier::rehearsal {

std::span<const Stand> stands() {
  static const std::vector<Stand> all{
      {"mastodon", make_mastodon}, {"bluesky", make_bluesky},   {"x", make_x},
      {"threads", make_threads},   {"linkedin", make_linkedin}, {"telegram", make_telegram},
      {"webhook", make_webhook},   {"facebook", make_facebook},
  };
  return all;
}

std::unique_ptr<Double> make_double(std::string_view network, DoubleWorld world) {
  const auto found = std::ranges::find(stands(), network, &Stand::network);
  return found == stands().end() ? nullptr : found->make(std::move(world));
}

}  // namespace crier::rehearsal
