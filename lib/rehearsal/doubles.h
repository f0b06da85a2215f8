#pragma once
#include <memory>
#include <span>
#include <string_view>

#include "rehearsal/double.h"

namespace crier::rehearsal {

/// One entry for each network that has a double.
struct Stand {
  std::string_view network;
  std::unique_ptr<Double> (*make)(DoubleWorld world);
};

/// The list of doubles; one line each.
[[nodiscard]] std::span<const Stand> stands();

/// Null if the network has none.
[[nodiscard]] std::unique_ptr<Double> make_double(std::string_view network, DoubleWorld world);

// Each in the file of its network's name.
[[nodiscard]] std::unique_ptr<Double> make_mastodon(DoubleWorld world);
[[nodiscard]] std::unique_ptr<Double> make_bluesky(DoubleWorld world);
[[nodiscard]] std::unique_ptr<Double> make_x(DoubleWorld world);
[[nodiscard]] std::unique_ptr<Double> make_facebook(DoubleWorld world);
[[nodiscard]] std::unique_ptr<Double> make_linkedin(DoubleWorld world);
[[nodiscard]] std::unique_ptr<Double> make_threads(DoubleWorld world);
[[nodiscard]] std::unique_ptr<Double> make_telegram(DoubleWorld world);
[[nodiscard]] std::unique_ptr<Double> make_webhook(DoubleWorld world);

}  // namespace crier::rehearsal
